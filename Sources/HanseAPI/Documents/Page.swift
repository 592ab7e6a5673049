package import HanseModel

/// One page of a listing: `{"items": [...], "next": CURSOR or null}`.
package struct Page<Item: JSONCodable>: JSONCodable {
  package var items: [Item]
  /// What to give as `cursor` for the next page; nil when this is the last.
  package var next: String?

  package init(items: [Item], next: String? = nil) {
    self.items = items
    self.next = next
  }

  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("items", items, evenIfEmpty: true)
    json.name("next")
    if let next { json.string(next) } else { json.null() }
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(items: [])
    try json.object { name, json throws(JSONError) in
      switch name {
      case "items": items = try json.list()
      case "next": next = try json.optional()
      default: try json.skip()
      }
    }
  }
}

extension Page: Equatable where Item: Equatable {}
extension Page: Hashable where Item: Hashable {}

/// One event of the log, as the API shows it: the form in which it is stored.
package typealias EventDocument = Event

/// One diagnostic, as the API shows it.
package typealias DiagnosticDocument = Diagnostic
