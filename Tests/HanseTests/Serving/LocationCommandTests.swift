import Hanse
import HanseModel
import HanseSystem
import HanseWire
import Testing

@Suite struct LocationCommandTests {
  typealias Options = LocationCommand.MaterializeOptions

  static let good: [([String], LocationCommand)] = [
    ([], .introduce), (["--help"], .help), (["help"], .help), (["serve", "--help"], .help),
    (["--version"], .version), (["serve"], .serve), (["describe"], .describe(json: false)),
    (["describe", "--json"], .describe(json: true)),
    (["materialize", "*"], .materialize(Options(selection: "*"))),
    (
      ["materialize", "--partition", "2010", "a/b", "--config=@c.json", "--storage", "/tmp"],
      .materialize(
        Options(selection: "a/b", partition: "2010", config: "@c.json", storage: "/tmp")
      )
    ),
  ]

  @Test(arguments: good)
  func `arguments are understood`(arguments: [String], command: LocationCommand) throws {
    #expect(try LocationCommand(arguments) == command)
  }

  static let bad: [([String], String)] = [
    (["srve"], #"there is no command "srve"; did you mean "serve"?"#),
    (["launch"], #"there is no command "launch""#),
    (["serve", "now"], #""serve" does not know "now""#),
    (["describe", "--jsno"], #""describe" does not know "--jsno"; did you mean "--json"?"#),
    (["materialize"], #""materialize" needs a selection, such as climate/daily or "*""#),
    (["materialize", "a", "--partition"], "--partition needs a value after it"),
    (
      ["materialize", "--partitoin", "x", "a"],
      #""materialize" does not know "--partitoin"; did you mean "--partition"?"#
    ),
    (["materialize", "a", "b"], #""materialize" does not know "b""#),
  ]

  @Test(arguments: bad)
  func `wrong arguments are refused with a hint`(arguments: [String], message: String) {
    let error = #expect(throws: LocationCommand.UsageError.self) {
      try LocationCommand(arguments)
    }
    #expect(error?.description == message)
  }
}

@Suite(.serialized, .timeLimit(.minutes(10))) struct LocationProgramTests {
  @Test func `without arguments, in a pipe, it explains itself and exits with 2`() throws {
    let location = try LocationClient.fixture(arguments: [])
    #expect(try location.exitStatus() == .exited(2))
    #expect(
      location.errorContains(
        """
        FixtureLocation is a Hanse code location: it defines 17 assets and 3 checks.

        A host runs it; put it into workspace.json and use "hanse dev". Without a host:

          FixtureLocation describe             what it defines
          FixtureLocation materialize "*"      make all of it, here and now
          FixtureLocation --help               all the commands

        """
      )
    )
  }

  @Test func `an unknown command exits with 2 and the nearest name`() throws {
    let location = try LocationClient.fixture(arguments: ["serv"])
    #expect(try location.exitStatus() == .exited(2))
    #expect(
      location.errorContains(
        """
        FixtureLocation: there is no command "serv"; did you mean "serve"?
        Try "FixtureLocation --help".
        """
      )
    )
  }
}

@Suite(.serialized, .timeLimit(.minutes(10))) struct MaterializeCommandTests {
  static let runs: [(String, Int32, [String])] = [
    ("fixture/double", 0, ["ok     fixture/double", "1 step: 1 succeeded"]),
    (
      "+fixture/double", 1,
      [
        "failed fixture/ok:fails", "check fails of fixture/ok: error: 42 is too much",
        "skip   fixture/double  because of fixture/ok:fails",
      ]
    ),
    ("fixture/fail", 1, ["failed fixture/fail\n       as it was told to", "1 step: 1 failed"]),
    ("fixture/main_actor", 0, ["ok     fixture/main_actor"]),
    ("fixture/log", 0, ["       warning: odd", "ok     fixture/log"]),
  ]

  @Test(arguments: runs)
  func `a run tells each step and exits with its success`(
    selection: String,
    status: Int32,
    lines: [String]
  ) throws {
    let folder = try Files.makeTemporaryDirectory(prefix: "hanse-materialize")
    defer { try? Files.removeTree(folder) }  // what is left over is for the system to clean
    try Files.createDirectories(Paths.join(folder, "fixture"))
    try Files.writeAtomically(
      Paths.join(folder, "fixture/ok.json"),
      Array("21".utf8),
      durably: false
    )
    let (found, output, _) = try Self.run(["materialize", selection, "--storage", folder])
    #expect(found == .exited(status))
    for line in lines { #expect(output.contains(line), "\(output)") }
  }

  static let refusals: [([String], String)] = [
    (
      ["*", "--config", "{"],
      "FixtureLocation: --config: the text ends in the middle of a value (byte 1)\n"
    ),
    (
      ["*", "--config=[]"],
      "FixtureLocation: --config: expected an object of configurations by asset key or operation,"
        + " found an array\n"
    ),
    (
      ["*", "--config=@/does/not/exist"],
      "FixtureLocation: --config: open \"/does/not/exist\": No such file or directory (ENOENT)\n"
    ),
  ]

  @Test(arguments: refusals)
  func `wrong configuration exits with 2 and the reason`(
    arguments: [String],
    message: String
  ) throws {
    let (status, _, errors) = try Self.run(["materialize"] + arguments)
    #expect(status == .exited(2))
    #expect(errors == message)
  }

  @Test func `a selection that finds nothing exits with 2`() throws {
    let (status, _, errors) = try Self.run(["materialize", "fixture/doubel"])
    #expect(status == .exited(2))
    #expect(
      errors == """
        FixtureLocation: selection: no asset matches "fixture/doubel"; did you mean "fixture/double"?
          fixture/doubel
          ^

        """
    )
  }

  @Test func `describe tells people what there is`() throws {
    let (status, output, _) = try Self.run(["describe"])
    #expect(status == .exited(0))
    #expect(output.hasPrefix("17 assets, 3 checks\n\n  fixture/ok: Int\n"))
    #expect(output.contains("  fixture/double: Int\n    from fixture/ok\n"))
    #expect(output.contains("    check fails (error, blocking)\n"))
  }

  @Test func `describe tells programs the definitions as the protocol has them`() throws {
    let (status, output, _) = try Self.run(["describe", "--json"])
    #expect(status == .exited(0))
    let definitions = try LocationDefinitions.decode(output)
    #expect(definitions.assets.count == 17)
    #expect(definitions.checks.count == 3)
  }

  @Test func `help and version are on standard output`() throws {
    let help = try Self.run(["--help"])
    #expect(help.0 == .exited(0))
    #expect(help.1 == LocationHelp.help(program: "FixtureLocation") + "\n")
    let version = try Self.run(["--version"])
    #expect(version.1 == "FixtureLocation (Hanse for Swift \(LibraryVersion.text))\n")
  }

  @Test(arguments: [["describe"], ["describe", "--json"], ["--help"], ["--version"]])
  func `an answer that cannot be written is a failure`(arguments: [String]) throws {
    let (status, _, errors) = try Self.run(
      arguments,
      output: try Files.open("/dev/full", for: .updating)
    )
    #expect(status == .exited(1))
    #expect(
      errors == "FixtureLocation: standard output cannot be written: "
        + "write: No space left on device (ENOSPC)\n"
    )
  }

  @Test func `a run that misses a value names the option that says where values are`() throws {
    let folder = try Files.makeTemporaryDirectory(prefix: "hanse-materialize")
    defer { try? Files.removeTree(folder) }  // what is left over is for the system to clean
    let arguments = ["materialize", "fixture/next", "--storage", folder]
    let variables = ["FIXTURE_NAME": "fixture", "FIXTURE_UPSTREAM": "other/level"]
    let missed = try Self.run(arguments, variables: variables)
    #expect(missed.0 == .exited(1))
    #expect(
      missed.errors
        == "FixtureLocation: values were looked for in \(folder); to use those that a host has made, "
        + "name its storage: --storage DIR, which is .hanse/storage beside workspace.json unless its "
        + "\"io\" says otherwise\n"
    )
    try Files.createDirectories(Paths.join(folder, "other"))
    let value = Paths.join(folder, "other/level.json")
    try Files.writeAtomically(value, Array("21".utf8), durably: false)
    let found = try Self.run(arguments, variables: variables)
    #expect(found.0 == .exited(0) && found.errors.isEmpty, "\(found)")
  }

  @Test func `a run whose summary cannot be written has not succeeded`() throws {
    let folder = try Files.makeTemporaryDirectory(prefix: "hanse-materialize")
    defer { try? Files.removeTree(folder) }  // what is left over is for the system to clean
    let (status, _, errors) = try Self.run(
      ["materialize", "fixture/log", "--storage", folder],
      output: try Files.open("/dev/full", for: .updating)
    )
    #expect(status == .exited(1))
    #expect(
      errors == "FixtureLocation: standard output cannot be written: "
        + "write: No space left on device (ENOSPC)\n"
    )
  }

  /// Runs the fixture to its end with nothing on its standard input.
  private static func run(
    _ arguments: [String],
    variables: [String: String] = [:],
    output other: Descriptor? = nil
  ) throws -> (HanseSystem.ExitStatus, output: String, errors: String) {
    let folder = Paths.directory(of: try SelfProcess.executablePath())
    let output = try Pipe.make()
    let errors = try Pipe.make()
    let child = try ChildProcess.spawn(
      SpawnRequest(
        executable: Paths.join(folder, "FixtureLocation"),
        arguments: arguments,
        environment: variables.merging(["PATH": Environment.value("PATH") ?? ""]) { $1 },
        standardInput: try StandardStreams.nullDevice(),
        standardOutput: other ?? output.writing,
        standardError: errors.writing
      )
    )
    output.writing.close()
    errors.writing.close()
    // Neither stream of these runs fills a pipe.
    let text = try output.reading.readAll(limitBytes: 1 << 20)
    let complaints = try errors.reading.readAll(limitBytes: 1 << 20)
    let status = try child.waitForExit()
    return (
      status, String(decoding: text, as: UTF8.self), String(decoding: complaints, as: UTF8.self)
    )
  }
}
