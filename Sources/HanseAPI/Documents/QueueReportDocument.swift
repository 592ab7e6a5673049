package import HanseHost
package import HanseModel

// A report of the host is its own document; `items` are the queues, as in every listing.

extension QueueReport: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("items", queues, evenIfEmpty: true)
    json.name("next")
    json.null()
    json.member("time", time)
    json.member("workspace", workspace)
    json.member("runs", runs)
    json.member("locations", locations, evenIfEmpty: true)
    json.member("pools", pools, evenIfEmpty: true)
    json.member("tags", tags, evenIfEmpty: true)
    json.member("runningCount", runningCount)
    json.member("running", running, evenIfEmpty: true)
    json.member("waitingCount", waitingCount)
    json.member("waiting", waiting, evenIfEmpty: true)
    json.member("followerCount", followerCount)
    json.member("followers", followers, evenIfEmpty: true)
    json.member("miscounts", miscounts)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init()
    try json.object { name, json throws(JSONError) in
      switch name {
      case "items": queues = try json.list()
      case "time": time = try json.value()
      case "workspace": workspace = try json.value()
      case "runs": runs = try json.value()
      case "locations": locations = try json.list()
      case "pools": pools = try json.list()
      case "tags": tags = try json.list()
      case "runningCount": runningCount = try json.int()
      case "running": running = try json.list()
      case "waitingCount": waitingCount = try json.int()
      case "waiting": waiting = try json.list()
      case "followerCount": followerCount = try json.int()
      case "followers": followers = try json.list()
      case "miscounts": miscounts = try json.list()
      default: try json.skip()
      }
    }
  }
}

extension RunSlots: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("used", used)
    json.member("limit", limit)
    json.member("waiting", waiting)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(used: 0, limit: 0, waiting: 0)
    try json.object { name, json throws(JSONError) in
      switch name {
      case "used": used = try json.int()
      case "limit": limit = try json.int()
      case "waiting": waiting = try json.int()
      default: try json.skip()
      }
    }
  }
}

extension LimitReport.Kind: JSONEnumeration {}

extension LimitReport: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("kind", kind)
    json.member("name", name)
    json.member("used", used)
    json.member("limit", limit)
    json.member("weight", weight)
    json.member("rate", rate)
    json.member("nextStart", nextStart)
    json.member("isPaused", isPaused)
    json.member("isDraining", isDraining)
    json.member("isOrdered", isOrdered)
    json.member("orderedBy", orderedBy)
    json.member("orderedAt", orderedAt)
    json.member("unavailable", unavailable)
    json.member("waiting", waiting)
    json.member("kept", kept)
    json.member("keptFor", keptFor)
    json.member("needs", needs)
    json.member("blocks", blocks)
    json.member("holders", holders)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(kind: .workspace, name: "", used: 0, limit: nil)
    try json.object { name, json throws(JSONError) in
      switch name {
      case "kind": kind = try json.value()
      case "name": self.name = try json.string()
      case "used": used = try json.int()
      case "limit": limit = try json.optional()
      case "weight": weight = try json.optional()
      case "rate": rate = try json.optional()
      case "nextStart": nextStart = try json.optional()
      case "isPaused": isPaused = try json.bool()
      case "isDraining": isDraining = try json.bool()
      case "isOrdered": isOrdered = try json.bool()
      case "orderedBy": orderedBy = try json.optional()
      case "orderedAt": orderedAt = try json.optional()
      case "unavailable": unavailable = try json.optional()
      case "waiting": waiting = try json.int()
      case "kept": kept = try json.optional()
      case "keptFor": keptFor = try json.optional()
      case "needs": needs = try json.optional()
      case "blocks": blocks = try json.bool()
      case "holders": holders = try json.list()
      default: try json.skip()
      }
    }
  }
}
