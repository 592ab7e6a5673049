package import HanseHost
package import HanseModel

// The parts of a location's document that are about its generations.

extension LocationStatus.Next: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("step", step.rawValue)
    json.member("time", time)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(.start, at: Timestamp(milliseconds: 0))
    try json.object { name, json throws(JSONError) in
      switch name {
      case "step": step = try json.rawValue()
      case "time": time = try json.value()
      default: try json.skip()
      }
    }
  }
}

extension LocationStatus.Candidate: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("generation", generation)
    json.member("state", state.rawValue)
    json.member("digest", digest)
    json.member("failures", failures)
    json.member("next", next)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(generation: Generation(), state: .stopped)
    try json.object { name, json throws(JSONError) in
      switch name {
      case "generation": generation = try json.value()
      case "state": state = try json.rawValue()
      case "digest": digest = try json.optional()
      case "failures": failures = try json.int()
      case "next": next = try json.optional()
      default: try json.skip()
      }
    }
  }
}

extension LocationStatus.Rejection: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("generation", generation)
    json.member("digest", digest)
    json.member("code", code)
    json.member("reason", reason)
    json.member("time", time)
    json.member("failures", failures)
    json.member("nextTryAt", nextTryAt)
    json.member("isRolledBack", isRolledBack)
    json.member("lastStandardError", lastStandardError)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(
      generation: Generation(),
      code: "",
      reason: "",
      time: Timestamp(milliseconds: 0)
    )
    try json.object { name, json throws(JSONError) in
      switch name {
      case "generation": generation = try json.value()
      case "digest": digest = try json.optional()
      case "code": code = try json.string()
      case "reason": reason = try json.string()
      case "time": time = try json.value()
      case "failures": failures = try json.int()
      case "nextTryAt": nextTryAt = try json.optional()
      case "isRolledBack": isRolledBack = try json.bool()
      case "lastStandardError": lastStandardError = try json.list()
      default: try json.skip()
      }
    }
  }
}

extension LocationStatus.Served: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("generation", generation)
    json.member("digest", digest)
    json.member("isKept", isKept)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(generation: Generation(), digest: "", isKept: false)
    try json.object { name, json throws(JSONError) in
      switch name {
      case "generation": generation = try json.value()
      case "digest": digest = try json.value()
      case "isKept": isKept = try json.bool()
      default: try json.skip()
      }
    }
  }
}

extension LocationStatus.Worker: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("run", run)
    json.member("step", step)
    json.member("generation", generation)
    json.member("state", state.rawValue)
    json.member("processID", processID)
    json.member("since", since)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(
      run: "",
      generation: Generation(),
      state: .stopped,
      since: Timestamp(milliseconds: 0)
    )
    try json.object { name, json throws(JSONError) in
      switch name {
      case "run": run = try json.value()
      case "step": step = try json.optional()
      case "generation": generation = try json.value()
      case "state": state = try json.rawValue()
      case "processID": processID = try json.optional()
      case "since": since = try json.value()
      default: try json.skip()
      }
    }
  }
}

extension LocationStatus.WorkerTrouble: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("reason", reason)
    json.member("code", code)
    json.member("failures", failures)
    json.member("nextTryAt", nextTryAt)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(reason: "", code: "", failures: 0, nextTryAt: Timestamp(milliseconds: 0))
    try json.object { name, json throws(JSONError) in
      switch name {
      case "reason": reason = try json.string()
      case "code": code = try json.string()
      case "failures": failures = try json.int()
      case "nextTryAt": nextTryAt = try json.value()
      default: try json.skip()
      }
    }
  }
}
