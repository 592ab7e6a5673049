import HanseAPI
import HanseModel
import HanseSystem
import Testing

@testable import HanseCLI

struct RunArgumentsTests {
  private func message(_ body: () throws(UsageError) -> Void) -> String? {
    do throws(UsageError) {
      try body()
      return nil
    } catch {
      return UsageMessages.text(error)
    }
  }

  @Test func `configuration is JSON by asset or operation`() throws {
    let config = try RunArguments.config(["report={\"days\": 30}", "mode=\"fast\"", "n=1", "n=2"])
    #expect(config == ["report": ["days": 30], "mode": "fast", "n": 2])
  }

  @Test func `configuration comes from a file too`() throws {
    let workspace = try TemporaryWorkspace([])
    try workspace.write("{\"a\": 1, \"b\": [true]}", to: "config.json")
    let path = Paths.join(workspace.path, "config.json")
    #expect(try RunArguments.config(["a=0", "@\(path)"]) == ["a": 1, "b": [true]])
    try workspace.write("[1]", to: "config.json")
    #expect(
      message { () throws(UsageError) in _ = try RunArguments.config(["@\(path)"]) }
        == "option \"--config\": the file \"\(path)\" has to hold an object of configurations by asset "
        + "or operation, such as {\"report\": {\"days\": 30}}\nsee `hanse help materialize`"
    )
  }

  @Test(arguments: [
    (
      "days",
      "option \"--config\": \"days\" is not KEY=JSON, such as report={\"days\": 30}, or @FILE"
    ),
    ("=1", "option \"--config\": \"=1\" is not KEY=JSON, such as report={\"days\": 30}, or @FILE"),
    (
      "@/does/not/exist",
      "option \"--config\": the file \"/does/not/exist\" cannot be read: No such file or directory "
        + "(ENOENT)"
    ),
    ("@/proc", "option \"--config\": the file \"/proc\" cannot be read: Is a directory (EISDIR)"),
    (
      "@/proc/version",
      "option \"--config\": the file \"/proc/version\" is not JSON: expected a value, found byte 0x4C "
        + "(byte 0)"
    ),
  ])
  func `configuration that is none is refused`(text: String, expected: String) {
    #expect(
      message { () throws(UsageError) in _ = try RunArguments.config([text]) }
        == "\(expected)\nsee `hanse help materialize`"
    )
  }

  @Test(arguments: OnLimit.allCases)
  func `what becomes of a step at a limit goes into the request`(choice: OnLimit) throws {
    let words = ["materialize", "x", "--on-limit", choice.rawValue]
    #expect(try RunArguments.request(try ArgumentParser.parse(words)).onLimit == choice)
  }

  @Test func `without a word about limits the assets have theirs`() throws {
    #expect(
      try RunArguments.request(try ArgumentParser.parse(["materialize", "x"])).onLimit == nil
    )
    let error = #expect(throws: UsageError.self) {
      _ = try ArgumentParser.parse(["materialize", "x", "--on-limit", "drop"])
    }
    #expect(
      error.map(UsageMessages.text)
        == "option \"--on-limit\": \"drop\" is none of queue, dropNew, cancelRunning, coalesce\n"
        + "see `hanse help materialize`"
    )
  }

  @Test func `a tag is a name and a value`() throws {
    #expect(
      try RunArguments.tags(["team=ingest", "x=a=b", "empty="]) == [
        "team": "ingest", "x": "a=b", "empty": "",
      ]
    )
    #expect(
      message { () throws(UsageError) in _ = try RunArguments.tags(["team"]) }
        == "option \"--tag\": \"team\" is not NAME=VALUE\nsee `hanse help materialize`"
    )
  }
}
