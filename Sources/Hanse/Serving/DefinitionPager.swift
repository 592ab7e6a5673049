import HanseModel
import HanseWire

/// Cuts definitions into pages that each fit a line, encoding only the page that is asked for.
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
    /// Whether there is no further page.
    fileprivate(set) var isLast: Bool
    /// What was too long to be sent.
    fileprivate(set) var leftOut: [String]

    func write(to json: inout JSONWriter) { json.raw(self.json) }

    init(from json: inout JSONReader) throws(JSONError) {
      let range = try json.skip()
      self.init(json: Array(json.bytes[range]), isLast: true, leftOut: [])
    }

    fileprivate init(json: [UInt8], isLast: Bool, leftOut: [String]) {
      self.json = json
      self.isLast = isLast
      self.leftOut = leftOut
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
  ///   - digest: Asked for on the last page.
  /// - Returns: The page.
  func page(from start: Int, digest: () async -> String) async -> Page {
    var items = Items(bytesLeft: pageBytes, itemBytes: itemBytes)
    var json = JSONWriter(reservingBytes: pageBytes + 1024)
    json.beginObject()
    var place = start
    json.name("assets")
    json.beginArray()
    while place < definitions.assets.count {
      let asset = definitions.assets[place]
      guard items.add(asset, called: "asset \"\(asset.key)\"", to: &json) else { break }
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
      json.member("digest", await digest())
    }
    json.endObject()
    return Page(json: json.takeBytes(), isLast: place >= count, leftOut: items.leftOut)
  }

  /// The items of one page as they are added.
  private struct Items {
    var bytesLeft: Int
    var itemBytes: Int
    var isFirst = true
    var leftOut: [String] = []

    /// Adds an item, or says that the page is full.
    mutating func add(
      _ item: some JSONCodable,
      called name: String,
      to json: inout JSONWriter
    ) -> Bool {
      let bytes = JSONWriter.encode(item)
      if bytes.count > itemBytes {
        leftOut.append("\(name) is left out: its definition has \(bytes.count) bytes")
        return true
      }
      guard isFirst || bytes.count <= bytesLeft else { return false }
      isFirst = false
      bytesLeft -= bytes.count
      json.raw(bytes)
      return true
    }
  }
}
