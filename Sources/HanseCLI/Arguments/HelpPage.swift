/// The help, made of the same descriptions that the arguments are parsed by.
enum HelpPage {
  /// Help is the same on every terminal, so that it can be quoted.
  private static let width = 80

  /// What `hanse help` prints.
  static func overview() -> [String] {
    var lines = [UsageMessages.tagline, "", "\(UsageMessages.usageTitle) hanse [OPTIONS] COMMAND"]
    for group in UsageMessages.groups {
      lines += ["", "\(group.title):"]
      lines += list(group.commands.map { ($0.rawValue, $0.syntax.summary) })
    }
    lines += ["", UsageMessages.commonOptionsTitle]
    lines += list((OptionSyntax.common + [.version]).map { (label(of: $0), $0.help) })
    lines += ["", UsageMessages.exitStatusTitle]
    lines += list(UsageMessages.exitStatuses)
    lines += ["", UsageMessages.more]
    return lines
  }

  /// What `hanse help COMMAND` prints.
  static func page(of command: CommandSyntax) -> [String] {
    var lines = wrap("hanse \(command.name.rawValue): \(command.summary)", to: width)
    lines += ["", usage(of: command)]
    for paragraph in command.details { lines += [""] + wrap(paragraph, to: width) }
    if !command.operands.isEmpty {
      lines += ["", UsageMessages.operandsTitle]
      lines += list(command.operands.map { ($0.name, $0.help) })
    }
    if !command.options.isEmpty {
      lines += ["", UsageMessages.optionsTitle]
      lines += list(command.options.map { (label(of: $0), $0.help) })
    }
    let common = OptionSyntax.common.filter { command.name.uses($0) }
    lines += ["", UsageMessages.commonOptionsTitle]
    lines += list(common.map { (label(of: $0), $0.help) })
    if !command.examples.isEmpty {
      lines += ["", UsageMessages.examplesTitle]
      for example in command.examples {
        lines += ["  \(example.line)", "      \(example.meaning)"]
      }
    }
    return lines
  }

  /// The line that shows how the command is called.
  static func usage(of command: CommandSyntax) -> String {
    let words = ["hanse", command.name.rawValue, "[OPTIONS]"] + command.operands.map(\.usage)
    return "\(UsageMessages.usageTitle) \(words.joined(separator: " "))"
  }

  private static func label(of option: OptionSyntax) -> String {
    (option.short.map { "-\($0), " } ?? "    ") + option.usage
  }

  /// Terms at the left, their explanations beside them, or below a term that is long.
  private static func list(_ items: [(term: String, meaning: String)]) -> [String] {
    let widest = items.map { $0.term.count }.filter { $0 <= 26 }.max() ?? 0
    let indent = widest + 4
    return items.flatMap { item -> [String] in
      let lines = wrap(item.meaning, to: width - indent)
      let rest = lines.map { String(repeating: " ", count: indent) + $0 }
      guard item.term.count <= widest, let first = lines.first else {
        return ["  \(item.term)"] + rest
      }
      let blanks = String(repeating: " ", count: widest - item.term.count + 2)
      return ["  \(item.term)\(blanks)\(first)"] + rest.dropFirst()
    }
  }

  /// Breaks text between words.
  static func wrap(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? "\(word)" : " \(word)"
    }
    return line.isEmpty ? lines : lines + [line]
  }
}
