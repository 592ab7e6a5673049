import HanseModel

/// Reads a selection by recursive descent; the depth is bounded.
struct SelectionParser {
  private let text: String
  /// Scalars and not characters, so that a combining mark after a quote or a star hides neither.
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var depth = 0
  private var openParentheses = 0
  private var scans = 0

  init(_ text: String) {
    self.text = text
    scalars = Array(text.unicodeScalars)
  }

  mutating func parse() throws(SelectionError) -> SelectionExpression {
    skipSpace()
    guard position < scalars.count else {
      throw error("the selection is empty; \"*\" selects every asset")
    }
    let expression = try parseAny()
    guard position < scalars.count else { return expression }
    throw unexpected()
  }

  // MARK: Expressions

  private mutating func parseAny() throws(SelectionError) -> SelectionExpression {
    var parts = [try parseAll()]
    while takeKeyword("or") { parts.append(try parseAll()) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func parseAll() throws(SelectionError) -> SelectionExpression {
    var parts = [try parseNot()]
    while takeKeyword("and") { parts.append(try parseNot()) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func parseNot() throws(SelectionError) -> SelectionExpression {
    skipSpace()
    let start = position
    guard takeKeyword("not") else { return try parseTraversal() }
    try enter(at: start)
    let inner = try parseNot()
    depth -= 1
    return .not(inner)
  }

  private mutating func parseTraversal() throws(SelectionError) -> SelectionExpression {
    skipSpace()
    let start = position
    let upstream = try parseUpstreamSign()
    if upstream != nil, position == scalars.count || scalars[position].properties.isWhitespace {
      throw error("expected an asset right after \"+\"")
    }
    let inner = try parsePrimary()
    var downstream: SelectionExpression.Reach?
    if position < scalars.count, scalars[position] == "+" {
      position += 1
      downstream = try parseLevels()
    }
    try checkEndOfTerm()
    if upstream != nil || downstream != nil { try countScan(at: start) }
    skipSpace()
    if upstream == nil && downstream == nil { return inner }
    return .neighbours(of: inner, upstream: upstream, downstream: downstream)
  }

  /// `+` or `2+`, if it is there; a number is only that when something follows its sign, so that
  /// `2+` stays what is downstream of the asset `2`.
  private mutating func parseUpstreamSign() throws(SelectionError) -> SelectionExpression.Reach? {
    let digits = scalars[position...].prefix(while: SelectionLexis.isDigit)
    let sign = digits.endIndex
    guard sign < scalars.count, scalars[sign] == "+" else { return nil }
    if !digits.isEmpty {
      guard sign + 1 < scalars.count else { return nil }
      let next = scalars[sign + 1]
      guard SelectionLexis.isKeyCharacter(next) || next == "(" || next == "\"" else { return nil }
    }
    let reach = try parseLevels()
    position += 1
    return reach
  }

  private mutating func parseLevels() throws(SelectionError) -> SelectionExpression.Reach {
    let digits = scalars[position...].prefix(while: SelectionLexis.isDigit)
    if digits.isEmpty { return .everything }
    guard digits.count <= 9, let levels = Int(SelectionParser.string(digits)) else {
      throw error("the number of levels is too large")
    }
    position = digits.endIndex
    return .levels(levels)
  }

  // MARK: Terms

  private mutating func parsePrimary() throws(SelectionError) -> SelectionExpression {
    guard position < scalars.count else {
      throw error("expected an asset, found the end")
    }
    switch scalars[position] {
    case "(": return try parseParentheses()
    case "\"":
      let start = position
      return try keyExpression(Glob(pieces: try parseQuoted().pieces), at: start)
    case let character where SelectionLexis.isKeyCharacter(character): return try parseWord()
    default: throw unexpected(expected: "an asset")
    }
  }

  private mutating func parseParentheses() throws(SelectionError) -> SelectionExpression {
    let start = position
    try enter(at: start)
    openParentheses += 1
    position += 1
    let inner = try parseAny()
    guard position < scalars.count else {
      throw SelectionError("this parenthesis is not closed", offset: start, text: text)
    }
    guard scalars[position] == ")" else { throw unexpected() }
    position += 1
    openParentheses -= 1
    depth -= 1
    return inner
  }

  private mutating func parseWord() throws(SelectionError) -> SelectionExpression {
    let start = position
    let word = SelectionParser.string(
      scalars[start...].prefix(while: SelectionLexis.isKeyCharacter)
    )
    position += word.unicodeScalars.count
    if position < scalars.count, scalars[position] == ":" {
      position += 1
      return try parseAttribute(word, at: start)
    }
    if SelectionLexis.isKeyword(word) {
      throw SelectionError(
        "expected an asset, found \"\(word)\"; quote it if it is an asset's key",
        offset: start,
        text: text
      )
    }
    return try keyExpression(Glob(word), at: start)
  }

  private mutating func parseAttribute(
    _ name: String,
    at start: Int
  ) throws(SelectionError) -> SelectionExpression {
    if name == "tag" {
      try countScan(at: start)
      return try parseTag()
    }
    if name == "key" {
      let place = position
      return try keyExpression(try parseValue(after: "key:"), at: place)
    }
    guard let attribute = SelectionExpression.Attribute(rawValue: name) else {
      let nearest = Spelling.nearest(to: name, among: SelectionLexis.attributes)
      let hint =
        nearest.map { "did you mean \"\($0):\"?" }
        ?? "there are \(SelectionLexis.attributes.map { "\"\($0):\"" }.joined(separator: ", "))"
      throw SelectionError(
        "unknown attribute \(quoted(name + ":")); \(hint)",
        offset: start,
        text: text
      )
    }
    try countScan(at: start)
    return .attribute(attribute, try parseValue(after: "\(name):"))
  }

  private mutating func parseTag() throws(SelectionError) -> SelectionExpression {
    var name: Glob
    if position < scalars.count, scalars[position] == "\"" {
      let quoted = try parseQuoted()
      name = Glob(pieces: quoted.pieces)
      let isFollowed = position < scalars.count && scalars[position] == "="
      // `tag:"tier=gold"` is what people write in a shell.
      if let (first, second) = quoted.split, !isFollowed {
        return .tag(name: Glob(pieces: first), value: Glob(pieces: second))
      }
    } else {
      name = try parseValue(after: "tag:", until: "=")
    }
    guard position < scalars.count, scalars[position] == "=" else {
      return .tag(name: name, value: nil)
    }
    position += 1
    return .tag(name: name, value: try parseValue(after: "="))
  }

  private mutating func parseValue(
    after what: String,
    until end: Unicode.Scalar? = nil
  ) throws(SelectionError) -> Glob {
    if position < scalars.count, scalars[position] == "\"" {
      return Glob(pieces: try parseQuoted().pieces)
    }
    let word = scalars[position...].prefix {
      SelectionLexis.isValueCharacter($0) && $0 != end
    }
    guard !word.isEmpty else { throw error("expected a value after \"\(what)\"") }
    position = word.endIndex
    return Glob(SelectionParser.string(word))
  }

  /// A quoted text: its pieces between stars, and the two halves around its first `=`.
  private struct Quoted {
    var pieces = [""]
    var split: (first: [String], second: [String])?

    mutating func append(_ scalar: Unicode.Scalar) {
      pieces[pieces.count - 1].unicodeScalars.append(scalar)
    }
  }

  private mutating func parseQuoted() throws(SelectionError) -> Quoted {
    let start = position
    position += 1
    var whole = Quoted()
    var half = Quoted()
    var first: [String]?
    while position < scalars.count {
      let character = scalars[position]
      position += 1
      switch character {
      case "\"":
        whole.split = first.map { ($0, half.pieces) }
        return whole
      case "*":
        whole.pieces.append("")
        half.pieces.append("")
      case "=" where first == nil:
        first = half.pieces
        half = Quoted()
        whole.append("=")
      case "\\" where position < scalars.count:
        whole.append(scalars[position])
        half.append(scalars[position])
        position += 1
      default:
        whole.append(character)
        half.append(character)
      }
    }
    throw SelectionError("this quote is not closed", offset: start, text: text)
  }

  private mutating func keyExpression(
    _ glob: Glob,
    at start: Int
  ) throws(SelectionError) -> SelectionExpression {
    if glob.isEmpty { throw SelectionError("the key is empty", offset: start, text: text) }
    if glob.literal == nil { try countScan(at: start) }
    return .key(SelectionExpression.KeyTerm(glob, offset: start))
  }

  // MARK: Words and errors

  private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars)
    return text
  }

