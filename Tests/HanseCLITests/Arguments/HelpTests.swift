import Testing

@testable import HanseCLI

struct HelpTests {
  @Test(arguments: CommandName.allCases)
  func `the help of each command reads as written down`(command: CommandName) throws {
    let text = HelpPage.page(of: command.syntax).joined(separator: "\n") + "\n"
    try Snapshot.check(text, "help-\(command.rawValue).txt")
  }

  @Test func `the overview reads as written down`() throws {
    try Snapshot.check(HelpPage.overview().joined(separator: "\n") + "\n", "help.txt")
  }

  @Test func `the overview names every command once`() {
    #expect(Set(UsageMessages.groups.flatMap(\.commands)) == Set(CommandName.allCases))
    #expect(UsageMessages.groups.flatMap(\.commands).count == CommandName.allCases.count)
  }

  @Test(arguments: CommandName.allCases)
  func `no line of help is wider than 80 columns`(command: CommandName) {
    for line in HelpPage.page(of: command.syntax) + HelpPage.overview() {
      #expect(DisplayWidth.columns(of: line) <= 80, "\(line)")
    }
  }

  @Test(arguments: CommandName.allCases)
  func `every example in the help parses`(command: CommandName) throws {
    for example in command.syntax.examples {
      var words = example.line.split(separator: " ").map(String.init)
      if let redirection = words.firstIndex(of: ">") { words.removeSubrange(redirection...) }
      let invocation = try ArgumentParser.parse(Array(words.dropFirst()))
      #expect(invocation.command == command, "\(example.line)")
    }
  }
}
