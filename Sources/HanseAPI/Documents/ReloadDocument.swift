import HanseHost
package import HanseModel

/// What came of reloading everything, as the API shows it.
///
/// Where the workspace file had changed, its limits were taken and nothing was started anew; where it
/// had not, the files of all locations are.
package struct ReloadDocument: JSONCodable, Hashable {
  package var items: [LocationDocument]
  /// What of the workspace file was different and holds now, one sentence each.
  package var applied: [String] = []
  /// What of it was different and takes another start of the host, one sentence each.
  package var pending: [String] = []

  package init(items: [LocationDocument], applied: [String] = [], pending: [String] = []) {
    self.items = items
    self.applied = applied
    self.pending = pending
  }

  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("items", items, evenIfEmpty: true)
    json.member("applied", applied)
    json.member("pending", pending)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(items: [])
    try json.object { name, json throws(JSONError) in
      switch name {
      case "items": items = try json.list()
      case "applied": applied = try json.list()
      case "pending": pending = try json.list()
      default: try json.skip()
      }
    }
  }
}
