import HanseAPI
import HanseModel
import HanseSystem
import Testing

@testable import HanseCLI

/// What a run is asked for, beside its selection.
@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct RequestTests {
  private func workspace() throws -> TemporaryWorkspace {
    try TemporaryWorkspace([("fixture", "options")])
  }

  @Test func `a partition and a configuration reach the asset`() throws {
    let workspace = try workspace()
    let made = try workspace.hanse(
      "materialize",
      "fixture/part",
      "--partition",
      "2010-07-04",
      "--config",
      "fixture/part={\"days\": 3}",
      "--json"
    )
    #expect(made.status == .exited(0), "\(made.errors)\(made.output)")
    let run = try RunDetailDocument.decode(made.output)
    #expect(run.run.partition == "2010-07-04")
    let values = try RunningTool.run(
      ["-c", "cat $(find .hanse -path '*2010-07-04*' -type f)"],
      in: workspace.path,
      executable: "/bin/sh"
    )
    #expect(values.output.contains("3 days of 2010-07-04"), "\(values.output)\(values.errors)")
  }

  @Test func `a configuration that does not fit is the request's fault`() throws {
    let workspace = try workspace()
    let refused = try workspace.hanse(
      "materialize",
      "fixture/part",
      "--config",
      "fixture/part={\"dyas\": 3}"
    )
    #expect(refused.status == .exited(2))
    let error = refused.output.split(separator: "\n").first { $0.hasPrefix("error:") }
    #expect(
      error.map(String.init)
        == "error: step fixture/part in location fixture failed: config of asset \"fixture/part\": "
        + "unknown member \"dyas\"; did you mean \"days\"?",
      "\(refused.output)"
    )
  }

  @Test(arguments: [
    (
      "fixture/prat={}",
      "error: configuration \"fixture/prat\" names no step of this run; did you mean "
        + "\"fixture/part\"?\n"
    ),
    (
      "fixture/ok={}",
      "error: configuration \"fixture/ok\" is for an asset that this run does not materialize; "
        + "select the asset too, or remove its configuration\n"
    ),
    (
      "fixture/part={",
      "error: option \"--config\": the value of \"fixture/part\" is not JSON: the text ends in the "
        + "middle of a value (byte 1)\nsee `hanse help materialize`\n"
    ),
    (
      "fixture/part",
      "error: option \"--config\": \"fixture/part\" is not KEY=JSON, such as "
        + "report={\"days\": 30}, or @FILE\nsee `hanse help materialize`\n"
    ),
  ])
  func `a configuration that no step takes launches nothing`(
    config: String,
    message: String
  ) throws {
    let workspace = try workspace()
    let refused = try workspace.hanse("materialize", "fixture/part", "--config", config)
    #expect(refused.status == .exited(2))
    #expect(refused.errors == message)
    #expect(try workspace.hanse("runs", "--quiet").output.isEmpty)
  }

  @Test func `what is only ordered runs in that order, and not behind a failure`() throws {
    let workspace = try TemporaryWorkspace()
    let made = try workspace.hanse("materialize", "fixture/fail or fixture/behind-fail", "--json")
    #expect(made.status == .exited(1))
    let run = try RunDetailDocument.decode(made.output)
    #expect(run.steps.map(\.status) == [.failed, .skipped])
    let graph = try GraphDocument.decode(
      try workspace.hanse("graph", "fixture/fail+", "--json").output
    )
    #expect(graph.edges.map(\.kind) == [.ordering])
  }
}

