import HanseModel

/// The words about arguments.
enum UsageMessages {
  static let tagline = "hanse: one control plane for the data assets of many teams"
  static let usageTitle = "Usage:"
  static let operandsTitle = "Arguments:"
  static let optionsTitle = "Options:"
  static let commonOptionsTitle = "Common options:"
  static let examplesTitle = "Examples:"
  static let exitStatusTitle = "Exit status:"
  static let more = "More about a command: hanse help COMMAND"

  static let groups: [(title: String, commands: [CommandName])] = [
    ("Workspace", [.`init`, .dev, .check, .reload, .doctor]),
    ("What there is", [.locations, .assets, .graph]),
    ("Runs", [.materialize, .runs, .run, .cancel, .queue, .events, .logs]),
    ("Isolation", [.drill, .conform]),
    ("This program", [.version, .help]),
  ]

  static let exitStatuses: [(term: String, meaning: String)] = [
    ("0", "good"),
    ("1", "the run or the check failed"),
    ("2", "wrong usage"),
    ("3", "the workspace cannot be used"),
  ]

  /// What is wrong, and where to read on.
  static func text(_ error: UsageError) -> String {
    "\(what(error))\n\(hint(error))"
  }

  private static func what(_ error: UsageError) -> String {
    switch error {
    case .noCommand: "no command is given"
    case .unknownCommand(let word, let nearest):
      "there is no command \"\(word.visibleLine)\"\(suggestion(nearest))"
    case .unknownOption(let option, let command, let nearest):
      "\(subject(command)) has no option \"\(option.visibleLine)\"\(suggestion(nearest))"
    case .missingValue(let option, _):
      "option \"--\(option.name)\" needs a value: \(option.usage)"
    case .emptyValue(let option, _):
      "option \"--\(option.name)\" is given an empty value: \(option.usage)"
    case .unexpectedValue(let option, let value, _):
      "option \"--\(option.name)\" takes no value, but \"\(value.visibleLine)\" is given"
    case .notAChoice(let option, let value, let nearest, _):
      "option \"--\(option.name)\": \"\(value.visibleLine)\" is none of \(choices(option))"
        + suggestion(nearest)
    case .notANumber(let option, let value, _):
      "option \"--\(option.name)\": \"\(value.visibleLine)\" is not a whole number \(range(option))"
    case .repeated(let option, _):
      "option \"--\(option.name)\" is given twice"
    case .missingOperand(let operand, let command):
      "\"hanse \(command.rawValue)\" needs \(operand.name): \(operand.help)"
    case .emptyOperand(let operand, let command):
      operand.isRequired
        ? "\"hanse \(command.rawValue)\" needs \(operand.name), but an empty one is given: "
          + operand.help
        : "\"hanse \(command.rawValue)\" is given an empty \(operand.name), which means nothing; "
          + "leave it out, or say \(operand.help)"
    case .tooManyOperands(let word, let command):
      "\"hanse \(command.rawValue)\" has no use for \"\(word.visibleLine)\""
    case .notForCommand(let option, let command):
      "\"hanse \(command.rawValue)\" has no option \"--\(option.name)\""
    case .invalid(let message, _): message
    }
  }

  private static func hint(_ error: UsageError) -> String {
    guard let command = error.command else { return "see `hanse help`" }
    return "see `hanse help \(command.rawValue)`"
  }

  private static func subject(_ command: CommandName?) -> String {
    command.map { "\"hanse \($0.rawValue)\"" } ?? "hanse"
  }

  private static func suggestion(_ nearest: String?) -> String {
    nearest.map { "; did you mean \"\($0)\"?" } ?? ""
  }

  /// `from 1 to 1000`.
  private static func range(_ option: OptionSyntax) -> String {
    guard case .number(_, let range) = option.value else { return "" }
    return range.upperBound == .max
      ? "from \(range.lowerBound) on" : "from \(range.lowerBound) to \(range.upperBound)"
  }

  private static func choices(_ option: OptionSyntax) -> String {
    guard case .choice(let choices) = option.value else { return "" }
    return choices.joined(separator: ", ")
  }
}
