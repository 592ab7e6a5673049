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
    ("run a b", "\"hanse run\" has no use for \"b\"\nsee `hanse help run`"),
    ("locations x", "\"hanse locations\" has no use for \"x\"\nsee `hanse help locations`"),
    ("init x --json", "\"hanse init\" has no option \"--json\"\nsee `hanse help init`"),
    ("version -w x", "\"hanse version\" has no option \"--workspace\"\nsee `hanse help version`"),
  ])
  func `bad arguments are told with the nearest right ones`(line: String, expected: String) {
    #expect(message(line) == expected)
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
