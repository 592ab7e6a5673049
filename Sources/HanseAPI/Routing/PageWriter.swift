import HanseModel

/// Writes a page of a listing item by item, and ends it at its number or at its bytes.
///
/// Items are made one after the other and kept as their text only. So a page costs the host no more
/// than its bound and one item, however long what a location has defined or reported is.
struct PageWriter {
  /// The most that the items of a page may take, unless a single one takes more.
  static let limitBytes = 4 << 20

  private let limit: Int
  private var json = JSONWriter()
  private var count = 0

  /// - Parameter limit: The most items.
  init(limit: Int) {
    self.limit = limit
    json.beginObject()
    json.name("items")
    json.beginArray()
  }

  /// Whether another item is worth being made.
  var hasRoom: Bool { count < limit && (count == 0 || json.bytes.count < Self.limitBytes) }

  /// How many more there may be.
  var room: Int { limit - count }

  /// Writes an item.
  ///
  /// - Returns: Whether it had room; the page ends before it otherwise.
  mutating func add(_ item: some JSONCodable) -> Bool {
    guard count < limit else { return false }
    let mark = json.mark
    json.value(item)
    guard count == 0 || json.bytes.count <= Self.limitBytes else {
      json.goBack(to: mark)
      return false
    }
    count += 1
    return true
  }

  /// Ends the page.
  ///
  /// - Parameter next: The cursor of the page behind; nil when there is none.
  /// - Returns: The answer.
  mutating func end(next: String?) -> APIResponse {
    json.endArray()
    json.name("next")
    if let next { json.string(next) } else { json.null() }
    json.endObject()
    return .json(bytes: json.takeBytes())
  }
}
