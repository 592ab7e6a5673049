/// Reads JSON from bytes, value by value, straight into typed values.
///
/// It expects text that ``JSONValidator`` has accepted; on other bytes it throws or gives a wrong
/// value, and never reads outside them.
package struct JSONReader: Sendable {
  package let bytes: [UInt8]
  package private(set) var offset: Int

  package init(_ bytes: [UInt8], at offset: Int = 0) {
    self.bytes = bytes
    self.offset = offset
  }

  /// The kinds of value, as an error message names them.
  package enum Kind: String, Hashable, Sendable {
    case object = "an object"
    case array = "an array"
    case string = "a string"
    case number = "a number"
    case bool = "true or false"
    case null = "null"
    case nothing = "the end of the text"
    case invalid = "something that is not JSON"
  }

  /// What comes next, without moving.
  package mutating func peek() -> Kind {
    skipSpace()
    guard offset < bytes.count else { return .nothing }
    switch bytes[offset] {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    default: return .invalid
    }
  }

  // MARK: Structure

  /// Reads an object: `member` is called with each name and reads, or skips, the value.
  package mutating func object(
    _ member: (_ name: String, _ json: inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    try expect(.object)
    offset += 1
    skipSpace()
    if take(UInt8(ascii: "}")) { return }
    while true {
      skipSpace()
      let name = try string()
      skipSpace()
      try demand(UInt8(ascii: ":"))
      do throws(JSONError) {
        try member(name, &self)
      } catch {
        throw error.inside(name)
      }
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      try demand(UInt8(ascii: "}"))
      return
    }
  }

  /// Reads an array: `element` is called before each element and reads it.
  package mutating func array(
    _ element: (_ json: inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    try expect(.array)
    offset += 1
    skipSpace()
    if take(UInt8(ascii: "]")) { return }
    var index = 0
    while true {
      do throws(JSONError) {
        try element(&self)
      } catch {
        throw error.inside("\(index)")
      }
      index += 1
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      try demand(UInt8(ascii: "]"))
      return
    }
  }

  package mutating func list<Element: JSONCodable>(
    of type: Element.Type = Element.self
  ) throws(JSONError) -> [Element] {
    var elements: [Element] = []
    try array { json throws(JSONError) in elements.append(try Element(from: &json)) }
    return elements
  }

  package mutating func dictionary<Value: JSONCodable>(
    of type: Value.Type = Value.self
  ) throws(JSONError) -> [String: Value] {
    var values: [String: Value] = [:]
    try object { name, json throws(JSONError) in values[name] = try Value(from: &json) }
    return values
  }

  package mutating func value<Value: JSONCodable>(
    of type: Value.Type = Value.self
  ) throws(JSONError) -> Value {
    try Value(from: &self)
  }

  /// Reads a value that may be null.
  package mutating func optional<Value: JSONCodable>(
    of type: Value.Type = Value.self
  ) throws(JSONError) -> Value? {
    if peek() == .null {
      try skip()
      return nil
    }
    return try Value(from: &self)
  }

  // MARK: Scalars

  package mutating func string() throws(JSONError) -> String {
    try expect(.string)
    offset += 1
    let start = offset
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        offset += 1
        return text
      case UInt8(ascii: "\\"):
        return try escapedString(from: start)
      default:
        offset += 1
      }
    }
    throw JSONError(.syntax, at: offset, "a string without its end")
  }

  package mutating func bool() throws(JSONError) -> Bool {
    try expect(.bool)
    let isTrue = bytes[offset] == UInt8(ascii: "t")
    offset += isTrue ? 4 : 5
    return isTrue
  }

  package mutating func int() throws(JSONError) -> Int { Int(try int64()) }

  package mutating func int64() throws(JSONError) -> Int64 {
    try expect(.number)
    let start = offset
    let isNegative = take(UInt8(ascii: "-"))
    var value: Int64 = 0
    while offset < bytes.count, case let digit = bytes[offset] &- UInt8(ascii: "0"), digit < 10 {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.subtractingReportingOverflow(Int64(digit))
      guard !overflow, !carry else {
        throw JSONError(.outOfRange, at: start, "a number that does not fit 64 bits")
      }
      value = sum
      offset += 1
    }
    if offset < bytes.count, isNumberTail(bytes[offset]) {
      offset = start
      return try wholeNumber(from: try double(), at: start)
    }
    guard !isNegative else { return value }
    guard value != .min else {
      throw JSONError(.outOfRange, at: start, "a number that does not fit 64 bits")
    }
    return -value
  }

  package mutating func double() throws(JSONError) -> Double {
    try expect(.number)
    let start = offset
    while offset < bytes.count, isNumberByte(bytes[offset]) { offset += 1 }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    guard let value = Double(text), value.isFinite else {
      throw JSONError(.outOfRange, at: start, "a number that does not fit a double: \(text)")
    }
    return value
  }

  // MARK: Skipping

  /// Passes over one value and returns where it lies.
  @discardableResult
  package mutating func skip() throws(JSONError) -> Range<Int> {
    skipSpace()
    let start = offset
    var depth = 0
    repeat {
      guard offset < bytes.count else {
        throw JSONError(.syntax, at: offset, "an unfinished value")
      }
      switch bytes[offset] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        offset += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        offset += 1
      case UInt8(ascii: "\""): try skipString()
      case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x09, 0x0A, 0x0D: offset += 1
      default: skipScalar()
      }
    } while depth > 0
    return start..<offset
  }

  private mutating func skipString() throws(JSONError) {
    offset += 1
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        offset += 1
        return
      case UInt8(ascii: "\\"): offset += 2
      default: offset += 1
      }
    }
    throw JSONError(.syntax, at: bytes.count, "a string without its end")
  }

  private mutating func skipScalar() {
    offset += 1
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ":"): return
      case 0x20, 0x09, 0x0A, 0x0D: return
      default: offset += 1
      }
    }
  }

  // MARK: Bytes

  private mutating func skipSpace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x09, 0x0A, 0x0D: offset += 1
      default: return
      }
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard offset < bytes.count, bytes[offset] == byte else { return false }
    offset += 1
    return true
  }

  private mutating func demand(_ byte: UInt8) throws(JSONError) {
    guard take(byte) else {
      throw JSONError(.syntax, at: offset, "expected \"\(Character(UnicodeScalar(byte)))\"")
    }
  }

  private mutating func expect(_ kind: Kind) throws(JSONError) {
    let found = peek()
    guard found == kind else {
      throw JSONError(.wrongType, at: offset, "expected \(kind.rawValue), found \(found.rawValue)")
    }
  }

  private func isNumberTail(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
  }

  private func isNumberByte(_ byte: UInt8) -> Bool {
    isNumberTail(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private func wholeNumber(from value: Double, at start: Int) throws(JSONError) -> Int64 {
    guard let whole = Int64(exactly: value) else {
      throw JSONError(.wrongType, at: start, "expected a whole number, found \(value)")
    }
    return whole
  }

  private mutating func escapedString(from start: Int) throws(JSONError) -> String {
    var decoded = Array(bytes[start..<offset])
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\"") { return String(decoding: decoded, as: UTF8.self) }
      guard byte == UInt8(ascii: "\\") else {
        decoded.append(byte)
        continue
      }
      guard offset < bytes.count else { break }
      let escape = bytes[offset]
      offset += 1
      switch escape {
      case UInt8(ascii: "n"): decoded.append(0x0A)
      case UInt8(ascii: "t"): decoded.append(0x09)
      case UInt8(ascii: "r"): decoded.append(0x0D)
      case UInt8(ascii: "b"): decoded.append(0x08)
      case UInt8(ascii: "f"): decoded.append(0x0C)
      case UInt8(ascii: "u"): decoded.append(contentsOf: String(try unicodeScalar()).utf8)
      default: decoded.append(escape)
      }
    }
    throw JSONError(.syntax, at: offset, "a string without its end")
  }

  private mutating func unicodeScalar() throws(JSONError) -> Unicode.Scalar {
    let start = offset
    let first = try hexQuad()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, offset + 6 <= bytes.count, bytes[offset] == UInt8(ascii: "\\"),
      bytes[offset + 1] == UInt8(ascii: "u")
    else { throw JSONError(.invalidUTF8, at: start, "a surrogate without its other half") }
    offset += 2
    let second = try hexQuad()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw JSONError(.invalidUTF8, at: start, "a surrogate without its other half") }
    return scalar
  }

  private mutating func hexQuad() throws(JSONError) -> UInt32 {
    guard offset + 4 <= bytes.count,
      let code = UInt32(String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16)
    else { throw JSONError(.syntax, at: offset, "a \\u escape without four hexadecimal digits") }
    offset += 4
    return code
  }
}
