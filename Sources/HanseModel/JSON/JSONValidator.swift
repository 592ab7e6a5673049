/// Refuses bytes that are not exactly one JSON value.
///
/// Stricter than common decoders on purpose: no byte order mark, only UTF-8, no trailing comma, no
/// member twice, no lone surrogate, a bounded depth. What passes means the same to every reader.
package struct JSONValidator {
  private let bytes: [UInt8]
  private var offset = 0
  private let depthLimit: Int
  /// Where each open object's members begin in `memberHashes`; `-1` for an array.
  private var open: [Int] = []
  /// One hash for each member so far of each open object, with where its name begins.
  private var members: [(hash: UInt64, start: Int)] = []

  private init(_ bytes: [UInt8], depthLimit: Int) {
    self.bytes = bytes
    self.depthLimit = depthLimit
  }

  package static func validate(
    _ bytes: [UInt8],
    depthLimit: Int = 64
  ) throws(JSONError) {
    var validator = JSONValidator(bytes, depthLimit: depthLimit)
    try validator.text()
  }

  /// What may come next.
  private enum Expectation {
    case value, valueOrEnd, nameOrEnd, name, commaOrEnd, end
  }

  private mutating func text() throws(JSONError) {
    var expectation = Expectation.value
    while true {
      skipSpace()
      guard offset < bytes.count else {
        guard expectation == .end else {
          throw JSONError(.syntax, at: offset, "the text ends in the middle of a value")
        }
        return
      }
      expectation = try next(bytes[offset], expectation)
    }
  }

  private mutating func next(
    _ byte: UInt8,
    _ expectation: Expectation
  ) throws(JSONError) -> Expectation {
    switch expectation {
    case .end:
      throw JSONError(.trailingBytes, at: offset, "something follows the value")
    case .value:
      return try value(byte)
    case .valueOrEnd:
      return byte == UInt8(ascii: "]") ? try closeContainer(byte) : try value(byte)
    case .name, .nameOrEnd:
      if byte == UInt8(ascii: "}"), expectation == .nameOrEnd { return try closeContainer(byte) }
      guard byte == UInt8(ascii: "\"") else {
        throw JSONError(.syntax, at: offset, "expected a member's name in quotes")
      }
      return try memberName()
    case .commaOrEnd:
      guard byte == UInt8(ascii: ",") else { return try closeContainer(byte) }
      offset += 1
      return open.last == -1 ? .value : .name
    }
  }

  private var afterValue: Expectation { open.isEmpty ? .end : .commaOrEnd }

  private mutating func value(_ byte: UInt8) throws(JSONError) -> Expectation {
    switch byte {
    case UInt8(ascii: "{"):
      try openContainer(members.count)
      return .nameOrEnd
    case UInt8(ascii: "["):
      try openContainer(-1)
      return .valueOrEnd
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
    default:
      throw JSONError(.syntax, at: offset, "expected a value, found byte \(hex(byte))")
    }
    return afterValue
  }

  private mutating func openContainer(_ mark: Int) throws(JSONError) {
    guard open.count < depthLimit else {
      throw JSONError(.tooDeep, at: offset, "nested deeper than \(depthLimit) levels")
    }
    open.append(mark)
    offset += 1
  }

  private mutating func closeContainer(_ byte: UInt8) throws(JSONError) -> Expectation {
    guard let mark = open.last, byte == (mark == -1 ? UInt8(ascii: "]") : UInt8(ascii: "}")) else {
      let wanted = open.last == -1 ? "\"]\"" : "\"}\""
      throw JSONError(.syntax, at: offset, "expected \",\" or \(wanted), found byte \(hex(byte))")
    }
    if mark >= 0 {
      try refuseDuplicates(from: mark)
      members.removeSubrange(mark...)
    }
    open.removeLast()
    offset += 1
    return afterValue
  }

  private mutating func memberName() throws(JSONError) -> Expectation {
    let start = offset
    members.append((try string(), start))
    skipSpace()
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: ":") else {
      throw JSONError(.syntax, at: offset, "expected \":\" after a member's name")
    }
    offset += 1
    return .value
  }

  private func refuseDuplicates(from mark: Int) throws(JSONError) {
    let count = members.count - mark
    guard count > 1 else { return }
    if count <= 16 {
      for later in (mark + 1)..<members.count {
        for earlier in mark..<later where members[later].hash == members[earlier].hash {
          try refuseIfSame(members[earlier].start, members[later].start)
        }
      }
      return
    }
    let sorted = members[mark...].sorted { ($0.hash, $0.start) < ($1.hash, $1.start) }
    for (earlier, later) in zip(sorted, sorted.dropFirst()) where earlier.hash == later.hash {
      try refuseIfSame(earlier.start, later.start)
    }
  }

  private func refuseIfSame(_ earlier: Int, _ later: Int) throws(JSONError) {
    var first = JSONReader(bytes, at: earlier)
    var second = JSONReader(bytes, at: later)
    let name = try first.string()
    guard try second.string() == name else { return }
    throw JSONError(.duplicateMember, at: later, "member \"\(name)\" stands twice in one object")
  }

  // MARK: Scalars

  /// Checks a string and returns a hash of the text it means.
  private mutating func string() throws(JSONError) -> UInt64 {
    let start = offset
    offset += 1
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\"") {
        offset += 1
        return hash
      }
      if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
      guard byte >= 0x20 else {
        throw JSONError(.syntax, at: offset, "a control character \(hex(byte)) inside a string")
      }
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
      if byte < 0x80 { offset += 1 } else { hash = try multibyte(byte, hash) }
    }
    throw JSONError(.syntax, at: offset, "a string without its end")
  }

  /// Checks a string with escapes: its hash is that of the text without them.
  private mutating func escapedString(from start: Int) throws(JSONError) -> UInt64 {
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
      let byte = bytes[offset]
      guard byte >= 0x20 else {
        throw JSONError(.syntax, at: offset, "a control character \(hex(byte)) inside a string")
      }
      if byte == UInt8(ascii: "\\") {
        try escape()
      } else if byte < 0x80 {
        offset += 1
      } else {
        _ = try multibyte(byte, 0)
      }
    }
    guard offset < bytes.count else {
      throw JSONError(.syntax, at: offset, "a string without its end")
    }
    offset += 1
    var reader = JSONReader(bytes, at: start)
    return try reader.string().utf8.reduce(0xcbf2_9ce4_8422_2325) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
  }

  private mutating func escape() throws(JSONError) {
    guard offset + 1 < bytes.count else {
      throw JSONError(.syntax, at: offset, "a string without its end")
    }
    switch bytes[offset + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      offset += 2
    case UInt8(ascii: "u"): try unicodeEscape()
    default:
      throw JSONError(.syntax, at: offset, "an unknown escape in a string")
    }
  }

  private mutating func unicodeEscape() throws(JSONError) {
    let first = try hexQuad(at: offset)
    offset += 6
    guard (0xD800...0xDFFF).contains(first) else { return }
    guard first < 0xDC00, let second = try? hexQuad(at: offset),  // absence is the error below
      (0xDC00...0xDFFF).contains(second)
    else { throw JSONError(.invalidUTF8, at: offset - 6, "a surrogate without its other half") }
    offset += 6
  }

  private func hexQuad(at start: Int) throws(JSONError) -> UInt32 {
    guard start + 6 <= bytes.count, bytes[start] == UInt8(ascii: "\\"),
      bytes[start + 1] == UInt8(ascii: "u")
    else { throw JSONError(.syntax, at: start, "a \\u escape without four hexadecimal digits") }
    var code: UInt32 = 0
    for byte in bytes[(start + 2)..<(start + 6)] {
      guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else {
        throw JSONError(.syntax, at: start, "a \\u escape without four hexadecimal digits")
      }
      code = code << 4 | UInt32(digit)
    }
    return code
  }

  /// Checks one character of two to four bytes (table 3-7 of the Unicode standard).
  private mutating func multibyte(_ first: UInt8, _ hash: UInt64) throws(JSONError) -> UInt64 {
    let lowest: UInt8 = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80
    let highest: UInt8 = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF
    let length: Int
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF: length = 3
    case 0xF0...0xF4: length = 4
    default: throw JSONError(.invalidUTF8, at: offset, "byte \(hex(first)) is not UTF-8")
    }
    guard offset + length <= bytes.count, (lowest...highest).contains(bytes[offset + 1]) else {
      throw JSONError(.invalidUTF8, at: offset, "byte \(hex(first)) is not UTF-8 here")
    }
    var result = hash
    for index in 1..<length {
      let byte = bytes[offset + index]
      guard byte & 0xC0 == 0x80 else {
        throw JSONError(.invalidUTF8, at: offset + index, "byte \(hex(byte)) is not UTF-8 here")
      }
      result = (result ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    offset += length
    return result
  }

  private mutating func number() throws(JSONError) {
    let start = offset
    if bytes[offset] == UInt8(ascii: "-") { offset += 1 }
    if offset < bytes.count, bytes[offset] == UInt8(ascii: "0") {
      offset += 1
      if offset < bytes.count, isDigit(bytes[offset]) {
        throw JSONError(.syntax, at: start, "a number with a leading zero")
      }
    } else {
      try digits(start)
    }
    if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
      offset += 1
      try digits(start)
    }
    if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      offset += 1
      if offset < bytes.count,
        bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-")
      {
        offset += 1
      }
      try digits(start)
    }
  }

  private mutating func digits(_ start: Int) throws(JSONError) {
    let first = offset
    while offset < bytes.count, isDigit(bytes[offset]) { offset += 1 }
    guard offset > first else { throw JSONError(.syntax, at: start, "a number without its digits") }
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  private mutating func word(_ word: StaticString) throws(JSONError) {
    let expected = Array(word.description.utf8)
    guard bytes[offset...].starts(with: expected) else {
      throw JSONError(.syntax, at: offset, "expected \(word)")
    }
    offset += expected.count
  }

  private mutating func skipSpace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x09, 0x0A, 0x0D: offset += 1
      default: return
      }
    }
  }

  private func hex(_ byte: UInt8) -> String {
    "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }
}
