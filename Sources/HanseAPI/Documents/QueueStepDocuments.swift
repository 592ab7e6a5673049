package import HanseHost
package import HanseModel

// The steps that hold slots or wait for them.

extension SlotHolder: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("run", run)
    json.member("step", step)
    json.member("location", location)
    json.member("queue", queue)
    json.member("attempt", attempt)
    json.member("started", started)
    json.member("elapsedMilliseconds", elapsedMilliseconds)
    json.member("units", units)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(
      run: "",
      step: "",
      location: "",
      queue: "",
      attempt: 1,
      started: nil,
      elapsedMilliseconds: 0
    )
    try json.object { name, json throws(JSONError) in
      switch name {
      case "run": run = try json.value()
      case "step": step = try json.value()
      case "location": location = try json.value()
      case "queue": queue = try json.string()
      case "attempt": attempt = try json.int()
      case "started": started = try json.optional()
      case "elapsedMilliseconds": elapsedMilliseconds = try json.int64()
      case "units": units = try json.int()
      default: try json.skip()
      }
    }
  }
}

extension WaitingStep: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("run", run)
    json.member("step", step)
    json.member("location", location)
    json.member("queue", queue)
    json.member("priority", priority)
    json.member("since", since)
    json.member("waitedMilliseconds", waitedMilliseconds)
    json.member("held", held)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(
      run: "",
      step: "",
      location: "",
      queue: "",
      priority: 0,
      since: Timestamp(milliseconds: 0),
      waitedMilliseconds: 0
    )
    try json.object { name, json throws(JSONError) in
      switch name {
      case "run": run = try json.value()
      case "step": step = try json.value()
      case "location": location = try json.value()
      case "queue": queue = try json.string()
      case "priority": priority = try json.int()
      case "since": since = try json.value()
      case "waitedMilliseconds": waitedMilliseconds = try json.int64()
      case "held": held = try json.optional()
      default: try json.skip()
      }
    }
  }
}

extension FollowingStep: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("run", run)
    json.member("step", step)
    json.member("location", location)
    json.member("leader", leader)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(run: "", step: "", location: "", leader: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "run": run = try json.value()
      case "step": step = try json.value()
      case "location": location = try json.value()
      case "leader": leader = try json.value()
      default: try json.skip()
      }
    }
  }
}

extension StepExplanation.Upstream: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("step", step)
    json.member("status", status)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(step: "", status: .waiting)
    try json.object { name, json throws(JSONError) in
      switch name {
      case "step": step = try json.value()
      case "status": status = try json.value()
      default: try json.skip()
      }
    }
  }
}

extension StepExplanation: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("run", run)
    json.member("step", step)
    json.member("location", location)
    json.member("status", status)
    json.member("reason", reason)
    json.member("queue", queue)
    json.member("priority", priority)
    json.member("since", since)
    json.member("ahead", ahead)
    json.member("passes", passes)
    json.member("passesAllowed", passesAllowed)
    json.member("isReserved", isReserved)
    json.member("leader", leader)
    json.member("followers", followers)
    json.member("followerCount", followerCount)
    json.member("limits", limits)
    json.member("upstream", upstream)
    json.member("upstreamCount", upstreamCount)
    json.member("nextAttempt", nextAttempt)
    json.member("estimatedStart", estimatedStart)
    json.member("estimate", estimate)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(
      run: "",
      step: "",
      location: "",
      status: .waiting,
      reason: "",
      queue: "",
      priority: 0
    )
    try json.object { name, json throws(JSONError) in
      switch name {
      case "run": run = try json.value()
      case "step": step = try json.value()
      case "location": location = try json.value()
      case "status": status = try json.value()
      case "reason": reason = try json.string()
      case "queue": queue = try json.string()
      case "priority": priority = try json.int()
      case "since": since = try json.optional()
      case "ahead": ahead = try json.optional()
      case "passes": passes = try json.optional()
      case "passesAllowed": passesAllowed = try json.optional()
      case "isReserved": isReserved = try json.bool()
      case "leader": leader = try json.optional()
      case "followers": followers = try json.list()
      case "followerCount": followerCount = try json.int()
      case "limits": limits = try json.list()
      case "upstream": upstream = try json.list()
      case "upstreamCount": upstreamCount = try json.int()
      case "nextAttempt": nextAttempt = try json.optional()
      case "estimatedStart": estimatedStart = try json.optional()
      case "estimate": estimate = try json.optional()
      default: try json.skip()
      }
    }
  }
}
