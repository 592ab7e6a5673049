import HanseGraph
package import HanseHost
package import HanseModel

/// What two generations of a location differ in, and whom else that affects.
///
/// `definitions` is what `DefinitionsDiff` of HanseGraph writes.
package struct DiffDocument: Hashable, Sendable {
  package var from: Generation
  package var to: Generation
  /// The differences, as they are written.
  package var definitions: JSONValue

  package init(_ diff: GenerationDiff) {
    from = diff.from
    to = diff.to
    do throws(JSONError) {
      definitions = try JSONValue(parsing: diff.definitions.json)
    } catch {
      preconditionFailure("our own JSON cannot be read: \(error)")
    }
  }
}

extension DiffDocument: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("from", from)
    json.member("to", to)
    json.member("definitions", definitions)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var (from, to) = (Generation(), Generation())
    var definitions = JSONValue.null
    try json.object { name, json throws(JSONError) in
      switch name {
      case "from": from = try json.value()
      case "to": to = try json.value()
      case "definitions": definitions = try json.value()
      default: try json.skip()
      }
    }
    (self.from, self.to, self.definitions) = (from, to, definitions)
  }
}
