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

@Suite(.serialized, .timeLimit(.minutes(1))) struct LocationProgramTests {
  @Test func `without arguments, in a pipe, it explains itself and exits with 2`() throws {
    let location = try LocationClient.fixture(arguments: [])
    #expect(try location.exitStatus() == .exited(2))
    #expect(
      location.errorContains(
        "FixtureLocation is a Hanse code location: it defines 16 assets and 3 checks."
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
