import HanseModel
import HanseSystem

/// Collects what is wrong while values are read, and knows where reading is.
struct Validation: Sendable {
  struct Problem: Hashable, Sendable {
    var position: SourcePosition
    var message: String
    var severity: WorkspaceProblem.Severity
    /// Which entry of `locations` it is in.
    var location: Int?
  }

  /// What relative paths start from.
  let directory: String
  private(set) var problems: [Problem] = []
  /// The members and indices that lead to the value being read, from the entry of the location or
  /// from the root.
  private var path: [String] = []
  /// The index of the location's entry being read.
  private(set) var location: Int?
  /// Whether the values here may be secrets, and messages must not show them.
  private var hidesValues = false

  init(directory: String) { self.directory = directory }

  var errorCount: Int { problems.count { $0.severity == .error } }

  func absolute(_ path: String) -> String { Paths.absolute(path, relativeTo: directory) }

  // MARK: Where reading is

  /// Reads what is behind a member.
  mutating func inside<Result>(
    _ name: String,
    _ body: (inout Validation) -> Result
  ) -> Result {
    path.append(name)
    defer { path.removeLast() }
    return body(&self)
  }

  /// Reads an element of an array.
  mutating func inside<Result>(
    index: Int,
    _ body: (inout Validation) -> Result
  ) -> Result {
    let last = path.popLast() ?? ""
    path.append("\(last)[\(index)]")
    defer { path[path.count - 1] = last }
    return body(&self)
  }

  /// Reads the entry of a location, or comes back to it.
  mutating func inLocation<Result>(
    _ index: Int,
    _ body: (inout Validation) -> Result
  ) -> Result {
    let outer = (path, location)
    (path, location) = ([], index)
    defer { (path, location) = outer }
    return body(&self)
  }

  /// Reads values that messages must not show.
  mutating func withSecrets<Result>(_ body: (inout Validation) -> Result) -> Result {
    let outer = hidesValues
    hidesValues = true
    defer { hidesValues = outer }
    return body(&self)
  }

  // MARK: What is wrong

  /// Reports an error in the value being read; the message begins with its path.
  mutating func report(_ node: JSONCNode, _ message: String) {
    let place = path.isEmpty ? "" : "\(JSONCParser.quoted(path.joined(separator: "."))): "
    report(at: node.position, place + message)
  }

  /// Reports an error in a member's name.
  mutating func report(
    at position: SourcePosition,
    _ message: String,
    severity: WorkspaceProblem.Severity = .error
  ) {
    problems.append(
      Problem(position: position, message: message, severity: severity, location: location)
    )
  }

  mutating func reportUnexpected(_ node: JSONCNode, expected: String, advice: String? = nil) {
    let advice = advice.map { "; \($0)" } ?? ""
    report(node, "expected \(expected), found \(found(node))\(advice)")
  }

  mutating func reportUnknown(_ member: JSONCMember, known: [String]) {
    let place = path.isEmpty ? "" : " of \(JSONCParser.quoted(path.joined(separator: ".")))"
    let hint =
      switch Spelling.nearest(to: member.name, among: known) {
      case .some(let near): "did you mean \"\(near)\"?"
      case nil: "expected \(Validation.list(known))"
      }
    let name = JSONCParser.quoted(member.name)
    report(at: member.namePosition, "unknown member \(name)\(place); \(hint)")
  }

  /// What a message calls a value that is not what was expected.
  func found(_ node: JSONCNode) -> String {
    switch node.kind {
    case .array: "an array"
    case .object: "an object"
    case .null: "null"
    case .bool(let value): hidesValues ? "a boolean" : "\(value)"
    case .number(let text): hidesValues ? "a number" : String(text.prefix(40))
    case .string(let text): hidesValues ? "a string" : JSONCParser.quoted(text)
    }
  }

  /// Names in quotes: `"a", "b" or "c"`.
  static func list(_ names: [String]) -> String {
    let quoted = names.map { "\"\($0)\"" }
    guard quoted.count > 1, let last = quoted.last else { return quoted.first ?? "" }
    return quoted.dropLast().joined(separator: ", ") + " or " + last
  }
}
