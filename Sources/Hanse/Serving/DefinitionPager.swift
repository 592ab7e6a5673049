import HanseModel
import HanseWire

/// Cuts definitions into pages that each fit a line, encoding each definition once.
///
/// A cursor is the place of the page's first item among assets, then checks.
struct DefinitionPager: Sendable {
  private let definitions: LocationDefinitions
  /// What the items of one page may take; the envelope comes on top.
  private let pageBytes: Int
  /// An item longer than this cannot be sent at all.
  private let itemBytes: Int

  /// One page as a result, or why there is none.
  struct Page: JSONCodable {
    /// The page as JSON text.
    fileprivate(set) var json: [UInt8]
    /// The place where the next page begins; nil for the last one.
    fileprivate(set) var next: Int?
    /// What was too long to be sent.
    fileprivate(set) var leftOut: [String]
    /// Has seen this page and all before it.
    fileprivate(set) var hasher: DefinitionHasher

    func write(to json: inout JSONWriter) { json.raw(self.json) }

    init(from json: inout JSONReader) throws(JSONError) {
      let range = try json.skip()
      self.init(json: Array(json.bytes[range]), leftOut: [], hasher: DefinitionHasher())
    }

    fileprivate init(json: [UInt8], next: Int? = nil, leftOut: [String], hasher: DefinitionHasher) {
      self.json = json
      self.next = next
      self.leftOut = leftOut
      self.hasher = hasher
    }
  }

  init(_ definitions: LocationDefinitions, lineBytes: Int) {
    self.definitions = definitions
    // Half of a mebibyte keeps the host's turns short, whatever it allows.
    pageBytes = min(lineBytes, 1 << 20) / 2
    itemBytes = lineBytes - 1024
  }

  private var count: Int { definitions.assets.count + definitions.checks.count }

  /// Whether a page that begins at `cursor` can exist.
  func start(_ cursor: String?) -> Int? {
    guard let cursor else { return 0 }
    guard let start = Int(cursor), start > 0, start < count else { return nil }
    return start
  }

  /// The page that begins at the item of that place.
  ///
  /// - Parameters:
  ///   - start: A place that ``start(_:)`` has given.
  ///   - hasher: One that has seen all before it; without it they are encoded once more.
  /// - Returns: The page.
  func page(from start: Int, hasher: DefinitionHasher? = nil) -> Page {
    var items = Items(
      bytesLeft: pageBytes,
      itemBytes: itemBytes,
      hasher: hasher ?? self.hasher(before: start)
    )
    var json = JSONWriter(reservingBytes: pageBytes + 1024)
    json.beginObject()
    var place = start
    json.name("assets")
    json.beginArray()
    while place < definitions.assets.count {
      let key = definitions.assets[place].key
      guard items.add(definitions.assets[place], called: "asset \"\(key)\"", to: &json)
      else { break }
      place += 1
    }
    json.endArray()
    if place >= definitions.assets.count, !definitions.checks.isEmpty {
      json.name("checks")
      json.beginArray()
      while place < count {
        let check = definitions.checks[place - definitions.assets.count]
        let name = "check \"\(check.name)\" of asset \"\(check.asset)\""
        guard items.add(check, called: name, to: &json) else { break }
        place += 1
      }
      json.endArray()
    }
    if place < count {
      json.member("nextCursor", String(place))
    } else {
      json.member("resources", definitions.resources)
      json.member("digest", items.hasher.finish(definitions.resources))
    }
    json.endObject()
    return Page(
      json: json.takeBytes(),
      next: place < count ? place : nil,
      leftOut: items.leftOut,
      hasher: items.hasher
    )
  }

  /// A digest of all definitions: the same for the same definitions, however they are cut.
  static func digest(of definitions: LocationDefinitions) -> String {
    let pager = DefinitionPager(definitions, lineBytes: .max)
    return pager.hasher(before: pager.count).finish(definitions.resources)
  }

  private func hasher(before end: Int) -> DefinitionHasher {
    var hasher = DefinitionHasher()
    for asset in definitions.assets.prefix(end) { hasher.update(JSONWriter.encode(asset)[...]) }
    for check in definitions.checks.prefix(max(0, end - definitions.assets.count)) {
      hasher.update(JSONWriter.encode(check)[...])
    }
    return hasher
  }

  /// The items of one page as they are added.
  private struct Items {
    var bytesLeft: Int
    var itemBytes: Int
    var hasher: DefinitionHasher
    var isFirst = true
    var leftOut: [String] = []

    /// Adds an item, or says that the page is full.
    mutating func add(
      _ item: some JSONCodable,
      called name: @autoclosure () -> String,
      to json: inout JSONWriter
    ) -> Bool {
      let mark = json.mark
      item.write(to: &json)
      let place = json.value(since: mark)
      guard place.count <= itemBytes else {
        hasher.update(json.bytes[place])
        json.goBack(to: mark)
        leftOut.append("\(name()) is left out: its definition has \(place.count) bytes")
        return true
      }
      guard isFirst || place.count <= bytesLeft else {
        json.goBack(to: mark)
        return false
      }
      hasher.update(json.bytes[place])
      isFirst = false
      bytesLeft -= place.count
      return true
    }
  }
}

/// Sees definitions one after the other and gives their digest.
struct DefinitionHasher: Sendable {
  private var hasher = SHA256()

  /// Takes the JSON text of the next asset or check.
  mutating func update(_ json: ArraySlice<UInt8>) { hasher.update(json) }

  /// The digest of everything seen, and of the resources' names.
  func finish(_ resources: [String]) -> String {
    var hasher = hasher
    var json = JSONWriter()
    json.array(resources)
    hasher.update(json.takeBytes())
    return hasher.finish().hexadecimal
  }
}
