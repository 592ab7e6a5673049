package import HanseModel

/// Writes values as a person would: short ones on one line, long ones with a line for each item.
package struct JSONCFormatter: Sendable {
  /// What one level is indented by.
  package var unit = "  "
  package var newline = "\n"
  /// How long an array or object on one line may be.
  package var limitCharacters = 80

  package init() {}

  /// The text of a value whose line is indented by `indent`; the first line has no indent itself.
  package func text(_ value: JSONValue, indent: String = "") -> String {
    let line = oneLine(value)
    if line.count <= limitCharacters { return line }
    let inner = indent + unit
    let items: [String]
    switch value {
    case .array(let elements): items = elements.map { text($0, indent: inner) }
    case .object(let members):
      items = members.map { JSONWriter.text($0.name) + ": " + text($0.value, indent: inner) }
    case .null, .bool, .integer, .number, .string: return line
    }
    let lines = items.map { newline + inner + $0 }.joined(separator: ",")
    let isObject = value.objectMembers != nil
    return (isObject ? "{" : "[") + lines + newline + indent + (isObject ? "}" : "]")
  }

  private func oneLine(_ value: JSONValue) -> String {
    switch value {
    case .array(let elements):
      return "[" + elements.map(oneLine).joined(separator: ", ") + "]"
    case .object(let members):
      if members.isEmpty { return "{}" }
      let items = members.map { JSONWriter.text($0.name) + ": " + oneLine($0.value) }
      return "{ " + items.joined(separator: ", ") + " }"
    case .null, .bool, .integer, .number, .string: return value.text
    }
  }
}
