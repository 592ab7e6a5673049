/// Arguments that do not fit a command.
///
/// Data only; the words are in `UsageMessages.swift`.
enum UsageError: Error, Hashable, Sendable {
  case noCommand
  case unknownCommand(String, nearest: String?)
  case unknownOption(String, command: CommandName?, nearest: String?)
  case missingValue(OptionSyntax, command: CommandName?)
  case emptyValue(OptionSyntax, command: CommandName?)
  case unexpectedValue(OptionSyntax, value: String, command: CommandName?)
  case notAChoice(OptionSyntax, value: String, nearest: String?, command: CommandName?)
  case notANumber(OptionSyntax, value: String, command: CommandName?)
  case repeated(OptionSyntax, command: CommandName?)
  case missingOperand(OperandSyntax, command: CommandName)
  case emptyOperand(OperandSyntax, command: CommandName)
  case tooManyOperands(String, command: CommandName)
  /// The option exists, but the command has no use for it.
  case notForCommand(OptionSyntax, command: CommandName)
  /// The form is right, but not what it says.
  case invalid(String, command: CommandName)

  var command: CommandName? {
    switch self {
    case .noCommand, .unknownCommand: nil
    case .unknownOption(_, let command, _), .missingValue(_, let command),
      .emptyValue(_, let command),
      .unexpectedValue(_, _, let command), .notAChoice(_, _, _, let command),
      .notANumber(_, _, let command), .repeated(_, let command):
      command
    case .missingOperand(_, let command), .emptyOperand(_, let command),
      .tooManyOperands(_, let command),
      .notForCommand(_, let command), .invalid(_, let command):
      command
    }
  }
}
