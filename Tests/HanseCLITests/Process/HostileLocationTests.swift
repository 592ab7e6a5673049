import HanseModel
import HanseSystem
import Testing

/// The whole way from a location's process to the reader's terminal.
@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct HostileLocationTests {
  /// The sequences that the tool itself sends: colours, and those of the live view.
  private static let own = [
    "\u{1B}[0m", "\u{1B}[1m", "\u{1B}[2m", "\u{1B}[31m", "\u{1B}[32m", "\u{1B}[33m", "\u{1B}[36m",
    "\u{1B}[2K", "\u{1B}[J", "\u{1B}[?7l", "\u{1B}[?7h",
  ]

  /// What a terminal was sent that is neither text nor of the tool's own.
  private func foreign(_ output: String) -> [String] {
    var text = output.replacing("\r\n", with: "\n")
    // Cursor up, by as many lines as were drawn.
    text.replace(/\r\u{1B}\[[0-9]+A/, with: "")
    // A coloured title of the location would be among them: its own texts end in other letters.
    #expect(!text.contains("HOSTILE\u{1B}"))
    for sequence in Self.own { text.replace(sequence, with: "") }
    return text.unicodeScalars.filter { $0.isHidden && $0 != "\n" }.map { "U+\($0.fourDigits)" }
  }

  @Test func `nothing that a location says works the terminal`() throws {
    let workspace = try TemporaryWorkspace([("fixture", "hostile")])
    let hanse = Paths.join(try RunningTool.folder, "hanse")
    let commands = [
      "materialize fixture/hostile", "materialize fixture/hostile-fail",
      "materialize key:*hostile*",
      "materialize fixture/hostile --json", "assets", "assets --json", "graph",
      "graph --format dot",
      "runs", "runs --json", "locations", "locations --json", "check", "check --json",
      "check --format sarif", "events", "events --json", "logs fixture", "logs fixture --json",
      "doctor",
    ]
    for command in commands + ["materialize fixture/hostile-fail --color never"] {
      let seen = try RunningTool.onTerminal("\(hanse) \(command)", in: workspace.path)
      #expect(foreign(seen.output) == [], "\(command): \(seen.output.debugDescription)")
      let isAboutIt = !["runs", "locations", "graph", "doctor"].contains { command.hasPrefix($0) }
      if isAboutIt { #expect(seen.output.contains("HOSTILE"), "\(command): \(seen.output)") }
    }
    let last = try RunningTool.run(["runs", "--json", "--limit", "1"], in: workspace.path)
    let run = try #require(try JSONValue(parsing: last.output)["items"]?.arrayValue?.first)
    let id = try #require(run["id"]?.stringValue)
    for command in ["run \(id)", "run \(id) --json", "logs \(id)", "events --run \(id)"] {
      let seen = try RunningTool.onTerminal("\(hanse) \(command)", in: workspace.path)
      #expect(foreign(seen.output) == [], "\(command): \(seen.output.debugDescription)")
    }
  }

  @Test func `the location's own program keeps its texts from the terminal too`() throws {
    let workspace = try TemporaryWorkspace([])
    let program = Paths.join(try RunningTool.folder, "FixtureLocation")
    for command in ["describe", "describe --json", "materialize fixture/hostile-fail"] {
      let seen = try RunningTool.onTerminal(
        "\(program) \(command)",
        in: workspace.path,
        environment: ["FIXTURE": "hostile"]
      )
      #expect(seen.output.contains("HOSTILE"), "\(command): \(seen.output)")
      #expect(foreign(seen.output) == [], "\(command): \(seen.output.debugDescription)")
    }
    // What the body prints itself is its own affair; what the library says of it is not.
    let made = try RunningTool.onTerminal(
      "\(program) materialize fixture/hostile",
      in: workspace.path,
      environment: ["FIXTURE": "hostile"]
    )
    let lines = made.output.replacing("\r\n", with: "\n").split(separator: "\n")
      .filter { $0.contains("       ") }
    #expect(lines.contains { $0.contains("warning: HOSTILE\\u{1b}[31m") }, "\(made.output)")
    #expect(lines.allSatisfy { foreign(String($0)) == [] }, "\(lines)")
  }
}
