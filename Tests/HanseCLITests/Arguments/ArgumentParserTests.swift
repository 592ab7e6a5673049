import Testing

@testable import HanseCLI

struct ArgumentParserTests {
  private func message(_ line: String) -> String? {
    do throws(UsageError) {
      _ = try ArgumentParser.parse(line.split(separator: " ").map(String.init))
      return nil
    } catch {
      return UsageMessages.text(error)
    }
  }

  @Test(arguments: [
    ("", "no command is given\nsee `hanse help`"),
    ("asets", "there is no command \"asets\"; did you mean \"assets\"?\nsee `hanse help`"),
    ("frobnicate", "there is no command \"frobnicate\"\nsee `hanse help`"),
    ("--jsn assets", "hanse has no option \"--jsn\"; did you mean \"--json\"?\nsee `hanse help`"),
    (
      "assets --jsno",
      "\"hanse assets\" has no option \"--jsno\"; did you mean \"--json\"?\nsee `hanse help assets`"
    ),
    ("assets -x", "\"hanse assets\" has no option \"-x\"\nsee `hanse help assets`"),
    (
      "materialize",
      "\"hanse materialize\" needs SELECTION: which assets: a key, key:\"climate/*\", group:core, "
        + "+x (with its upstreams), x+, and, or, not; quote what the shell would read\n"
        + "see `hanse help materialize`"
    ),
    (
      "materialize x --partition",
      "option \"--partition\" needs a value: --partition KEY\nsee `hanse help materialize`"
    ),
    (
      "materialize x --partition --detach",
      "option \"--partition\" needs a value: --partition KEY\nsee `hanse help materialize`"
    ),
    (
      "materialize x --partition=a --partition=b",
      "option \"--partition\" is given twice\nsee `hanse help materialize`"
    ),
    (
      "materialize x --detach=yes",
      "option \"--detach\" takes no value, but \"yes\" is given\nsee `hanse help materialize`"
    ),
    (
      "graph --format xml",
      "option \"--format\": \"xml\" is none of text, dot, json, svg\nsee `hanse help graph`"
    ),
    (
      "graph --format sgv",
      "option \"--format\": \"sgv\" is none of text, dot, json, svg; did you mean \"svg\"?\n"
        + "see `hanse help graph`"
    ),
    (
      "events --after soon",
      "option \"--after\": \"soon\" is not a whole number from 0 on\nsee `hanse help events`"
    ),
    (
      "events --after -1",
      "option \"--after\": \"-1\" is not a whole number from 0 on\nsee `hanse help events`"
    ),
    ("run", "\"hanse run\" needs RUN: the run's id, or the beginning of it\nsee `hanse help run`"),
    (
      "runs --limit x",
      "option \"--limit\": \"x\" is not a whole number from 1 to 1000000\nsee `hanse help runs`"
    ),
    (
      "runs --limit 0",
      "option \"--limit\": \"0\" is not a whole number from 1 to 1000000\nsee `hanse help runs`"
    ),
    (
      "runs --limit -3",
      "option \"--limit\": \"-3\" is not a whole number from 1 to 1000000\nsee `hanse help runs`"
    ),
    (
      "runs --limit 99999999999999999999",
      "option \"--limit\": \"99999999999999999999\" is not a whole number from 1 to 1000000\n"
        + "see `hanse help runs`"
    ),
    (
      "logs x --lines 100001",
      "option \"--lines\": \"100001\" is not a whole number from 0 to 100000\nsee `hanse help logs`"
    ),
    (
      "dev --port 65536",
      "option \"--port\": \"65536\" is not a whole number from 0 to 65535\nsee `hanse help dev`"
    ),
    ("run a b", "\"hanse run\" has no use for \"b\"\nsee `hanse help run`"),
    ("locations x y z", "\"hanse locations\" has no use for \"z\"\nsee `hanse help locations`"),
    ("init x --json", "\"hanse init\" has no option \"--json\"\nsee `hanse help init`"),
    ("version -w x", "\"hanse version\" has no option \"--workspace\"\nsee `hanse help version`"),
  ])
  func `bad arguments are told with the nearest right ones`(line: String, expected: String) {
    #expect(message(line) == expected)
  }

  @Test(
    arguments: [
      (
        ["run", ""],
        "\"hanse run\" needs RUN, but an empty one is given: the run's id, or the beginning of it\n"
          + "see `hanse help run`"
      ),
      (
        ["logs", " "],
        "\"hanse logs\" needs LOCATION|RUN, but an empty one is given: a location's name, or a run's "
          + "id or the beginning of it\nsee `hanse help logs`"
      ),
      (
        ["help", ""],
        "\"hanse help\" is given an empty COMMAND, which means nothing; leave it out, or say which; "
          + "without it, all are listed\nsee `hanse help help`"
      ),
      (
        ["materialize", "x", "--partition", ""],
        "option \"--partition\" is given an empty value: --partition KEY\n"
          + "see `hanse help materialize`"
      ),
      (
        ["-w", "", "assets"],
        "option \"--workspace\" is given an empty value: --workspace FILE\nsee `hanse help`"
      ),
    ] as [([String], String)]
  )
  func `what is given and empty is refused, as an unset variable of a script is`(
    words: [String],
    expected: String
  ) {
    let error = #expect(throws: UsageError.self) { try ArgumentParser.parse(words) }
    #expect(error.map(UsageMessages.text) == expected)
  }

  @Test func `options may stand before and behind the command, in every spelling`() throws {
    let lines = [
      "--workspace w.json --json assets a or b", "-w w.json assets --json a or b",
      "assets a --json or -ww.json b", "assets --workspace=w.json --json a or b",
    ]
    for line in lines {
      let invocation = try ArgumentParser.parse(line.split(separator: " ").map(String.init))
      #expect(invocation.command == .assets, "\(line)")
      #expect(invocation.value("workspace") == "w.json", "\(line)")
      #expect(invocation.has("json"), "\(line)")
      #expect(invocation.text == "a or b", "\(line)")
    }
  }

  @Test func `after two dashes nothing is an option`() throws {
    let invocation = try ArgumentParser.parse(["assets", "--", "--json", "-w"])
    #expect(invocation.operands == ["--json", "-w"])
    #expect(!invocation.has("json"))
  }

  @Test func `a repeated option keeps all its values in order`() throws {
    let words = ["materialize", "x", "--tag", "a=1", "--tag=b=2", "--tag", ""]
    #expect(try ArgumentParser.parse(words).allValues("tag") == ["a=1", "b=2", ""])
  }

  @Test(arguments: ["--help", "-h", "assets --help", "run --help", "--help run"])
  func `help is given whatever else is missing`(line: String) throws {
    let invocation = try ArgumentParser.parse(line.split(separator: " ").map(String.init))
    #expect(invocation.command == .help)
  }

  @Test func `the version is asked for in two ways`() throws {
    #expect(try ArgumentParser.parse(["--version"]).command == .version)
    #expect(try ArgumentParser.parse(["version"]).command == .version)
  }
}
