import HanseModel

/// Reads a command line by the descriptions of the commands.
struct ArgumentParser {
  private var rest: ArraySlice<String>
  private var command: CommandSyntax?
  private var invocation = Invocation(command: .help)
  /// Set by `--`: what follows is no option, whatever it looks like.
  private var optionsHaveEnded = false

  /// Reads the arguments after the program's own name.
  ///
  /// `--help` anywhere gives the help of the command; `--version` before a command the version.
  ///
  /// - Throws: ``UsageError`` for the first argument that does not fit.
  static func parse(_ arguments: [String]) throws(UsageError) -> Invocation {
    var parser = ArgumentParser(rest: arguments[...])
    return try parser.run()
  }

  private init(rest: ArraySlice<String>) { self.rest = rest }

  private mutating func run() throws(UsageError) -> Invocation {
    while let argument = rest.popFirst() {
      if optionsHaveEnded || !Self.isOption(argument) {
        try takeWord(argument)
      } else if argument == "--" {
        optionsHaveEnded = true
      } else {
        try takeOption(argument)
      }
    }
    return try finish()
  }

  // MARK: Words

  private mutating func takeWord(_ word: String) throws(UsageError) {
    guard let command else {
      guard let name = CommandName(rawValue: word) else {
        let known = CommandName.allCases.map(\.rawValue)
        throw .unknownCommand(word, nearest: Spelling.nearest(to: word, among: known))
      }
      command = name.syntax
      invocation.command = name
      return
    }
    let takesAll = command.operands.contains {
      if case .words = $0.count { true } else { false }
    }
    guard takesAll || invocation.operands.count < command.operands.count else {
      throw .tooManyOperands(word, command: command.name)
    }
    invocation.operands.append(word)
  }

  // MARK: Options

  private mutating func takeOption(_ argument: String) throws(UsageError) {
    let (spelled, inline) = Self.split(argument)
    let option = try find(spelled)
    if !option.isRepeatable, option.value != .none, invocation.has(option.name) {
      throw .repeated(option, command: command?.name)
    }
    guard option.value != .none else {
      if let inline { throw .unexpectedValue(option, value: inline, command: command?.name) }
      invocation.set(option.name, to: "")
      return
    }
    let value: String
    if let inline {
      value = inline
    } else if let next = rest.first, !Self.isOption(next) {
      rest.removeFirst()
      value = next
    } else {
      throw .missingValue(option, command: command?.name)
    }
    try check(value, of: option)
    invocation.set(option.name, to: value)
  }

  /// Parts `--name=value`, and `-nVALUE` for an option of one letter.
  private static func split(_ argument: String) -> (name: String, value: String?) {
    if argument.hasPrefix("--") {
      guard let equals = argument.firstIndex(of: "=") else { return (argument, nil) }
      return (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
    }
    let value = argument.dropFirst(2)
    return (String(argument.prefix(2)), value.isEmpty ? nil : String(value))
  }

  /// Whether a word can only be an option; a single dash and negative numbers are values.
  private static func isOption(_ word: String) -> Bool {
    guard word.hasPrefix("-"), let second = word.dropFirst().first else { return false }
    return !second.isNumber
  }

  private func find(_ spelled: String) throws(UsageError) -> OptionSyntax {
    let options = command?.allOptions ?? OptionSyntax.common + [.version]
    if let option = options.first(where: { $0.isSpelled(spelled) }) { return option }
    let known = options.map { "--\($0.name)" }
    throw .unknownOption(
      spelled,
      command: command?.name,
      nearest: Spelling.nearest(to: spelled, among: known)
    )
  }

  private func check(_ value: String, of option: OptionSyntax) throws(UsageError) {
    switch option.value {
    case .none: break
    case .text:
      guard option.isRepeatable || !value.isBlank else {
        throw .emptyValue(option, command: command?.name)
      }
    case .number(_, let range):
      guard let number = Int(value), range.contains(number) else {
        throw .notANumber(option, value: value, command: command?.name)
      }
    case .choice(let choices):
      guard choices.contains(value) else {
        let nearest = Spelling.nearest(to: value, among: choices)
        throw .notAChoice(option, value: value, nearest: nearest, command: command?.name)
      }
    }
  }

  // MARK: The whole

  private func finish() throws(UsageError) -> Invocation {
    guard let command else {
      if invocation.has("version") { return Invocation(command: .version) }
      if invocation.has("help") { return Invocation(command: .help) }
      throw .noCommand
    }
    if invocation.has("help") {
      return Invocation(command: .help, operands: [command.name.rawValue])
    }
    let missing = command.operands.dropFirst(invocation.operands.count).first(where: \.isRequired)
    if let missing { throw .missingOperand(missing, command: command.name) }
    try checkOperands(of: command)
    for option in OptionSyntax.common
    where invocation.has(option.name) && !command.name.uses(option) {
      throw .notForCommand(option, command: command.name)
    }
    return invocation
  }

  /// Refuses what is given and empty, as an unset variable of a script is.
  private func checkOperands(of command: CommandSyntax) throws(UsageError) {
    guard !invocation.operands.isEmpty else { return }
    for (index, operand) in command.operands.enumerated() where index < invocation.operands.count {
      let text =
        if case .words = operand.count { invocation.text } else { invocation.operands[index] }
      if text.isBlank { throw .emptyOperand(operand, command: command.name) }
    }
  }
}

extension String {
  fileprivate var isBlank: Bool { allSatisfy(\.isWhitespace) }
}

extension OptionSyntax {
  /// Whether an argument names this option.
  fileprivate func isSpelled(_ argument: String) -> Bool {
    argument == "--\(name)" || short.map { argument == "-\($0)" } ?? false
  }
}
