/// Writes JSON into a growing buffer, without an intermediate tree.
///
/// The caller keeps the calls balanced; commas are put where they belong. Keys are written as they
/// come, so the same value always gives the same bytes.
package struct JSONWriter: Sendable {
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  package init(reservingBytes: Int = 0) {
    if reservingBytes > 0 { bytes.reserveCapacity(reservingBytes) }
  }

  /// The text of one value.
  package static func text(_ value: some JSONCodable) -> String {
    String(decoding: encode(value), as: UTF8.self)
  }

  /// The bytes of one value.
  package static func encode(_ value: some JSONCodable) -> [UInt8] {
    var writer = JSONWriter()
    value.write(to: &writer)
    return writer.bytes
  }

  /// Gives the bytes away and starts anew, so that one writer can serve many lines.
  package mutating func takeBytes() -> [UInt8] {
    let taken = bytes
    bytes = []
    needsComma = false
    return taken
  }

  /// A place in the text to go back to.
  package struct Mark: Hashable, Sendable {
    fileprivate var count: Int
    fileprivate var needsComma: Bool
  }

  package var mark: Mark { Mark(count: bytes.count, needsComma: needsComma) }

  /// Where the one value lies that was written since.
  package func value(since mark: Mark) -> Range<Int> {
    (mark.count + (mark.needsComma ? 1 : 0))..<bytes.count
  }

  /// Takes back what was written since.
  package mutating func goBack(to mark: Mark) {
    bytes.removeLast(bytes.count - mark.count)
    needsComma = mark.needsComma
  }

  // MARK: Structure

  package mutating func beginObject() { open(UInt8(ascii: "{")) }
  package mutating func endObject() { close(UInt8(ascii: "}")) }
  package mutating func beginArray() { open(UInt8(ascii: "[")) }
  package mutating func endArray() { close(UInt8(ascii: "]")) }

  /// Writes a member's name; the value's call follows.
  package mutating func name(_ name: String) {
    separate()
    quote(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  // MARK: Values

  package mutating func string(_ value: String) {
    separate()
    quote(value)
  }

  package mutating func integer(_ value: some BinaryInteger) {
    separate()
    appendDecimal(Int64(value))
  }

  /// Writes a number; what JSON cannot say (NaN, infinities) becomes null.
  package mutating func double(_ value: Double) {
    separate()
    guard value.isFinite else {
      bytes.append(contentsOf: "null".utf8)
      return
    }
    bytes.append(contentsOf: value.description.utf8)
  }

  package mutating func bool(_ value: Bool) {
    separate()
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
  }

  package mutating func null() {
    separate()
    bytes.append(contentsOf: "null".utf8)
  }

  /// Writes a value that is JSON text already; the caller guarantees that it is valid.
  package mutating func raw(_ json: some Sequence<UInt8>) {
    separate()
    bytes.append(contentsOf: json)
  }

  package mutating func value(_ value: some JSONCodable) { value.write(to: &self) }

  package mutating func array<Element: JSONCodable>(_ elements: some Sequence<Element>) {
    beginArray()
    for element in elements { element.write(to: &self) }
    endArray()
  }

  // MARK: Members (a nil or empty value is left out)

  package mutating func member(_ name: String, _ value: some JSONCodable) {
    self.name(name)
    value.write(to: &self)
  }

  package mutating func member(_ name: String, _ value: (some JSONCodable)?) {
    if let value { member(name, value) }
  }

  /// Writes an array member; an empty one only when `evenIfEmpty`.
  package mutating func member<Element: JSONCodable>(
    _ name: String,
    _ values: [Element],
    evenIfEmpty: Bool = false
  ) {
    guard !values.isEmpty || evenIfEmpty else { return }
    self.name(name)
    array(values)
  }

  /// Writes a dictionary as an object, sorted by name; an empty one is left out.
  package mutating func member<Value: JSONCodable>(_ name: String, _ values: [String: Value]) {
    guard !values.isEmpty else { return }
    self.name(name)
    beginObject()
    for (key, value) in values.sorted(by: { $0.key < $1.key }) { member(key, value) }
    endObject()
  }

  // MARK: Bytes

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func quote(_ value: String) {
    bytes.append(UInt8(ascii: "\""))
    if isPlain(value.utf8.span) {
      bytes.append(contentsOf: value.utf8)
    } else {
      for scalar in value.unicodeScalars { escape(scalar) }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": bytes.append(contentsOf: "\\\"".utf8)
    case "\\": bytes.append(contentsOf: "\\\\".utf8)
    case "\n": bytes.append(contentsOf: "\\n".utf8)
    case "\r": bytes.append(contentsOf: "\\r".utf8)
    case "\t": bytes.append(contentsOf: "\\t".utf8)
    case _ where scalar.isHidden:
      // JSON forbids only the first of these as they are; but people look at JSON on terminals too.
      let digits = Array("0123456789abcdef".utf8)
      bytes.append(contentsOf: "\\u".utf8)
      for shift in [12, 8, 4, 0] { bytes.append(digits[Int(scalar.value >> shift & 15)]) }
    case _ where scalar.isASCII: bytes.append(UInt8(scalar.value))
    default: bytes.append(contentsOf: String(scalar).utf8)
    }
  }

  private mutating func appendDecimal(_ value: Int64) {
    if (0..<10).contains(value) {
      bytes.append(UInt8(ascii: "0") + UInt8(value))
    } else {
      bytes.append(contentsOf: String(value).utf8)
    }
  }
}

/// Whether all the bytes stand in a JSON string as they are.
///
/// It looks at every byte whatever it finds, so that the compiler can look at many at once; and it
/// takes the first bytes of hidden characters (``Unicode/Scalar/isHidden``) for them.
private func isPlain(_ text: Span<UInt8>) -> Bool {
  var special: UInt8 = 0
  for index in text.indices {
    let byte = text[index]
    special |= (byte < 0x20 ? 1 : 0) | (byte == 0x22 ? 1 : 0) | (byte == 0x5C ? 1 : 0)
    special |= (byte == 0x7F ? 1 : 0) | (byte == 0xC2 ? 1 : 0) | (byte == 0xD8 ? 1 : 0)
    special |= byte == 0xE2 ? 1 : 0
  }
  return special == 0
}
