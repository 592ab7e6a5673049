import HanseModel
import HanseSystem
import Testing

@testable import HanseCLI

/// What each command says to wrong input, word for word.
@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct MessageTests {
  /// What the command finds around it.
  enum Surroundings: Hashable, Sendable {
    case locations([String: String])
    case file(String)
    /// A workspace without locations, and a file in its state directory.
    case state(file: String, text: String)
    case noLocations
  }

  struct Wrong: Sendable, CustomTestStringConvertible {
    var words: [String]
    var surroundings: Surroundings
    var status: Int32
    /// All of standard error; `DIR` is the workspace's directory.
    var errors: String
    var environment: [String: String] = [:]

    init(
      _ words: [String],
      _ surroundings: Surroundings,
      _ status: Int32,
      environment: [String: String] = [:],
      _ errors: String
    ) {
      self.words = words
      self.surroundings = surroundings
      self.status = status
      self.environment = environment
      self.errors = errors
    }

    var testDescription: String { words.joined(separator: " ") }
  }

  static let fixture = Surroundings.locations(["fixture": ""])
  static let options = Surroundings.locations(["fixture": "options"])
  static let down = Surroundings.locations([
    "fixture": "options", "python": "exit-before-handshake",
  ])
  static let isDown =
    "location \"python\" is backing-off (exit status 3 before the handshake), so its assets are "
    + "not known; see `hanse logs python`"
  static let warning = TemporaryWorkspace.warning("python")

  static let files: [Wrong] = [
    Wrong(
      ["locations"],
      .file("{"),
      3,
      """
      error: DIR/workspace.json cannot be used
      DIR/workspace.json:1:2: the file ends before the "}" of the "{" at line 1, column 1

      """
    ),
    Wrong(
      ["dev", "-w", "workspace.json"],
      .file("{ \"version\": 2,\n  \"locatons\": [] }"),
      3,
      """
      error: workspace.json cannot be used
      workspace.json:1:14: "version": expected 1, the only version there is, found 2
      workspace.json:2:3: unknown member "locatons"; did you mean "locations"?

      """
    ),
    Wrong(
      ["check"],
      .file("[]"),
      3,
      """
      error: DIR/workspace.json cannot be used
      DIR/workspace.json:1:1: expected an object, found an array

      """
    ),
    Wrong(
      ["locations"],
      .noLocations,
      0,
      "the workspace has no locations; add one to \"locations\" in workspace.json\n"
    ),
  ]

  static let state: [Wrong] = [
    Wrong(
      ["locations"],
      .state(file: ".hanse", text: ""),
      3,
      "error: the state directory DIR/.hanse cannot be used: make directory \"DIR/.hanse\": "
        + "Not a directory (ENOTDIR); see that it is a directory that this user may write, or name "
        + "another \"path\" under \"storage\" in the workspace\n"
    ),
    Wrong(
      ["dev"],
      .state(file: ".hanse/hanse.db", text: "no database at all"),
      3,
      "error: event log DIR/.hanse/hanse.db: opening it for reading failed: file is not a database "
        + "(SQLite code 26); move the file away, or name another state directory\n"
    ),
    Wrong(
      ["runs"],
      .state(file: ".hanse/hanse.db", text: "no database at all"),
      1,
      "error: event log DIR/.hanse/hanse.db: opening it for reading failed: file is not a database "
        + "(SQLite code 26); move the file away, or name another state directory\n"
    ),
    Wrong(
      ["assets"],
      .state(file: ".hanse/hanse.db", text: "no database at all"),
      3,
      "error: event log DIR/.hanse/hanse.db: opening it failed: file is not a database (SQLite code "
        + "26); move the file away, or name another state directory\n"
    ),
    Wrong(
      ["run", "abc"],
      .noLocations,
      2,
      "error: no run's id begins with \"abc\"; list the runs with `hanse runs`\n"
    ),
    Wrong(["runs"], .noLocations, 0, "no runs yet; start one with `hanse materialize SELECTION`\n"),
    Wrong(["runs", "--status", "failed"], .noLocations, 0, "no such runs\n"),
    Wrong(["events"], .noLocations, 0, "no events\n"),
    Wrong(
      ["cancel", "abc"],
      .noLocations,
      2,
      "error: no run's id begins with \"abc\"; list the runs with `hanse runs`\n"
    ),
    Wrong(
      ["events", "--run", "abc"],
      .noLocations,
      2,
      "error: no run's id begins with \"abc\"; list the runs with `hanse runs`\n"
    ),
    Wrong(
      ["events", "--kind", "step.faild"],
      .noLocations,
      2,
      "error: option \"--kind\": \"step.faild\" is no kind of event; did you mean \"step.failed\"?\n"
        + "see `hanse help events`\n"
    ),
    Wrong(
      ["events", "--kind", "limits.nonsense"],
      .noLocations,
      2,
      "error: option \"--kind\": \"limits.nonsense\" is no kind of event; there are "
        + "limits.changed, limits.drained\nsee `hanse help events`\n"
    ),
    Wrong(
      ["logs", "nope"],
      .noLocations,
      2,
      "error: there is no location and no run \"nope\"; list them with `hanse locations` and "
        + "`hanse runs`\n"
    ),
    Wrong(
      ["logs", "fixtur"],
      fixture,
      2,
      "error: there is no location and no run \"fixtur\"; did you mean \"fixture\"?\n"
    ),
    Wrong(["logs", "fixture"], fixture, 0, "nothing was written to standard error\n"),
    Wrong(
      ["help", "asets"],
      .noLocations,
      2,
      "error: there is no command \"asets\"; did you mean \"assets\"?\nsee `hanse help`\n"
    ),
    Wrong(
      ["init", "workspace.json"],
      .noLocations,
      2,
      "error: workspace.json is a file; name a directory\nsee `hanse help init`\n"
    ),
    Wrong(
      ["init", "/proc/nothing"],
      .noLocations,
      1,
      "error: /proc/nothing/workspace.json cannot be written: No such file or directory (ENOENT); "
        + "name another directory\n"
    ),
  ]

  static let assets: [Wrong] = [
    Wrong(
      ["assets", ""],
      .noLocations,
      2,
      "error: \"hanse assets\" is given an empty SELECTION, which means nothing; leave it out, or "
        + "say which assets: a key, key:\"climate/*\", group:core, +x (with its upstreams), x+, "
        + "and, or, not; quote what the shell would read\nsee `hanse help assets`\n"
    ),
    Wrong(
      ["assets", "fixture/oka"],
      fixture,
      2,
      "error: selection: no asset matches \"fixture/oka\"; did you mean \"fixture/ok\"?\n"
        + "  fixture/oka\n  ^\n"
    ),
    Wrong(["assets", "group:none"], fixture, 0, "the selection group:none names no asset\n"),
    Wrong(
      ["assets", "location:fixtur and kind:odd"],
      fixture,
      0,
      "the selection location:fixtur and kind:odd names no asset; did you mean location:fixture?\n"
    ),
    Wrong(
      ["graph", "location:fixtur"],
      fixture,
      0,
      "the selection location:fixtur names no asset; did you mean location:fixture?\n"
    ),
    Wrong(
      ["materialize", "+location:fixtur"],
      fixture,
      2,
      "error: the selection \"+location:fixtur\" matches no asset that can be materialized; list what "
        + "there is with \"hanse assets\"; did you mean location:fixture?\n"
    ),
    Wrong(
      ["graph", "xyzzy"],
      fixture,
      2,
      "error: selection: no asset matches \"xyzzy\"\n  xyzzy\n  ^\n"
    ),
    Wrong(
      ["graph", "--format", "svg"],
      .noLocations,
      1,
      environment: ["PATH": "/nowhere"],
      "error: Graphviz's program `dot` is not in PATH, and it draws the picture\n"
        + "install it (Debian and Ubuntu: apt-get install graphviz), or use --format dot\n"
    ),
    Wrong(
      ["materialize", "*"],
      .noLocations,
      2,
      "error: the selection \"*\" matches no asset that can be materialized; list what there is "
        + "with \"hanse assets\"\n"
    ),
    Wrong(
      ["materialize", "python/summary"],
      fixture,
      2,
      "error: the selection \"python/summary\" matches no asset that can be materialized: "
        + "\"python/summary\" is external, no location defines it\n"
    ),
    Wrong(
      ["materialize", "python/summary"],
      down,
      2,
      warning + "error: the selection \"python/summary\" matches no asset that can be "
        + "materialized: \"python/summary\" is external, no location defines it; \(isDown)\n"
    ),
    Wrong(
      ["materialize", "python/ok+"],
      down,
      2,
      warning + "error: selection: no asset matches \"python/ok\"; \(isDown)\n  python/ok+\n  ^\n"
    ),
    Wrong(["locations", "--json"], down, 0, warning),
  ]

  static let requests: [Wrong] = [
    Wrong(
      ["materialize", "x", "--partition", "a\u{1B}[2J"],
      .noLocations,
      2,
      "error: option \"--partition\": \"a\\u{1b}[2J\" cannot be a partition's key: it has the "
        + "control character U+001B\nsee `hanse help materialize`\n"
    ),
    Wrong(
      ["materialize", "x", "--partition", String(repeating: "x", count: 201)],
      .noLocations,
      2,
      "error: option \"--partition\": \"\(String(repeating: "x", count: 59))…\" cannot be a "
        + "partition's key: it has 201 bytes, more than 200\nsee `hanse help materialize`\n"
    ),
    Wrong(
      ["materialize", "fixture/prat", "--config", "fixture/part={"],
      .noLocations,
      2,
      "error: option \"--config\": the value of \"fixture/part\" is not JSON: the text ends in the "
        + "middle of a value (byte 1)\nsee `hanse help materialize`\n"
    ),
    Wrong(
      ["materialize", "fixture/part", "--config", "fixture/prat={}"],
      options,
      2,
      "error: configuration \"fixture/prat\" names no step of this run; did you mean "
        + "\"fixture/part\"?\n"
    ),
    Wrong(
      ["materialize", "fixture/part", "--tag", "a=\u{1B}"],
      options,
      2,
      "error: tags has the control character U+001B; send text without any\n"
    ),
  ]

  private func workspace(_ surroundings: Surroundings) throws -> TemporaryWorkspace {
    switch surroundings {
    case .locations(let modes):
      return try TemporaryWorkspace(modes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    case .noLocations: return try TemporaryWorkspace([])
    case .file(let text):
      let workspace = try TemporaryWorkspace([])
      try workspace.write(text)
      return workspace
    case .state(let file, let text):
      let workspace = try TemporaryWorkspace([])
      let path = Paths.join(workspace.path, file)
      try Files.createDirectories(Paths.directory(of: path))
      try workspace.write(text, to: file)
      return workspace
    }
  }

  @Test(arguments: files + state + assets + requests)
  func `wrong input is answered in exactly these words`(wrong: Wrong) throws {
    let workspace = try workspace(wrong.surroundings)
    let outcome = try RunningTool.run(
      wrong.words,
      in: workspace.path,
      environment: wrong.environment
    )
    #expect(outcome.errors == wrong.errors.replacing("DIR/", with: "\(workspace.path)/"))
    #expect(outcome.status == .exited(wrong.status))
    if wrong.status != 0 { #expect(outcome.output.isEmpty) }
  }

  @Test(arguments: [
    (#"{"days": "x"}"#, "days: expected an integer, found a string (\"x\")"),
    (#"{"dyas": 3}"#, "unknown member \"dyas\"; did you mean \"days\"?"),
    ("3", "expected an object, found an integer (3)"),
  ])
  func `a configuration of the wrong form is told with its path and what was expected`(
    config: String,
    what: String
  ) throws {
    let workspace = try workspace(Self.options)
    let outcome = try workspace.hanse(
      "materialize",
      "fixture/part",
      "--quiet",
      "--config",
      "fixture/part=\(config)"
    )
    #expect(outcome.status == .exited(2))
    #expect(outcome.errors.isEmpty)
    let error = outcome.output.split(separator: "\n").first.map(String.init)
    let step = "error: step fixture/part in location fixture failed"
    #expect(error == "\(step): config of asset \"fixture/part\": \(what)")
  }

  @Test func `a step whose upstream's location is down says that the value is missing`() throws {
    let workspace = try workspace(Self.down)
    let outcome = try workspace.hanse("materialize", "+fixture/from_python", "--quiet")
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors == Self.warning)
    let value = "\(workspace.path)/.hanse/storage/python/summary.json"
    let expected = """
      error: step fixture/from_python in location fixture failed: asset "fixture/from_python" \
      could not read upstream "python/summary" as Summary: it has never been materialized (looked \
      for \(value)); materialize it first
      """
    let first = outcome.output.split(separator: "\n").first.map(String.init)
    #expect(first == expected)
  }

  @Test func `check says what is wrong, the last lines of a location, and what to do`() throws {
    let workspace = try workspace(Self.down)
    let program = Paths.join(try RunningTool.folder, "FixtureLocation")
    let outcome = try workspace.hanse("check")
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.isEmpty)
    #expect(
      outcome.output.hasPrefix(
        """
        error: location "python": exit status 3 before the handshake [LOC-EXIT-EARLY]; last line \
        of its standard error: no database at db:5432
          last lines of its standard error:
            no database at db:5432
          fix: read what it wrote to standard error, and mend \(program); then check again

        """
      )
    )
    #expect(outcome.output.hasSuffix("\n\n1 error in 2 locations, 23 assets\n"))
  }

  @Test func `check says of a program that is not there what to do, and that once`() throws {
    let workspace = try TemporaryWorkspace([])
    try workspace.write(
      """
      { "version": 1, "locations": [ { "name": "a", "executable": "nothing/here" } ] }
      """
    )
    let outcome = try workspace.hanse("check")
    #expect(outcome.status == .exited(1))
    #expect(
      outcome.output
        == """
        error: location "a": cannot be started: workspace.json:1:32: "executable": there is no file \
        "\(workspace.path)/nothing/here"; build it, or correct the path [LOC-EXEC-MISSING]
          fix: put that right; then check again

        1 error in 1 location, 0 assets

        """
    )
  }

  @Test func `doctor says what is wrong with a location's program`() throws {
    let workspace = try TemporaryWorkspace([])
    try workspace.write(
      """
      { "version": 1, "locations": [ { "name": "a", "executable": "nothing/here" },
        { "name": "b", "executable": "workspace.json" } ] }
      """
    )
    let outcome = try workspace.hanse("doctor", "--quiet")
    #expect(outcome.status == .exited(1))
    #expect(
      outcome.output
        == """
        error    location "a": there is no \(workspace.path)/nothing/here
                 build the location, or correct its "executable" in the workspace
        error    location "b": \(workspace.path)/workspace.json cannot be run
                 name the built program, and make it executable with chmod +x

        """
    )
  }

  @Test func `a Graphviz that fails is told with its status`() throws {
    let workspace = try TemporaryWorkspace([])
    try workspace.writeProgram("#!/bin/sh\nexit 3\n", to: "dot")
    let outcome = try workspace.hanse(
      "graph",
      "--format",
      "svg",
      environment: ["PATH": workspace.path]
    )
    #expect(outcome.status == .exited(1))
    #expect(
      outcome.errors
        == "error: Graphviz's `dot` failed with exit status 3; what it said stands above\n"
    )
  }

  @Test func `init outside the checkout that built it asks for one`() throws {
    let workspace = try TemporaryWorkspace([])
    let copy = Paths.join(workspace.path, "hanse")
    try Files.hardLinkOrCopy(try Paths.join(RunningTool.folder, "hanse"), to: copy)
    let outcome = try RunningTool.run(["init", "new"], in: workspace.path, executable: copy)
    #expect(outcome.status == .exited(2))
    #expect(
      outcome.errors
        == """
        error: the checkout of Hanse that this program was built in is not there any more; name \
        one with --hanse PATH
        see `hanse help init`

        """
    )
  }

  @Test func `a full disk under standard output is an error, and a reader that left is none`()
    throws
  {
    let workspace = try TemporaryWorkspace([])
    let hanse = Paths.join(try RunningTool.folder, "hanse")
    let full = try RunningTool.run(
      ["-c", "exec \(hanse) doctor > /dev/full"],
      in: workspace.path,
      executable: "/bin/sh"
    )
    #expect(full.status == .exited(1))
    #expect(
      full.errors
        == "error: standard output cannot be written: No space left on device (ENOSPC)\n"
    )
    let left = try RunningTool.run(
      ["-c", "\(hanse) help | true; echo done"],
      in: workspace.path,
      executable: "/bin/sh"
    )
    #expect(left.output == "done\n")
    #expect(left.errors.isEmpty)
  }
}
