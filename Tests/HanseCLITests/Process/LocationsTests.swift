import HanseAPI
import HanseHost
import HanseModel
import HanseSystem
import Testing

@testable import HanseCLI

/// `hanse locations` and `hanse reload`, beside a running host and without one.
@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct LocationsTests {
  @Test(arguments: [
    (
      ["locations", "stat", "fixture"],
      "there is no action \"stat\" for a location; did you mean \"start\"?"
    ),
    (
      ["locations", "frobnicate", "fixture"],
      "there is no action \"frobnicate\" for a location; there are diff, rollback, start, stop, "
        + "restart, enable, disable"
    ),
    (
      ["locations", "reload", "fixture"],
      "there is no action \"reload\" for a location; there are diff, rollback, start, stop, "
        + "restart, enable, disable"
    ),
    (
      ["locations", "--from", "1", "fixture"],
      "option \"--from\" goes with the action diff only"
    ),
    (
      ["locations", "start", "fixture", "--to", "1"],
      "option \"--to\" goes with the actions diff and rollback only"
    ),
    (
      ["locations", "diff", "fixture", "--to", "0"],
      "option \"--to\": \"0\" is not a whole number from 1 to 2147483647"
    ),
    (
      ["locations", "diff", "fixture", "more"],
      "\"hanse locations\" has no use for \"more\""
    ),
  ])
  func `words that do not go together are refused before anything starts`(
    words: [String],
    message: String
  ) throws {
    let workspace = try TemporaryWorkspace()
    let outcome = try RunningTool.run(words, in: workspace.path)
    #expect(outcome.status == .exited(2))
    #expect(outcome.errors == "error: \(message)\nsee `hanse help locations`\n")
    #expect(!Files.exists(Paths.join(workspace.path, ".hanse")))
  }

  @Test func `without a host what needs one says so`() throws {
    let workspace = try TemporaryWorkspace()
    for words in [["reload"], ["reload", "fixture"], ["locations", "stop", "fixture"]] {
      let outcome = try RunningTool.run(words, in: workspace.path)
      #expect(outcome.status == .exited(1))
      #expect(
        outcome.errors
          == "error: this needs a host, and none runs on the state directory; start one with "
          + "`hanse dev`\n"
      )
    }
  }

  @Test func `one location is shown with all that is known, and an unknown one is refused`() throws
  {
    let workspace = try TemporaryWorkspace([("fixture", ""), ("gone", "exit-before-handshake")])
    let shown = try workspace.hanse("locations", "fixture")
    #expect(shown.status == .exited(0))
    #expect(shown.output.hasPrefix("fixture is running since "))
    #expect(shown.output.contains("\n  generation  1\n"))
    #expect(shown.output.contains("\n  steps       0 of "))
    let failing = try workspace.hanse("locations", "gone")
    #expect(failing.output.contains("exit status 3 before the handshake [LOC-EXIT-EARLY]\n"))
    #expect(failing.output.contains("\n  | no database at db:5432\n"))
    let json = try workspace.hanse("locations", "gone", "--json")
    let document = try LocationDocument.decode(Array(json.output.utf8))
    #expect(document.fault == "LOC-EXIT-EARLY" && document.name == "gone")
    let unknown = try workspace.hanse("locations", "fixtur")
    #expect(unknown.status == .exited(2))
    #expect(
      unknown.errors
        == "error: the workspace has no location \"fixtur\"; did you mean \"fixture\"?\n"
    )
    let nameless = try workspace.hanse("locations", "restart")
    #expect(nameless.status == .exited(2))
    #expect(
      nameless.errors
        == "error: \"hanse locations restart\" needs NAME: the location\nsee `hanse help locations`\n"
    )
  }

  @Test func `a reload takes the limits of a changed workspace file, and starts nobody anew`()
    throws
  {
    let workspace = try TemporaryWorkspace()
    let dev = try workspace.start("dev")
    _ = try dev.line(with: "runs at")
    _ = try workspace.hanse("assets")
    let text = try workspace.text()
    let changed = text.replacing(
      "\"version\": 1,",
      with: "\"version\": 1, \"limits\": { \"concurrentSteps\": 3 },"
    ).replacing("\"FIXTURE\": \"\"", with: "\"FIXTURE\": \"other\"")
    try workspace.write(changed)
    let reloaded = try workspace.hanse("reload")
    #expect(
      reloaded.output == """
        now: limits.concurrentSteps: 16 -> 3
        not yet: location "fixture" has other settings than its limits changed; start the host again for that
        no location was started anew

        """
    )
    try workspace.write(changed.replacing(": 3 }", with: ": 0 }"))
    let refused = try workspace.hanse("reload")
    #expect(refused.status == .exited(3))
    #expect(refused.errors.contains("workspace.json cannot be used"))
    try workspace.write(text)
    let back = try workspace.hanse("reload", "--json")
    let document = try ReloadDocument.decode(Array(back.output.utf8))
    #expect(document.applied == ["limits.concurrentSteps: 3 -> 16"])
    #expect(document.items.map(\.generation) == [Generation(1)])
    dev.process.signal(.interrupt)
    #expect(try dev.process.waitForExit() == .exited(0))
  }

  @Test func `beside a host a location is reloaded, stopped and started`() throws {
    let workspace = try TemporaryWorkspace()
    let dev = try workspace.start("dev")
    _ = try dev.line(with: "runs at")
    _ = try workspace.hanse("assets")
    let reloaded = try workspace.hanse("reload", "fixture")
    #expect(reloaded.status == .exited(0))
    #expect(
      reloaded.output.hasPrefix("location \"fixture\": generation 2 took over from generation 1; ")
    )
    #expect(reloaded.output.hasSuffix("; what it defines is the same\n"))
    let hasty = try workspace.hanse("reload", "fixture", "--no-wait")
    // How far it has come meanwhile is for the machine to say.
    let beside = ["starting", "loading", "running"].map {
      "location \"fixture\" is running (generation 2); generation 3 is \($0) beside it\n"
    }
    let after = "location \"fixture\" is running (generation 3)\n"
    #expect((beside + [after]).contains(hasty.output), "\(hasty.output)")
    _ = try dev.line(with: "took over from generation 2")
    let stopped = try workspace.hanse("locations", "stop", "fixture", "--json")
    let document = try LocationDocument.decode(Array(stopped.output.utf8))
    #expect(document.state == .draining || document.state == .stopped)
    _ = try dev.line(with: "exit status 0")
    let started = try workspace.hanse("locations", "start", "fixture")
    #expect(started.status == .exited(0))
    let all = try workspace.hanse("reload")
    #expect(all.status == .exited(0))
    #expect(all.output.hasPrefix("location \"fixture\": generation "))
    dev.process.signal(.interrupt)
    #expect(try dev.process.waitForExit() == .exited(0))
  }

  @Test func `a reload that is refused says why and what goes on, and ends with 1`() throws {
    let workspace = try TemporaryWorkspace([("sound", ""), ("fixture", "")])
    let fixture = Paths.join(try RunningTool.folder, "FixtureLocation")
    try workspace.writeProgram(
      "#!/bin/sh\n[ ! -e broken ] || exit 3\nexec \(fixture) \"$@\"\n",
      to: "f.sh"
    )
    let text = try workspace.text()
    let place = try #require(text.ranges(of: fixture).last)
    try workspace.write(
      String(text[..<place.lowerBound]) + Paths.join(workspace.path, "f.sh")
        + String(text[place.upperBound...])
    )
    let dev = try workspace.start("dev")
    _ = try dev.line(with: "runs at")
    _ = try workspace.hanse("assets")
    try workspace.write("", to: "broken")
    let refused = try workspace.hanse("reload", "fixture")
    #expect(refused.status == .exited(1) && refused.output.isEmpty)
    #expect(
      refused.errors
        == "error: location \"fixture\": generation 2 did not take over: exit status 3 before the "
        + "handshake [LOC-EXIT-EARLY]; generation 1 goes on serving\n"
    )
    let all = try workspace.hanse("reload")
    #expect(all.status == .exited(1))
    #expect(all.output.hasPrefix("location \"sound\": generation 2 took over from generation 1"))
    #expect(all.errors.contains("generation 1 goes on serving"))
    let shown = try workspace.hanse("reload", "fixture", "--json")
    #expect(shown.status == .exited(1))
    let document = try LocationDocument.decode(Array(shown.output.utf8))
    #expect(document.rejection?.code == "LOC-EXIT-EARLY" && document.state == .running)
    dev.process.signal(.interrupt)
    #expect(try dev.process.waitForExit() == .exited(0))
  }
}
