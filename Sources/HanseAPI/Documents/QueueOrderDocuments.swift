package import HanseModel

/// What runs are to wait in, and with which priority: a run's, or those of a selection.
package struct RequeueOrder: Hashable, Sendable {
  package var run: String?
  /// The runs under way that are to make what this names.
  package var selection: String?
  package var queue: String?
  package var priority: Int?

  package init() {}
}

extension RequeueOrder: JSONCodable {
  package static let members = ["run", "selection", "queue", "priority"]

  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("run", run)
    json.member("selection", selection)
    json.member("queue", queue)
    json.member("priority", priority)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init()
    try json.object { name, json throws(JSONError) in
      switch name {
      case "run": run = try json.optional()
      case "selection": selection = try json.optional()
      case "queue": queue = try json.optional()
      case "priority": priority = try json.optional()
      default: try json.skip()
      }
    }
  }
}

/// Which steps to stop: those of the selected assets, of one run or of all that are under way.
package struct StepCancelOrder: Hashable, Sendable {
  package var selection: String
  package var run: String?
  /// Whether the process of a step that runs is ended at once.
  package var forced = false

  package init(selection: String) { self.selection = selection }
}

extension StepCancelOrder: JSONCodable {
  package static let members = ["selection", "run", "forced"]

  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("selection", selection)
    json.member("run", run)
    json.member("forced", forced)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(selection: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "selection": selection = try json.string()
      case "run": run = try json.optional()
      case "forced": forced = try json.bool()
      default: try json.skip()
      }
    }
  }
}

/// What became of an order about what waits.
package struct OrderOutcomeDocument: Hashable, Sendable {
  /// The runs that it concerned, where it was about runs.
  package var runs: [RunID] = []
  /// How many steps it concerned that waited for a slot.
  package var waiting = 0
  /// How many that ran.
  package var running = 0

  package init() {}
}

extension OrderOutcomeDocument: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("runs", runs)
    json.member("waiting", waiting)
    json.member("running", running)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init()
    try json.object { name, json throws(JSONError) in
      switch name {
      case "runs": runs = try json.list()
      case "waiting": waiting = try json.int()
      case "running": running = try json.int()
      default: try json.skip()
      }
    }
  }
}
