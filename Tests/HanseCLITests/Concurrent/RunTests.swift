import HanseAPI
import HanseHost
import HanseModel
import HanseSystem
import Testing

@testable import HanseCLI

@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct RunTests {
  @Test func `a run that succeeds ends with status 0 and its steps`() throws {
    let workspace = try TemporaryWorkspace()
    let outcome = try workspace.hanse("materialize", "fixture/left")
    #expect(outcome.status == .exited(0))
    let run = try workspace.lastRun
    let lines = outcome.timeless.split(separator: "\n")
    #expect(
      lines == [
        "run \(run): 1 step",
        "CLOCK  succeeded  pair@fixture  fixture  TIME",
        "run \(run) succeeded in TIME: 1 step succeeded",
      ]
    )
    let assets = try workspace.hanse("assets", "fixture/left", "--json")
    let page = try Page<AssetDocument>.decode(assets.output)
    #expect(page.items.first?.latest != nil)
  }

  @Test func `a run that fails ends with status 1, the reason and what to do`() throws {
    let workspace = try TemporaryWorkspace()
    let outcome = try workspace.hanse("materialize", "fixture/fail", "--quiet")
    #expect(outcome.status == .exited(1))
    let run = try workspace.lastRun
    #expect(
      outcome.timeless
        == """
        error: step fixture/fail in location fixture failed: as it was told to

        run \(run) failed in TIME: 1 step failed
        next: read `hanse run \(run)` and `hanse logs \(run)`, then `hanse materialize 'fixture/fail+'`

        """
    )
  }

  @Test func `a location that does not serve costs a warning, not the run`() throws {
    let workspace = try TemporaryWorkspace([("fixture", ""), ("broken", "exit-before-handshake")])
    let outcome = try workspace.hanse("materialize", "fixture/left")
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors == TemporaryWorkspace.warning("broken"))
    let check = try workspace.hanse("check")
    #expect(check.status == .exited(1))
    let logs = try workspace.hanse("logs", "broken")
    // One for each time that it was started.
    let lines = Set(logs.timeless.split(separator: "\n"))
    #expect(lines == ["CLOCK broken no database at db:5432"])
  }

  @Test func `the last lines name the locations that nothing could be made of`() throws {
    let workspace = try TemporaryWorkspace([("fixture", ""), ("broken", "exit-before-handshake")])
    let outcome = try workspace.hanse("materialize", "kind:none or location:fix* and *left")
    #expect(outcome.status == .exited(0), "\(outcome.output)")
    #expect(
      outcome.output.hasSuffix(
        "\nwarning: 1 location is not loaded, and nothing of it is in this run: broken "
          + "(backing-off); see `hanse locations`\n"
      ),
      "\(outcome.output)"
    )
    let named = try workspace.hanse("materialize", "location:broken or fixture/left")
    #expect(named.status == .exited(1))
    let error =
      "error: the selection names location broken, and nothing of it is in this run, for it is not "
      + "loaded (backing-off: exit status 3 before the handshake); see `hanse logs broken`\n"
    #expect(named.output.hasSuffix("1 step succeeded\n\(error)"), "\(named.output)")
    let json = try workspace.hanse("materialize", "location:broken or fixture/left", "--json")
    #expect(json.status == .exited(1))
    #expect(try RunDetailDocument.decode(json.output).run.status == .succeeded)
    #expect(json.errors == TemporaryWorkspace.warning("broken") + error)
    let only = try workspace.hanse("materialize", "fixture/left")
    #expect(only.output.hasSuffix("1 step succeeded\n"), "\(only.output)")
  }

  @Test func `Ctrl-C cancels the run gracefully`() throws {
    let workspace = try TemporaryWorkspace()
    let events = try follow("step.started", workspace)
    let tool = try workspace.start("materialize", "fixture/sleep")
    #expect(try events.line(with: "fixture/sleep") != nil)
    tool.process.signal(.interrupt)
    let outcome = try tool.finish()
    #expect(outcome.status == .exited(1))
    let run = try workspace.lastRun
    #expect(outcome.errors == "warning: \(RunMessages.canceling(run))\n")
    #expect(
      outcome.timeless.hasSuffix(
        """

        run \(run) canceled in TIME: 1 step canceled
        next: read `hanse run \(run)` and `hanse logs \(run)`, then `hanse materialize \
        'fixture/sleep+'`

        """
      ),
      "\(outcome.timeless)"
    )
    let runs = try Page<RunDocument>.decode(try workspace.hanse("runs", "--json").output)
    #expect(runs.items.map(\.status) == [.canceled])
  }

  @Test func `a second Ctrl-C ends a step that does not listen`() throws {
    let workspace = try TemporaryWorkspace()
    let events = try follow("step.started", workspace)
    let tool = try workspace.start("materialize", "fixture/block")
    #expect(try events.line(with: "fixture/block") != nil)
    tool.process.signal(.interrupt)
    #expect(tool.errorsHold("press Ctrl-C again"))
    tool.process.signal(.interrupt)
    let outcome = try tool.finish()
    #expect(outcome.status == .exited(1))
    let run = try workspace.lastRun
    #expect(
      outcome.errors
        == "warning: \(RunMessages.canceling(run))\nwarning: \(RunMessages.forcing(run))\n"
    )
  }

  /// Follows the events of a kind, from before the run that a test is about.
  private func follow(_ kind: String, _ workspace: TemporaryWorkspace) throws -> RunningTool {
    // The log is there, and a follower has it open, before anything is launched.
    #expect(try workspace.hanse("locations").status == .exited(0))
    let follower = try workspace.start("events", "--follow", "--kind", kind)
    #expect(follower.errorsHold("waiting for one"))
    return follower
  }
}

