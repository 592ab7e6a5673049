package import HanseModel

/// How to cancel a run.
package struct CancelOrder: Hashable, Sendable {
  /// Whether to end the location of a step that does not stop.
  package var forced: Bool

  package init(forced: Bool = false) { self.forced = forced }
}

extension CancelOrder: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("forced", forced)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init()
    try json.object { name, json throws(JSONError) in
      switch name {
      case "forced": forced = try json.bool()
      default: try json.skip()
      }
    }
  }
}
