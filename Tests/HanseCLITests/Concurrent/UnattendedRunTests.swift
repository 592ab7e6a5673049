import HanseAPI
import HanseModel
import HanseSystem
import Testing

@testable import HanseCLI

/// Runs that nobody sits in front of: off a terminal, detached, left behind.
@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct UnattendedRunTests {
  /// A host that serves, which ends with the test.
  private func host(_ workspace: TemporaryWorkspace) throws -> RunningTool {
    let dev = try workspace.start("dev")
    try #require(try dev.line(with: "location.loaded") != nil)
    return dev
  }

  private func detach(_ selection: String, _ workspace: TemporaryWorkspace) throws -> String {
    let launched = try workspace.hanse("materialize", selection, "--detach", "--quiet")
    try #require(launched.status == .exited(0), "\(launched.errors)")
    return String(launched.output.dropLast())
  }

  /// Waits until the run has a step in flight.
  private func started(_ run: String, _ workspace: TemporaryWorkspace) throws {
    let events = try workspace.start("events", "--follow", "--run", run, "--kind", "step.started")
    try #require(try events.line(with: "fixture/") != nil)
  }

  // MARK: Waiting

  @Test func `off a terminal a run that cannot start says why, once`() throws {
    let workspace = try TemporaryWorkspace()
    let dev = try host(workspace)
    #expect(try workspace.hanse("locations", "stop", "fixture").status == .exited(0))
    let tool = try workspace.start("materialize", "fixture/left")
    let waiting = try #require(try tool.line(with: "waiting"))
    let run = try workspace.lastRun
    #expect(
      waiting.dropFirst(8)
        == "  waiting    pair@fixture  fixture  location fixture is stopped; see "
        + "`hanse queue explain \(run)`"
    )
    #expect(try workspace.hanse("locations", "start", "fixture").status == .exited(0))
    let outcome = try tool.finish()
    #expect(outcome.status == .exited(0))
    #expect(!outcome.output.contains("is stopped"), "\(outcome.output)")
    dev.process.signal(.interrupt)
    #expect(try dev.finish().status == .exited(0))
  }

  @Test func `a host of one's own says it too, and goes on to heed Ctrl-C`() throws {
    let workspace = try TemporaryWorkspace()
    let dev = try host(workspace)
    #expect(try workspace.hanse("queue", "pause", "default").status == .exited(0))
    dev.process.signal(.interrupt)
    #expect(try dev.finish().status == .exited(0))
    let tool = try workspace.start("materialize", "fixture/left")
    let waiting = try #require(try tool.line(with: "waiting"))
    #expect(waiting.dropFirst(8) == "  waiting    pair@fixture  fixture  queue default is paused")
    tool.process.signal(.interrupt)
    let outcome = try tool.finish()
    #expect(outcome.status == .exited(1))
    #expect(outcome.output.contains("  canceled   pair@fixture"), "\(outcome.output)")
  }

  // MARK: Canceling

  /// What is said of a run whose steps have not stopped yet.
  private func asked(_ run: String) -> String {
    "canceling run \(run): its steps are asked to stop; `hanse events --run \(run) --follow` "
      + "ends with it, and `hanse cancel \(run) --force` ends its steps by force\n"
  }

  @Test func `a detached run is canceled by its id, or the beginning of it`() throws {
    let workspace = try TemporaryWorkspace()
    let dev = try host(workspace)
    let run = try detach("fixture/sleep", workspace)
    try started(run, workspace)
    let canceled = try workspace.hanse("cancel", String(run.dropLast(2)))
    #expect(canceled.status == .exited(0), "\(canceled.errors)")
    // The step may have stopped before the host answers.
    let answers = [asked(run), "run \(run) is canceled\n"]
    #expect(answers.contains(canceled.output), "\(canceled.output)")
    let events = try workspace.hanse("events", "--run", run, "--follow")
    #expect(events.status == .exited(0))
    #expect(events.output.contains("step.canceled"), "\(events.output)")
    let again = try workspace.hanse("cancel", run)
    #expect(again.status == .exited(1))
    #expect(
      again.errors == "error: run \(run) has been canceled already; there is nothing to cancel\n"
    )
    let unknown = try workspace.hanse("cancel", "zzz")
    #expect(unknown.status == .exited(2))
    #expect(
      unknown.errors == "error: no run's id begins with \"zzz\"; list the runs with `hanse runs`\n"
    )
    dev.process.signal(.interrupt)
    #expect(try dev.finish().status == .exited(0))
    // The same words without a host.
    let later = try workspace.hanse("cancel", run)
    #expect(later.status == .exited(1) && later.errors == again.errors)
  }

  @Test func `a step that does not listen is ended by force`() throws {
    let workspace = try TemporaryWorkspace()
    let dev = try host(workspace)
    let run = try detach("fixture/block", workspace)
    try started(run, workspace)
    #expect(try workspace.hanse("cancel", run).output == asked(run))
    let forced = try workspace.hanse("cancel", run, "--force", "--json")
    #expect(forced.status == .exited(0), "\(forced.errors)")
    #expect(try RunDocument.decode(forced.output).id.text == run)
    let events = try workspace.hanse("events", "--run", run, "--follow", "--kind", "run.canceling")
    let lines = events.output.split(separator: "\n")
    #expect(lines.count == 2, "\(events.output)")
    #expect(lines.last?.contains("by force") == true)
    let detail = try RunDetailDocument.decode(try workspace.hanse("run", run, "--json").output)
    #expect(detail.run.status == .canceled)
    dev.process.signal(.interrupt)
    #expect(try dev.finish().status == .exited(0))
  }

  @Test func `what has not started is canceled at once`() throws {
    let workspace = try TemporaryWorkspace()
    let dev = try host(workspace)
    #expect(try workspace.hanse("queue", "pause", "default").status == .exited(0))
    let run = try detach("fixture/left", workspace)
    #expect(try workspace.hanse("cancel", run).output == "run \(run) is canceled\n")
    dev.process.signal(.interrupt)
    #expect(try dev.finish().status == .exited(0))
  }

  @Test func `a run that a host left unfinished, or that another process runs, says what to do`()
    throws
  {
    let workspace = try TemporaryWorkspace()
    let dev = try host(workspace)
    let run = try detach("fixture/sleep", workspace)
    try started(run, workspace)
    dev.process.signal(.kill)
    _ = try dev.finish()
    let left = try workspace.hanse("cancel", run)
    #expect(left.status == .exited(1))
    #expect(left.errors == "error: \(RunMessages.cancelNeedsHost(RunID(run)))\n")

    let tool = try workspace.start("materialize", "fixture/sleep")
    let launched = try #require(try tool.line(with: "1 step"))
    let own = try #require(launched.split(separator: " ").dropFirst().first?.dropLast())
    let held = try workspace.hanse("cancel", String(own))
    #expect(held.status == .exited(1))
    let pid = Int32(tool.process.pid)
    #expect(held.errors == "error: \(RunMessages.cancelHeld(RunID(String(own)), by: pid))\n")
    tool.process.signal(.interrupt)
    #expect(try tool.finish().status == .exited(1))
  }

  // MARK: Following

  @Test func `following a run ends with it, whatever kinds are asked for and however it ends`()
    throws
  {
    let workspace = try TemporaryWorkspace()
    let dev = try host(workspace)
    let run = try detach("fixture/sleep", workspace)
    let all = try workspace.start("events", "--run", run, "--follow")
    let some = try workspace.start("events", "--run", run, "--follow", "--kind", "step.started")
    try #require(try all.line(with: "step.started") != nil)
    try #require(try some.line(with: "step.started") != nil)
    #expect(try workspace.hanse("cancel", run).status == .exited(0))
    let (whole, part) = (try all.finish(), try some.finish())
    #expect(whole.status == .exited(0) && part.status == .exited(0))
    #expect(whole.output.contains("run.finished"), "\(whole.output)")
    #expect(part.output.isEmpty, "\(part.output)")

    // The run has ended: what there is of it is printed, with a host and without one.
    let after = try workspace.hanse("events", "--run", run, "--follow")
    #expect(after.output.contains("run.created") && after.output.hasSuffix("canceled\n"))
    let last = try workspace.hanse(
      "events",
      "--run",
      run,
      "--follow",
      "--kind",
      "step.started",
      "--lines",
      "1"
    )
    #expect(last.output.contains("step.started") && last.status == .exited(0), "\(last.output)")
    dev.process.signal(.interrupt)
    #expect(try dev.finish().status == .exited(0))
    let stored = try workspace.hanse("events", "--run", run, "--follow")
    #expect(stored.output == after.output && stored.status == .exited(0))
    #expect(stored.errors.isEmpty, "\(stored.errors)")
  }

  // MARK: Wrong selections

  @Test func `beside a host, too, a selection that names nothing is wrong usage`() throws {
    let workspace = try TemporaryWorkspace()
    let dev = try host(workspace)
    for selection in ["location:zz", "nope"] {
      let outcome = try workspace.hanse("materialize", selection)
      #expect(outcome.status == .exited(2), "\(selection): \(outcome.errors)")
    }
    dev.process.signal(.interrupt)
    #expect(try dev.finish().status == .exited(0))
  }
}
