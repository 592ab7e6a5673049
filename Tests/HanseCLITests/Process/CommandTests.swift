import HanseAPI
import HanseModel
import HanseSystem
import Testing

@testable import HanseCLI

@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct CommandTests {
  @Test func `help and version need no workspace`() throws {
    let version = try RunningTool.run(["--version"], in: "/")
    #expect(version.output == "hanse \(Tool.version)\n")
    #expect(version.status == .exited(0))
    let help = try RunningTool.run(["help", "run"], in: "/")
    #expect(help.output.hasPrefix("hanse run: show one run"))
    #expect(help.status == .exited(0))
    let json = try RunningTool.run(["version", "--json"], in: "/")
    #expect(try JSONValue(parsing: json.output) == ["version": .string(Tool.version)])
  }

  @Test func `wrong usage says what is wrong and exits with status 2`() throws {
    let outcome = try RunningTool.run(["asets"], in: "/")
    #expect(outcome.status == .exited(2))
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.errors
        == "error: there is no command \"asets\"; did you mean \"assets\"?\nsee `hanse help`\n"
    )
  }

  @Test func `without a workspace the status is 3 and the way out is named`() throws {
    let workspace = try TemporaryWorkspace([])
    try Files.remove(Paths.join(workspace.path, "workspace.json"))
    let outcome = try workspace.hanse("assets")
    #expect(outcome.status == .exited(3))
    #expect(
      outcome.errors
        == """
        error: there is no workspace.json in \(workspace.path) or above it
        make one with `hanse init DIR`, or name one with --workspace FILE

        """
    )
  }

  @Test func `a workspace that cannot be used is told with every problem`() throws {
    let workspace = try TemporaryWorkspace([])
    try workspace.write("{ \"version\": 2,\n  \"locatons\": [] }")
    let outcome = try workspace.hanse("locations", "-w", "workspace.json")
    #expect(outcome.status == .exited(3))
    #expect(
      outcome.errors
        == """
        error: workspace.json cannot be used
        workspace.json:1:14: "version": expected 1, the only version there is, found 2
        workspace.json:2:3: unknown member "locatons"; did you mean "locations"?

        """
    )
    let sarif = try workspace.hanse("check", "--format", "sarif")
    #expect(sarif.status == .exited(3))
    let json = try JSONValue(parsing: sarif.output)
    #expect(json["runs"]?.arrayValue?.first?["results"]?.arrayValue?.isEmpty == false)
  }

  @Test func `a selection that does not parse points at the character`() throws {
    let workspace = try TemporaryWorkspace()
    let outcome = try workspace.hanse("materialize", "fixture/ok", "and", "(")
    #expect(outcome.status == .exited(2))
    #expect(
      outcome.errors
        == """
        error: selection: expected an asset, found the end
          fixture/ok and (
                          ^

        """
    )
  }

  @Test func `every listing is one JSON document`() throws {
    let workspace = try TemporaryWorkspace()
    let made = try workspace.hanse("materialize", "fixture/double", "--json")
    let run = try RunDetailDocument.decode(made.output)
    let lines: [[String]] = [
      ["locations"], ["assets"], ["graph"], ["runs"], ["run", run.run.id.text], ["check"],
      ["doctor"], ["logs", "fixture"],
    ]
    for line in lines {
      let outcome = try RunningTool.run(line + ["--json"], in: workspace.path)
      #expect(throws: Never.self, "\(line): \(outcome.output) \(outcome.errors)") {
        try JSONValue(parsing: outcome.output)
      }
    }
    let events = try workspace.hanse("events", "--json", "--run", run.run.id.text)
    let kinds = try events.output.split(separator: "\n").map {
      try Event.decode(String($0)).record.payload.kind
    }
    #expect(kinds.first == "run.created")
    #expect(kinds.last == "run.finished")
  }

  @Test func `colour is never there with NO_COLOR, and on demand without a terminal`() throws {
    let workspace = try TemporaryWorkspace()
    let plain = try workspace.hanse("locations", environment: ["NO_COLOR": "1"])
    #expect(!plain.output.contains("\u{1B}"))
    let painted = try workspace.hanse("locations", "--color", "always")
    #expect(painted.output.contains("\u{1B}[32mrunning\u{1B}[0m"))
  }

  @Test func `a reader that has seen enough ends the command quietly`() throws {
    let workspace = try TemporaryWorkspace()
    _ = try workspace.hanse("locations")
    let tool = try workspace.start("events", "--follow")
    #expect(try tool.line(with: "host.started") != nil)
    tool.stopReading()
    // The next event finds nobody there to read it.
    _ = try workspace.hanse("locations")
    let outcome = try tool.finish()
    #expect(outcome.status == .exited(0))
    #expect(!outcome.errors.contains("error"))
  }

  // A program of its own shows it: in an exit test's process other threads open files meanwhile.
  @Test(arguments: [[0], [1], [2], [0, 2], [0, 1, 2]])
  func `a host born without standard streams has the null device in their place`(
    missing: [Int]
  ) throws {
    let workspace = try TemporaryWorkspace([])
    let address = try AwaitedFile(Paths.join(workspace.path, ".hanse/host.json"))
    let closing = missing.map { "\($0)>&-" }.joined(separator: " ")
    let dev = try RunningTool(
      ["-c", "exec \"$0\" dev \(closing)", "\(try RunningTool.folder)/hanse"],
      in: workspace.path,
      executable: "/bin/sh"
    )
    try address.wait(or: "the host does not come up")
    // By now it has opened a database, sockets and more: none of them may have got these numbers.
    for number in missing {
      let stream = try Files.realPath("/proc/\(dev.process.pid)/fd/\(number)")
      #expect(stream == "/dev/null", "descriptor \(number)")
    }
    dev.process.signal(.interrupt)
    #expect(try dev.finish().status == .exited(0))
  }
}
