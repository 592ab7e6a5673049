/// What somebody asked for: a command with its options and operands, all of them valid in form.
struct Invocation: Hashable, Sendable {
  var command: CommandName
  var operands: [String]
  private var values: [String: [String]]

  init(command: CommandName, operands: [String] = [], values: [String: [String]] = [:]) {
    self.command = command
    self.operands = operands
    self.values = values
  }

  /// Whether an option was given.
  func has(_ option: String) -> Bool { values[option] != nil }

  /// An option's value; nil when it was not given.
  func value(_ option: String) -> String? { values[option]?.last }

  /// All values of an option that may be repeated, in order.
  func allValues(_ option: String) -> [String] { values[option] ?? [] }

  /// A number option's value; the parser has made sure that it is one.
  func number(_ option: String) -> Int? { value(option).flatMap { Int($0) } }

  /// The operands as one text: a selection may be written as several words.
  var text: String { operands.joined(separator: " ") }

  mutating func set(_ option: String, to value: String) {
    values[option, default: []].append(value)
  }
}