  private mutating func skipSpace() {
    while position < scalars.count, scalars[position].properties.isWhitespace { position += 1 }
  }

  /// Takes a keyword in small or in capital letters, if it is next.
  private mutating func takeKeyword(_ keyword: String) -> Bool {
    let word = SelectionParser.string(
      scalars[position...].prefix(while: SelectionLexis.isKeyCharacter)
    )
    let end = position + word.unicodeScalars.count
    guard word == keyword || word == keyword.uppercased() else { return false }
    if end < scalars.count, scalars[end] == ":" { return false }
    position = end
    skipSpace()
    return true
  }

  private mutating func enter(at start: Int) throws(SelectionError) {
    depth += 1
    guard depth <= AssetSelection.nestingLimit else {
      throw SelectionError(
        "the selection is nested deeper than \(AssetSelection.nestingLimit) levels",
        offset: start,
        text: text
      )
    }
  }

  private mutating func countScan(at start: Int) throws(SelectionError) {
    scans += 1
    guard scans <= AssetSelection.scanLimit else {
      throw SelectionError(
        "more than \(AssetSelection.scanLimit) patterns, attributes and \"+\" in one selection",
        offset: start,
        text: text
      )
    }
  }

  /// After a term comes white space, a closing parenthesis or the end; else two terms would run into
  /// one another.
  private func checkEndOfTerm() throws(SelectionError) {
    guard position < scalars.count else { return }
    let character = scalars[position]
    if !character.properties.isWhitespace && character != ")" { throw unexpected() }
  }

  private func error(_ message: String) -> SelectionError {
    SelectionError(message, offset: position, text: text)
  }

  private func unexpected(
    expected: String? = nil
  ) -> SelectionError {
    let end = openParentheses > 0 ? "\")\"" : "the end"
    let expected = expected ?? "\"and\", \"or\" or \(end)"
    let rest = scalars[position...]
    let word = rest.prefix(while: SelectionLexis.isKeyCharacter)
    let found =
      word.isEmpty ? rest.first.map { String($0) } ?? "the end" : SelectionParser.string(word)
    let hint =
      switch found {
      case ",", "|": "; write \"or\" between selections"
      case "&": "; write \"and\" between selections"
      case "!", "-", "~": "; write \"not\" before a selection"
      case ")": openParentheses == 0 ? "; no parenthesis is open" : ""
      case _ where found == "+" || (position > 0 && scalars[position - 1] == "+"):
        "; quote a key or value that holds a \"+\""
      case "'": "; quote with \""
      default: ""
      }
    return error("expected \(expected), found \(quoted(found))\(hint)")
  }
}