@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct DevTests {
  @Test func `every command talks to a running host`() throws {
    let workspace = try TemporaryWorkspace()
    let dev = try workspace.start("dev")
    let first = try #require(try dev.line(with: "runs at http://127.0.0.1:"))
    #expect(first.hasPrefix("workspace test runs at http://127.0.0.1:"))
    #expect(try dev.line(with: "location.loaded") != nil)

    let second = try workspace.hanse("dev")
    #expect(second.status == .exited(3))
    let address = first.split(separator: " ").first { $0.hasPrefix("http") }?.dropLast()
    #expect(
      second.errors
        == "error: \(DevMessages.runsAlready(Int(dev.process.pid), String(address ?? "")))\n"
    )

    let locations = try Page<LocationDocument>.decode(
      try workspace.hanse("locations", "--json").output
    )
    #expect(locations.items.map(\.state) == [.running])
    let detached = try workspace.hanse("materialize", "fixture/left", "--detach", "--quiet")
    #expect(detached.status == .exited(0))
    let id = detached.output.split(separator: "\n").joined()
    #expect(try dev.line(with: "run.finished")?.contains(id) == true)
    #expect(try workspace.hanse("materialize", "fixture/right").status == .exited(0))
    #expect(try workspace.hanse("doctor").output.contains("answers at http://127.0.0.1:"))

    dev.process.signal(.interrupt)
    let outcome = try dev.finish()
    #expect(outcome.status == .exited(0))
    #expect(outcome.output.hasSuffix("\nstopped; runs in flight go on when a host runs again\n"))
  }

  @Test func `beside a host Ctrl-C cancels the run, and its end is told`() throws {
    let workspace = try TemporaryWorkspace()
    let dev = try workspace.start("dev")
    try #require(try dev.line(with: "location.loaded") != nil)
    let events = try workspace.start("events", "--follow", "--kind", "step.started")
    let tool = try workspace.start("materialize", "fixture/sleep")
    try #require(try events.line(with: "fixture/sleep") != nil)
    tool.process.signal(.interrupt)
    let outcome = try tool.finish()
    #expect(outcome.status == .exited(1))
    let run = try workspace.lastRun
    #expect(outcome.errors == "warning: \(RunMessages.canceling(run))\n")
    #expect(outcome.output.contains("  canceled   fixture/sleep  fixture"), "\(outcome.output)")
    events.process.signal(.interrupt)
    _ = try events.finish()
    dev.process.signal(.interrupt)
    #expect(try dev.finish().status == .exited(0))
  }

  @Test func `a host that is killed under a watched run is told, and what becomes of the run`()
    throws
  {
    let workspace = try TemporaryWorkspace()
    let dev = try workspace.start("dev")
    let address = try #require(try dev.line(with: "runs at http://127.0.0.1:"))
    let port = try #require(address.split(separator: ":").last?.prefix { $0.isNumber })
    try #require(try dev.line(with: "location.loaded") != nil)
    let events = try workspace.start("events", "--follow", "--kind", "step.started")
    let tool = try workspace.start("materialize", "fixture/sleep")
    let launched = try #require(try tool.line(with: "1 step"))
    let run = try #require(launched.split(separator: " ").dropFirst().first?.dropLast())
    try #require(try events.line(with: "fixture/sleep") != nil)
    dev.process.signal(.kill)
    let outcome = try tool.finish()
    #expect(outcome.status == .exited(1))
    // The kernel ends the connection one way or the other; what follows is the same.
    let broken = "error: the connection to the host at 127.0.0.1:\(port) broke: "
    let ends = [
      "the connection ended in the middle of the answer",
      "read: Connection reset by peer (ECONNRESET)",
    ]
    let next =
      "; `hanse doctor` tells whether it still runs\nrun \(run) goes on when a host runs again; see `hanse run \(run)`\n"
    #expect(ends.map { broken + $0 + next }.contains(outcome.errors), "\(outcome.errors)")
  }

  @Test func `--detach without a host is refused`() throws {
    let workspace = try TemporaryWorkspace()
    let outcome = try workspace.hanse("materialize", "fixture/left", "--detach")
    #expect(outcome.status == .exited(2))
    #expect(
      outcome.errors
        == "error: --detach needs a running host: start one with `hanse dev`, or leave --detach out\n"
    )
  }
}
