package import HanseModel

/// One run with all its steps: the members of ``RunDocument``, what else was asked for, and `steps`.
package struct RunDetailDocument: Hashable, Sendable {
  package var run: RunDocument
  /// The configuration it was launched with, by asset key or operation.
  package var config: [String: JSONValue]
  /// Who canceled it; nil for one that nobody has, or where nobody can know it.
  package var canceledBy: Principal?
  /// Who changed its queue or priority last.
  package var requeuedBy: Principal?
  /// In the order of the plan.
  package var steps: [StepDocument]
  /// How many of them are abridged: the events of the run tell all.
  package var abridgedSteps = 0

  package init(run: RunDocument, config: [String: JSONValue] = [:], steps: [StepDocument] = []) {
    self.run = run
    self.config = config
    self.steps = steps
  }
}

extension RunDetailDocument: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    run.writeMembers(to: &json)
    json.member("config", config)
    json.member("canceledBy", canceledBy)
    json.member("requeuedBy", requeuedBy)
    json.member("steps", steps, evenIfEmpty: true)
    if abridgedSteps > 0 { json.member("abridgedSteps", abridgedSteps) }
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(run: RunDocument())
    try json.object { name, json throws(JSONError) in
      switch name {
      case "config": config = try json.dictionary()
      case "canceledBy": canceledBy = try json.optional()
      case "requeuedBy": requeuedBy = try json.optional()
      case "steps": steps = try json.list()
      case "abridgedSteps": abridgedSteps = try json.int()
      default: if try !run.readMember(name, from: &json) { try json.skip() }
      }
    }
  }
}