/// Wrong input, and what is said of it.
@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct WrongInputTests {
  @Test func `a workspace that is not there is told as what was named`() throws {
    let workspace = try TemporaryWorkspace()
    let missing = try workspace.hanse("assets", "-w", "/nope")
    #expect(missing.status == .exited(3))
    #expect(
      missing.errors
        == """
        error: --workspace: there is no "/nope"
        name a workspace.json or the directory it is in, or make one with `hanse init DIR`

        """
    )
    let empty = try workspace.hanse("assets", "-w", "/proc/self/task")
    #expect(empty.status == .exited(3))
    #expect(
      empty.errors
        == """
        error: --workspace: there is no workspace.json in "/proc/self/task"
        name another, or make one with `hanse init DIR`

        """
    )
    let named = try RunningTool.run(["runs", "-w", workspace.path], in: "/")
    #expect(named.status == .exited(0), "\(named.errors)")
  }

  @Test func `an asset of a location that is down is told as that`() throws {
    let workspace = try TemporaryWorkspace([("fixture", ""), ("broken", "exit-before-handshake")])
    let refused = try workspace.hanse("materialize", "broken/ok", "--quiet")
    #expect(refused.status == .exited(2))
    let down = MessageTests.isDown.replacing("python", with: "broken")
    let warning = TemporaryWorkspace.warning("broken")
    #expect(
      refused.errors
        == "\(warning)error: selection: no asset matches \"broken/ok\"; \(down)\n  broken/ok\n  ^\n"
    )
    let other = try workspace.hanse("materialize", "fixture/oka", "--quiet")
    #expect(
      other.errors
        == "\(warning)error: selection: no asset matches \"fixture/oka\"; did you mean "
        + "\"fixture/ok\"?; \(down)\n  fixture/oka\n  ^\n"
    )
  }

  @Test func `an error of the workspace names file, line, column and location in every form`()
    throws
  {
    let workspace = try TemporaryWorkspace([])
    try workspace.write(
      """
      { "version": 1, "name": "test", "server": { "port": 0 }, "locations": [
          { "name": "odd",
            "executable": 7 } ] }
      """
    )
    let file = Paths.join(workspace.path, "workspace.json")
    let text = try workspace.hanse("check")
    #expect(text.status == .exited(1), "\(text.errors)")
    #expect(
      text.output
        == """
        \(file):3:21: error: location "odd": "executable": expected a path, or the name of a program \
        in PATH, found 7 [invalid-entry]
          fix: correct the workspace file

        1 error in 1 location, 0 assets

        """
    )
    let json = try Page<Diagnostic>.decode(try workspace.hanse("check", "--json").output)
    #expect(json.items.map(\.source) == [SourcePlace(file: file, line: 3, column: 21)])
    #expect(json.items.map(\.location) == ["odd"])
    let sarif = try JSONValue(parsing: try workspace.hanse("check", "--format", "sarif").output)
    let result = sarif["runs"]?.arrayValue?.first?["results"]?.arrayValue?.first
    let place = result?["locations"]?.arrayValue?.first?["physicalLocation"]
    #expect(place?["region"] == ["startLine": 3, "startColumn": 21])
  }

  @Test func `no last line is none, and only what comes`() throws {
    let workspace = try TemporaryWorkspace()
    #expect(try workspace.hanse("materialize", "fixture/print").status == .exited(0))
    #expect(try workspace.hanse("logs", "fixture", "--lines", "0").output.isEmpty)
    let json = try workspace.hanse("logs", "fixture", "--lines", "0", "--json")
    #expect(try Page<ComputeLogLine>.decode(json.output).items.isEmpty)
    #expect(
      try workspace.hanse("logs", "fixture", "--lines", "1").output.split(separator: "\n").count
        == 1
    )
  }

  @Test func `runs are limited to as many as are asked for`() throws {
    let workspace = try TemporaryWorkspace()
    for _ in 0..<2 {
      #expect(try workspace.hanse("materialize", "fixture/left").status == .exited(0))
    }
    for (limit, count) in [("1", 1), ("2", 2), ("1000000", 2)] {
      let page = try Page<RunDocument>.decode(
        try workspace.hanse("runs", "--limit", limit, "--json").output
      )
      #expect(page.items.count == count, "\(limit)")
    }
  }

  @Test func `a command without standard streams writes into none of its files`() throws {
    let workspace = try TemporaryWorkspace()
    let closed = try RunningTool.run(
      [
        "-c", "exec \"$0\" materialize fixture/left 0<&- 1>&- 2>&-",
        "\(try RunningTool.folder)/hanse",
      ],
      in: workspace.path,
      executable: "/bin/sh"
    )
    #expect(closed.status == .exited(0))
    let doctor = try workspace.hanse("doctor", "--json")
    let findings = try Page<Finding>.decode(doctor.output).items
    #expect(findings.first { $0.subject == DoctorMessages.eventLog }?.level == .ok)
  }

  @Test func `doctor says that the event log is damaged, and what to do`() throws {
    let workspace = try TemporaryWorkspace()
    #expect(try workspace.hanse("materialize", "fixture/left").status == .exited(0))
    let log = Paths.join(workspace.path, ".hanse/hanse.db")
    // Without its first bytes the file is no database at all.
    var bytes = try Files.read(log, limitBytes: 1 << 26)
    bytes.replaceSubrange(0..<16, with: Array(repeating: 0x58, count: 16))
    try Files.writeAtomically(log, bytes, durably: false)
    let doctor = try workspace.hanse("doctor", "--json")
    #expect(doctor.status == .exited(1))
    let found = try Page<Finding>.decode(doctor.output).items
      .first { $0.subject == DoctorMessages.eventLog }
    #expect(
      found
        == Finding(
          level: .error,
          subject: "event log",
          message: "\(log): opening it for reading failed: file is not a database (SQLite code 26)",
          fix: "stop the host, and put a backup in the place of \(log)"
        )
    )
  }
}
