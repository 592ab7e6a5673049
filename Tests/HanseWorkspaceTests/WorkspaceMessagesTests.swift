import HanseModel
import HanseWorkspace
import Testing

@Suite struct WorkspaceMessagesTests {
  @Test func `the example of the specification gives its message`() {
    let text = Samples.full.replacing("\"environment\"", with: "\"enviroment\"")
    #expect(
      Samples.messages(text) == [
        "workspace.json:12:7: location \"observatory\": unknown member \"enviroment\"; did you "
          + "mean \"environment\"?"
      ]
    )
  }

  static let badFiles: [BadMember] = [
    BadMember("[]", "1:1: expected an object, found an array"),
    BadMember("{}", "1:1: missing member \"version\": the version of this format: 1"),
    BadMember(
      #"{ "version": 2 }"#,
      #"1:14: "version": expected 1, the only version there is, found 2"#
    ),
    BadMember(
      #"{ "version": "1" }"#,
      #"1:14: "version": expected 1, the only version there is, found "1""#
    ),
    BadMember(
      #"{ "version": 1, "location": [] }"#,
      #"1:17: unknown member "location"; did you mean "locations"?"#
    ),
    BadMember(
      #"{ "version": 1, "zzz": [] }"#,
      #"1:17: unknown member "zzz"; expected "$schema", "version", "name", "locations", "queues", "#
        + #""pools", "tagLimits", "limits", "storage", "server" or "io""#
    ),
    BadMember(
      #"{ "version": 1, "locations": {} }"#,
      #"1:30: "locations": expected an array of locations, found an object"#
    ),
    BadMember(
      #"{ "version": 1, "version": 1 }"#,
      #"1:17: member "version" stands twice: first at line 1, column 3, and again here; remove one"#
    ),
    BadMember(
      #"{ "version": 1, "name": "Über" }"#,
      #"1:25: "name": expected a name such as "observatory": 1 to 63 of a-z, 0-9, _ and -, the "#
        + #"first a letter, found "Über""#
    ),
    BadMember(
      #"{ "version": 1, "limits": { "concurrentSteps": 0, "concurentRuns": 1 } }"#,
      #"1:48: "limits.concurrentSteps": expected a whole number from 1 to 100000, found 0"#,
      #"1:51: unknown member "concurentRuns" of "limits"; did you mean "concurrentRuns"?"#
    ),
    BadMember(
      #"{ "version": 1, "queues": [{ "name": "a", "weight": -1 }, { "name": "a" }, {}] }"#,
      #"1:53: "queues[0].weight": expected a number above 0 and at most 1000, found -1"#,
      #"1:69: queue "a" is taken: first at line 1, and again at line 1; rename one"#,
      #"1:76: "queues[2]": missing member "name": what runs call the queue"#
    ),
    BadMember(
      "{ \"version\": 1, \"pools\": [{ \"name\": \"a\" },\n{ \"name\": \"a\", \"units\": 0 }, 5] }",
      #"2:11: pool "a" is taken: first at line 1, and again at line 2; rename one"#,
      #"2:25: "pools[1].units": expected a whole number from 1 to 1000000, found 0"#,
      #"2:30: "pools[2]": expected an object, found 5"#
    ),
    BadMember(
      #"{ "version": 1, "tagLimits": [{ "tag": "", "limit": 0 }, { "perValue": 1 }] }"#,
      #"1:40: "tagLimits[0].tag": expected the name of a tag: 1 to 100 characters without control "#
        + #"characters, found """#,
      #"1:53: "tagLimits[0].limit": expected a whole number from 1 to 100000, found 0"#,
      #"1:58: "tagLimits[1]": missing member "limit": how many steps of such runs may run at once"#,
      #"1:58: "tagLimits[1]": missing member "tag": the tag of runs that it counts"#,
      #"1:72: "tagLimits[1].perValue": expected true or false, found 1"#
    ),
    BadMember(
      #"{ "version": 1, "storage": { "kind": "sqllite" } }"#,
      #"1:38: "storage.kind": expected "sqlite", found "sqllite"; did you mean "sqlite"?"#
    ),
    BadMember(
      #"{ "version": 1, "server": { "host": "", "port": 65536 } }"#,
      #"1:37: "server.host": expected "127.0.0.1" or "localhost", found ""; "#
        + "the API has no authentication yet, so only this machine may reach it",
      #"1:49: "server.port": expected a whole number from 0 to 65535, found 65536"#
    ),
    BadMember(
      #"{ "version": 1, "server": { "host": "0.0.0.0" } }"#,
      #"1:37: "server.host": expected "127.0.0.1" or "localhost", found "0.0.0.0"; "#
        + "the API has no authentication yet, so only this machine may reach it"
    ),
    BadMember(
      #"{ "version": 1, "queues": {}, "pools": 3 }"#,
      #"1:27: "queues": expected an array of queues, found an object"#,
      #"1:40: "pools": expected an array of pools, found 3"#
    ),
    BadMember(#"{ "version": 1, }}"#, #"1:18: expected the end of the file, found "}""#),
  ]

  @Test(arguments: badFiles)
  func `an error outside the locations leaves no workspace`(bad: BadMember) {
    let load = Samples.load(bad.text)
    #expect(load.problems.map(\.description) == bad.messages.map { "workspace.json:\($0)" })
    #expect(load.workspace == nil)
    #expect(load.disabledLocations.isEmpty)
  }

  @Test func `an error in one location leaves the others`() throws {
    let text = """
      { "version": 1, "locations": [
        { "name": "a", "executable": "a" },
        { "name": "b", "executable": 5, "weight": 0 },
        { "executable": "c" },
        7,
        { "name": "d", "executable": "d" } ] }
      """
    let load = Samples.load(text)
    let workspace = try #require(load.workspace)
    #expect(workspace.locations.map(\.name) == ["a", "d"])
    #expect(load.disabledLocations.map(\.name) == ["b", nil, nil])
    #expect(load.disabledLocations.map(\.position.line) == [3, 4, 5])
    #expect(
      load.problems.map(\.description) == [
        "workspace.json:3:32: location \"b\": \"executable\": expected a path, or the name of a "
          + "program in PATH, found 5",
        "workspace.json:3:45: location \"b\": \"weight\": expected a number above 0 and at most "
          + "1000, found 0",
        "workspace.json:4:3: locations[2]: missing member \"name\": what everything calls the "
          + "location",
        "workspace.json:5:3: locations[3]: expected an object, found 7",
      ]
    )
  }

  @Test func `of two locations with one name the second is disabled`() throws {
    let text = """
      { "version": 1, "locations": [
        { "name": "a", "executable": "one" },
        { "name": "a", "executable": "two" } ] }
      """
    let load = Samples.load(text)
    #expect(
      Samples.messages(text) == [
        "workspace.json:3:13: location \"a\": the name is taken: first at line 2, and again at "
          + "line 3; rename one"
      ]
    )
    #expect(load.workspace?.locations.map(\.executable) == ["/srv/weather/one"])
    #expect(load.disabledLocations.map(\.position.line) == [3])
  }

  @Test func `a location that owns what another owns is warned and runs`() {
    let text = """
      { "version": 1, "locations": [
        { "name": "a", "executable": "a", "owns": ["x/*", "x/*"] },
        { "name": "b", "executable": "b", "owns": ["x/*"] } ] }
      """
    let load = Samples.load(text)
    #expect(
      load.problems.map(\.description) == [
        "workspace.json:3:46: warning: location \"b\": location \"a\" owns \"x/*\" too (line 2); "
          + "the first keeps it"
      ]
    )
    #expect(load.errors.isEmpty)
    #expect(load.workspace?.locations.count == 2)
    #expect(load.disabledLocations.isEmpty)
  }

  @Test func `a kind of storage that is nearly the one built in is warned about`() {
    let load = Samples.load(Samples.location(#""io": { "kind": "filesystm" }"#))
    #expect(
      load.problems.map(\.description) == [
        "workspace.json:2:59: warning: location \"ml\": \"io.kind\": \"filesystm\" has to be "
          + "registered by the location; did you mean \"filesystem\"?"
      ]
    )
    #expect(load.workspace?.locations.first?.io?.kind == "filesystm")
  }

  @Test func `positions hold among comments, tabs, wide characters and CR LF`() {
    let text =
      "// Größe 😀\r\n{\r\n\t\"version\": 1, /* ä\r\n */ \"limits\": { \"concurrentRuns\": \"€\" },\r\n"
      + "\t/* 😀 */ \"zerver\": {} }"
    #expect(
      Samples.messages(text) == [
        "workspace.json:4:35: \"limits.concurrentRuns\": expected a whole number from 1 to 100000, "
          + "found \"€\"",
        "workspace.json:5:10: unknown member \"zerver\"; did you mean \"server\"?",
      ]
    )
  }

  @Test func `a line can call the file what the reader calls it`() throws {
    let problem = try #require(Samples.load("[]").problems.first)
    #expect(problem.file == "/srv/weather/workspace.json")
    #expect(
      problem.line(naming: "../weather/workspace.json")
        == "../weather/workspace.json:1:1: expected an object, found an array"
    )
  }
}
