import HanseModel

extension JSONCParser {
  // MARK: Strings

  /// The string whose opening quote is at `offset`.
  mutating func string() throws(JSONCError) -> String {
    let start = offset
    var hasEscapes = false
    offset += 1
    while let byte = current, byte != UInt8(ascii: "\"") {
      if byte < 0x20 { throw controlCharacter(byte, in: start) }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        offset += 1
      }
      offset += 1
    }
    guard offset < bytes.count else {
      offset = bytes.count
      throw error("the string has no closing quote", at: start)
    }
    offset += 1
    if !hasEscapes { return String(decoding: bytes[(start + 1)..<(offset - 1)], as: UTF8.self) }
    return try unescaped(from: start)
  }

  private func controlCharacter(_ byte: UInt8, in start: Int) -> JSONCError {
    if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
      return error("the string has no closing quote on its line", at: start)
    }
    if byte == UInt8(ascii: "\t") {
      return error("a tab in a string is written \\t")
    }
    let code = JSONCParser.hexadecimal(UInt32(byte))
    return error("a control character in a string is written as an escape: \\u\(code)")
  }

  private func unescaped(from start: Int) throws(JSONCError) -> String {
    do {
      return try String.decode(Array(bytes[start..<offset]))
    } catch let problem {
      throw error(problem.message, at: start + problem.offset)
    }
  }

  // MARK: Numbers

  /// The number at `offset`, as it is written.
  mutating func number() throws(JSONCError) -> String {
    let start = offset
    if current == UInt8(ascii: "-") { offset += 1 }
    if current == UInt8(ascii: "0") {
      offset += 1
      if let byte = current, JSONCParser.isDigit(byte) {
        throw error("a number does not begin with 0", at: start)
      }
    } else {
      try digits()
    }
    if current == UInt8(ascii: ".") {
      offset += 1
      try digits()
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      offset += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { offset += 1 }
      try digits()
    }
    return try finished(from: start)
  }

  private mutating func digits() throws(JSONCError) {
    let start = offset
    while let byte = current, JSONCParser.isDigit(byte) { offset += 1 }
    if offset == start { throw error("expected a digit, found \(found)") }
  }

  private func finished(from start: Int) throws(JSONCError) -> String {
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if let byte = current, JSONCParser.isWordByte(byte) {
      throw error("a number with a unit is written in quotes, such as \"10s\"", at: start)
    }
    guard let value = Double(text), value.isFinite else {
      throw error("the number is too large", at: start)
    }
    return text
  }

  // MARK: Words

  mutating func word() throws(JSONCError) -> JSONCNode.Kind {
    let start = offset
    let word = peekWord()
    offset += word.utf8.count
    switch word {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "null": return .null
    default: throw error(JSONCParser.unknownWord(word), at: start)
    }
  }

  private static func unknownWord(_ word: String) -> String {
    if let near = Spelling.nearest(to: word, among: ["true", "false", "null"]) {
      return "expected a value, found \(quoted(word)); did you mean \(near)?"
    }
    return "expected a value, found a word; a string is written in double quotes"
  }

  func peekWord() -> String {
    var end = offset
    while end < bytes.count, JSONCParser.isWordByte(bytes[end]), end - offset < 200 { end += 1 }
    return String(decoding: bytes[offset..<end], as: UTF8.self)
  }

  static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"):
      true
    default: false
    }
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  // MARK: White space and comments

  mutating func skipTrivia() throws(JSONCError) {
    while let byte = current {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        offset += 1
      case UInt8(ascii: "/"): try skipComment()
      case UInt8(ascii: "#"):
        throw error("a comment begins with // or stands between /* and */, not with #")
      default: return
      }
    }
  }

  private mutating func skipComment() throws(JSONCError) {
    let start = offset
    let second = offset + 1 < bytes.count ? bytes[offset + 1] : 0
    offset += 2
    switch second {
    case UInt8(ascii: "/"):
      while let byte = current, byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") {
        offset += 1
      }
    case UInt8(ascii: "*"):
      while offset + 1 < bytes.count,
        bytes[offset] != UInt8(ascii: "*") || bytes[offset + 1] != UInt8(ascii: "/")
      {
        offset += 1
      }
      guard offset + 1 < bytes.count else { throw error("the comment has no end: */", at: start) }
      offset += 2
    default:
      throw error("a comment begins with // or stands between /* and */", at: start)
    }
  }
}
