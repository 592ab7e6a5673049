/// Describes one command: what its arguments are parsed by, and what its help is made of.
struct CommandSyntax: Sendable {
  var name: CommandName
  var summary: String
  /// Paragraphs below the usage line.
  var details: [String] = []
  var operands: [OperandSyntax] = []
  /// Beyond those that every command takes.
  var options: [OptionSyntax] = []
  var examples: [Example] = []

  struct Example: Sendable {
    var line: String
    var meaning: String

    init(_ line: String, _ meaning: String) {
      self.line = line
      self.meaning = meaning
    }
  }

  /// The command's own options and the common ones.
  var allOptions: [OptionSyntax] { options + OptionSyntax.common }
}

/// Describes an argument that is known by its place.
struct OperandSyntax: Hashable, Sendable {
  enum Count: Hashable, Sendable {
    case one
    case optional
    /// Any number of words that mean one thing together; with `required`, at least one.
    case words(required: Bool)
  }

  var name: String
  var help: String
  var count: Count

  init(_ name: String, _ help: String, count: Count = .one) {
    self.name = name
    self.help = help
    self.count = count
  }

  var isRequired: Bool {
    switch count {
    case .one: true
    case .optional: false
    case .words(let required): required
    }
  }

  /// How the usage line shows it.
  var usage: String {
    switch count {
    case .one: name
    case .optional: "[\(name)]"
    case .words(let required): required ? "\(name)..." : "[\(name)...]"
    }
  }
}

/// Describes an argument that is known by its name.
struct OptionSyntax: Hashable, Sendable {
  enum Value: Hashable, Sendable {
    /// The option is there or not.
    case none
    /// Any text; the name says what it stands for.
    case text(String)
    /// A whole number of a range.
    case number(String, ClosedRange<Int>)
    case choice([String])
  }

  /// Without the dashes.
  var name: String
  var short: Character?
  var value: Value
  var isRepeatable: Bool
  var help: String

  init(
    _ name: String,
    short: Character? = nil,
    _ value: Value = .none,
    isRepeatable: Bool = false,
    help: String
  ) {
    self.name = name
    self.short = short
    self.value = value
    self.isRepeatable = isRepeatable
    self.help = help
  }

  /// How help and messages show it: `--format text|dot`.
  var usage: String {
    switch value {
    case .none: "--\(name)"
    case .text(let value), .number(let value, _): "--\(name) \(value)"
    case .choice(let values): "--\(name) \(values.joined(separator: "|"))"
    }
  }
}
