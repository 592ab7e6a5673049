import HanseModel

/// Reads JSON with comments into a tree; stops at the first error.
///
/// It recurses, never deeper than `JSONCDocument.limitDepth`.
struct JSONCParser {
  let bytes: [UInt8]
  var offset = 0
  private(set) var duplicates: [JSONCDocument.Duplicate] = []
  private var tracker = PositionTracker()
  private var depth = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSONCError) -> JSONCNode {
    try skipTrivia()
    if current == nil { throw error("the file is empty; expected an object in braces") }
    let root = try value(after: nil)
    try skipTrivia()
    if current != nil { throw error("expected the end of the file, found \(found)") }
    return root
  }

  var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  func error(_ message: String, at place: Int? = nil) -> JSONCError {
    JSONCError(at: SourcePosition(of: place ?? offset, in: bytes), message)
  }

  // MARK: Values

  private mutating func value(after name: String?) throws(JSONCError) -> JSONCNode {
    let start = offset
    let position = tracker.position(of: start, in: bytes)
    let kind: JSONCNode.Kind
    switch current {
    case UInt8(ascii: "{"): kind = .object(try nested(JSONCParser.members))
    case UInt8(ascii: "["): kind = .array(try nested(JSONCParser.elements))
    case UInt8(ascii: "\""): kind = .string(try string())
    case UInt8(ascii: "-"): kind = .number(try number())
    case .some(let byte) where JSONCParser.isDigit(byte): kind = .number(try number())
    case .some(let byte) where JSONCParser.isWordByte(byte): kind = try word()
    default: throw noValue(after: name)
    }
    return JSONCNode(kind: kind, range: start..<offset, position: position)
  }

  private func noValue(after name: String?) -> JSONCError {
    if current == UInt8(ascii: "'") {
      return error("a string is written in double quotes, not in single ones")
    }
    let what = name.map { "the value of member \(JSONCParser.quoted($0))" } ?? "a value"
    return error("expected \(what), found \(found)")
  }

  private mutating func nested<Item>(
    _ read: (inout JSONCParser, Int) throws(JSONCError) -> [Item]
  ) throws(JSONCError) -> [Item] {
    if depth == JSONCDocument.limitDepth {
      throw error("nested deeper than \(JSONCDocument.limitDepth) levels")
    }
    let start = offset
    depth += 1
    offset += 1
    let items = try read(&self, start)
    depth -= 1
    return items
  }

  private static func elements(
    _ parser: inout JSONCParser,
    _ start: Int
  ) throws(JSONCError) -> [JSONCElement] {
    var elements: [JSONCElement] = []
    while try !parser.ends(with: UInt8(ascii: "]"), opened: start) {
      let value = try parser.value(after: nil)
      let comma = try parser.comma(or: "]", opened: start, after: "the element")
      elements.append(JSONCElement(value: value, commaOffset: comma))
    }
    return elements
  }

  private static func members(
    _ parser: inout JSONCParser,
    _ start: Int
  ) throws(JSONCError) -> [JSONCMember] {
    var members: [JSONCMember] = []
    var seen: [String: SourcePosition] = [:]
    while try !parser.ends(with: UInt8(ascii: "}"), opened: start) {
      let member = try parser.member(opened: start)
      if let first = seen[member.name] {
        parser.duplicates.append(
          JSONCDocument.Duplicate(
            name: member.name,
            first: first,
            second: member.namePosition,
            offset: member.nameRange.lowerBound
          )
        )
      } else {
        seen[member.name] = member.namePosition
      }
      members.append(member)
    }
    return members
  }

  private mutating func member(opened start: Int) throws(JSONCError) -> JSONCMember {
    let nameStart = offset
    let position = tracker.position(of: nameStart, in: bytes)
    let name = try memberName()
    let nameRange = nameStart..<offset
    try skipTrivia()
    guard current == UInt8(ascii: ":") else {
      throw error("expected \":\" after member \(JSONCParser.quoted(name)), found \(found)")
    }
    offset += 1
    try skipTrivia()
    let value = try value(after: name)
    let place = "the value of \(JSONCParser.quoted(name))"
    let comma = try comma(or: "}", opened: start, after: place)
    return JSONCMember(
      name: name,
      nameRange: nameRange,
      namePosition: position,
      value: value,
      commaOffset: comma
    )
  }

  private mutating func memberName() throws(JSONCError) -> String {
    if current == UInt8(ascii: "\"") { return try string() }
    if let byte = current, JSONCParser.isWordByte(byte) {
      throw error("a member's name is written in double quotes: \"\(peekWord())\"")
    }
    if current == UInt8(ascii: "'") {
      throw error("a member's name is written in double quotes, not in single ones")
    }
    throw error("expected a member's name in double quotes, found \(found)")
  }

  // MARK: Punctuation

  /// Steps over the closing bracket if it is what comes next.
  private mutating func ends(with close: UInt8, opened start: Int) throws(JSONCError) -> Bool {
    try skipTrivia()
    if current == nil { throw unclosed(start) }
    guard current == close else { return false }
    offset += 1
    return true
  }

  /// Steps over a comma, which only the last item may lack.
  private mutating func comma(
    or close: Unicode.Scalar,
    opened start: Int,
    after place: String
  ) throws(JSONCError) -> Int? {
    try skipTrivia()
    switch current {
    case UInt8(ascii: ","):
      defer { offset += 1 }
      return offset
    case UInt8(ascii: close): return nil
    case nil: throw unclosed(start)
    default: throw error("expected \",\" or \"\(close)\" after \(place), found \(found)")
    }
  }

  private func unclosed(_ start: Int) -> JSONCError {
    let close = bytes[start] == UInt8(ascii: "{") ? "}" : "]"
    let open = String(decoding: [bytes[start]], as: UTF8.self)
    let place = SourcePosition(of: start, in: bytes)
    return error("the file ends before the \"\(close)\" of the \"\(open)\" at \(place)")
  }

  /// What a message says about the place where something else was expected.
  ///
  /// Strings, words and numbers are not shown: they may be a secret that lost its quotes.
  var found: String {
    guard let byte = current else { return "the end of the file" }
    if byte == UInt8(ascii: "\"") { return "a string" }
    if JSONCParser.isDigit(byte) { return "a number" }
    if JSONCParser.isWordByte(byte) { return "a word" }
    let rest = String(decoding: bytes[offset..<min(offset + 4, bytes.count)], as: UTF8.self)
    guard let scalar = rest.unicodeScalars.first else { return "the end of the file" }
    if scalar.value < 0x20 || scalar.value == 0x7F {
      return "the control character U+\(JSONCParser.hexadecimal(scalar.value))"
    }
    return "\"\(scalar)\""
  }

  static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// A name as a message shows it: in quotes, escaped, not too long.
  static func quoted(_ text: String) -> String {
    let shown = text.count > 40 ? text.prefix(40) + "…" : text[...]
    return JSONWriter.text(String(shown))
  }
}
