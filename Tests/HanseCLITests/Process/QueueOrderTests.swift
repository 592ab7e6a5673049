import HanseAPI
import HanseHost
import HanseModel
import HanseSystem
import Testing

@testable import HanseCLI

/// What `hanse queue` changes in a running host, and what it says to what it cannot.
@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct QueueOrderTests {
  @Test(
    arguments: [
      (
        "pause",
        "\"hanse queue pause\" needs the name of a queue, or --pool NAME, --location NAME or --all"
      ),
      (
        "set slow --pool x --weight 1",
        "\"hanse queue set\" takes one of a queue's name, --pool, --location and --all"
      ),
      (
        "set slow",
        "\"hanse queue set\" needs what is to be different: --concurrent-steps, --concurrent-runs, "
          + "--waiting-steps, --units, --weight or --rate"
      ),
      (
        "set slow --concurrent-steps many",
        "option \"--concurrent-steps\": \"many\" is not a whole number, nor none"
      ),
      (
        "set slow --weight heavy",
        "option \"--weight\": \"heavy\" is not a number, such as 0.5 or 2"
      ),
      (
        "set slow --rate 10",
        "option \"--rate\": \"10\" is not STARTS/TIME or STARTS/TIME:BURST, such as 10/1s or "
          + "100/1m:20, nor none"
      ),
      (
        "set slow --rate 0/1s",
        "option \"--rate\": \"0/1s\" is not STARTS/TIME or STARTS/TIME:BURST, such as 10/1s or "
          + "100/1m:20, nor none"
      ),
      (
        "set --pool warehouse --units 0",
        "option \"--units\": \"0\" is not a whole number from 1 to 1000000"
      ),
      (
        "pause slow --weight 1",
        "option \"--weight\" goes with the action set only"
      ),
      (
        "--all",
        "option \"--all\" goes with the actions set, pause, resume, drain and reset only"
      ),
      ("move x", "\"hanse queue move\" needs --to QUEUE"),
      (
        "move --to slow",
        "\"hanse queue move\" needs a run, or a selection of assets that runs are to make"
      ),
      ("priority x", "\"hanse queue priority\" needs a run and a number"),
      ("priority x 1001", "the priority \"1001\" is not a whole number from -1000 to 1000"),
      (
        "cancel --force",
        "\"hanse queue cancel\" needs a selection of assets, the steps of which are to stop"
      ),
    ]
  )
  func `orders that mean nothing are refused before anybody is asked`(
    line: String,
    message: String
  ) {
    let words = ["queue"] + line.split(separator: " ").map(String.init)
    let error = #expect(throws: UsageError.self) {
      _ = try QueueRequest(try ArgumentParser.parse(words))
    }
    #expect(error.map(UsageMessages.text) == "\(message)\nsee `hanse help queue`")
  }

  @Test(arguments: [
    ("10/1s", RateLimit(starts: 10, per: .seconds(1), burst: 10)),
    ("100/1m:20", RateLimit(starts: 100, per: .seconds(60), burst: 20)),
    ("1/250ms:1", RateLimit(starts: 1, per: .milliseconds(250), burst: 1)),
  ])
  func `a rate is read as it is written`(text: String, rate: RateLimit) {
    #expect(RateLimit(text: text) == rate)
    #expect(RateLimit(text: QueueMessages.rate(rate)) == rate)
  }

  @Test(arguments: [
    "", "10", "10/", "/1s", "10/1", "10/1s:", "10/1s:0", "10/1s:2:3", "-1/1s", "x/1s",
  ])
  func `what is no rate is none`(text: String) {
    #expect(RateLimit(text: text) == nil)
  }

  @Test func `a priority below 0 is a number and no option`() throws {
    let invocation = try ArgumentParser.parse(["queue", "priority", "7f3k", "-5"])
    #expect(try QueueRequest(invocation) == .priority(run: "7f3k", -5))
  }

  @Test func `without a host an order says that it needs one`() throws {
    let workspace = try QueueTests.workspace()
    for words in [["pause", "slow"], ["move", "x", "--to", "slow"], ["cancel", "*"]] {
      let outcome = try RunningTool.run(["queue"] + words, in: workspace.path)
      #expect(outcome.status == .exited(1))
      #expect(
        outcome.errors
          == "error: this needs a host, and none runs on the state directory; start one with "
          + "`hanse dev`\n"
      )
    }
  }

  /// A host with a queue of one slot, which a step holds.
  private final class Busy {
    let workspace: TemporaryWorkspace
    let dev: RunningTool
    let holder: String

    init() throws {
      workspace = try QueueTests.workspace()
      dev = try workspace.start("dev")
      _ = try dev.line(with: "runs at")
      holder = try Self.launch("fixture/sleep", in: workspace)
      try QueueTests.started(holder, in: workspace)
    }

    static func launch(_ selection: String, in workspace: TemporaryWorkspace) throws -> String {
      let launched = try workspace.hanse(
        "materialize",
        selection,
        "--queue",
        "slow",
        "--detach",
        "--quiet"
      )
      try #require(launched.status == .exited(0), "\(launched.errors)")
      return String(launched.output.dropLast())
    }

    func launch(_ selection: String) throws -> String {
      try Self.launch(selection, in: workspace)
    }

    func queue(_ words: String...) throws -> RunningTool.Outcome {
      try RunningTool.run(["queue"] + words, in: workspace.path)
    }

    func finished(_ run: String) throws {
      let events = try workspace.start("events", "--follow", "--run", run, "--kind", "run.finished")
      try #require(try events.line(with: "run.finished") != nil)
    }
  }

  @Test func `a blocked step is explained, and goes as soon as the limit is raised`() throws {
    let busy = try Busy()
    let blocked = try busy.launch("fixture/numbers")
    let explained = try busy.queue("explain", blocked).output
    #expect(
      explained.hasPrefix(
        "fixture/numbers of run \(blocked): waiting: 1 of 1 slots of queue slow are taken\n"
      ),
      "\(explained)"
    )
    #expect(
      explained.contains(
        "a slot of queue slow is held by fixture/sleep of run \(busy.holder), since "
      )
    )
    let raised = try busy.queue("set", "slow", "--concurrent-steps", "2")
    #expect(raised.status == .exited(0), "\(raised.errors)")
    #expect(raised.output.hasPrefix("queue \"slow\": "), "\(raised.output)")
    #expect(raised.output.contains("/2 slots taken, weight 0.5, rate 10/1s:20, 0 waiting"))
    try busy.finished(blocked)
    // The host asks the kernel whose process it was.
    let principal = Principal(userID: Users.ownID, userName: Users.name(of: Users.ownID))
    #expect(try busy.queue().output.contains("set by hand; by \(principal), since "))
    let changes = try busy.workspace.hanse("events", "--kind", "limits.changed")
    #expect(
      changes.output.contains("queue \"slow\": concurrentSteps 2, by \(principal)\n"),
      "\(changes.output)"
    )
    let over = try busy.queue("explain", blocked)
    #expect(over.status == .exited(1))
    #expect(
      over.errors == "error: run \(blocked) has succeeded already; nothing of it waits\n"
    )
    let reset = try busy.queue("reset", "slow")
    #expect(
      reset.output == "queue \"slow\": 1/1 slots taken, weight 0.5, rate 10/1s:20, 0 waiting\n"
    )
  }

  @Test func `a step that another stands for is shown with that, and that with it`() throws {
    let busy = try Busy()
    func launch() throws -> String {
      let words = [
        "fixture/numbers", "--queue", "slow", "--on-limit", "coalesce", "--detach", "-q",
      ]
      let launched = try RunningTool.run(["materialize"] + words, in: busy.workspace.path)
      try #require(launched.status == .exited(0), "\(launched.errors)")
      return String(launched.output.dropLast())
    }
    let (leader, follower) = (try launch(), try launch())
    let explained = try busy.queue("explain", follower).output
    #expect(
      explained.hasPrefix(
        "fixture/numbers of run \(follower): waiting: the same step of run \(leader) waits already, "
          + "and stands for this one\n"
      ),
      "\(explained)"
    )
    #expect(explained.contains("no estimate: it ends with the step of run \(leader)\n"))
    let stands = try busy.queue("explain", leader).output
    #expect(stands.contains("the same step of run \(follower)\n"), "\(stands)")
    let report = try QueueReport.decode(try busy.queue("--json").output)
    #expect(report.followerCount == 1 && report.waitingCount == 1)
    #expect(report.followers.map(\.run.text) == [follower])
    #expect(report.followers.map(\.leader.text) == [leader])
    let page = try busy.queue().output
    #expect(page.contains("Steps that the same step of another run stands for (1):\n"), "\(page)")
    #expect(page.contains("run \(leader)\n"))
  }

  @Test func `what waits is moved, put behind others and canceled`() throws {
    let busy = try Busy()
    let paused = try busy.queue("pause", "slow")
    #expect(
      paused.output
        == "queue \"slow\" is paused: 1/1 slots taken, weight 0.5, rate 10/1s:20, 0 waiting\n"
    )
    let first = try busy.launch("fixture/numbers")
    let explained = try busy.queue("explain", first).output
    #expect(explained.contains("waiting: queue slow is paused\n"), "\(explained)")
    #expect(explained.contains("no estimate: queue slow is paused\n"), "\(explained)")
    let moved = try busy.queue("move", first, "--to", "default")
    #expect(
      moved.output
        == "1 run to queue default: 1 waiting step was moved, and what becomes ready waits there\n"
    )
    try busy.finished(first)
    _ = try busy.queue("resume", "slow")

    let second = try busy.launch("fixture/numbers")
    #expect(
      try busy.queue("priority", second, "-3").output
        == "run \(second) has priority -3; 1 waiting step moved\n"
    )
    let shown = try busy.workspace.hanse("run", second)
    #expect(shown.output.contains("\n  priority     -3\n"), "\(shown.output)")
    let principal = Principal(userID: Users.ownID, userName: Users.name(of: Users.ownID))
    #expect(shown.output.contains("\n  moved by     \(principal)\n"), "\(shown.output)")
    #expect(
      try busy.queue("cancel", "fixture/numbers", "--run", second).output
        == "1 step that had not started is canceled, 0 that run are asked to stop\n"
    )
    try busy.finished(second)
    let ended = try busy.workspace.hanse("run", second).output
    #expect(ended.contains("the step was canceled, by \(principal)\n"), "\(ended)")
    #expect(
      try busy.queue("cancel", "fixture/sleep", "--force").output
        == "0 steps that had not started are canceled, 1 that runs is asked to stop\n"
    )
    try busy.finished(busy.holder)
    let told = try busy.workspace.hanse("events", "--kind", "run.requeued,step.canceling")
    let ends = [
      "queue default, priority 0, by \(principal)",
      "queue slow, priority -3, by \(principal)", "by force, by \(principal)",
    ]
    let lines = told.output.split(separator: "\n")
    #expect(lines.count == ends.count, "\(told.output)")
    #expect(zip(lines, ends).allSatisfy { $0.hasSuffix($1) }, "\(told.output)")
  }

  @Test func `what was set holds over a changed file, and a reset brings the file's values`() throws
  {
    let workspace = try QueueTests.workspace()
    let dev = try workspace.start("dev")
    _ = try dev.line(with: "runs at")
    func shown() throws -> String {
      let page = try workspace.hanse("queue").output
      return page.split(separator: "\n").first { $0.hasPrefix("queue      slow") }.map(String.init)
        ?? page
    }
    let set = try workspace.hanse("queue", "set", "slow", "--concurrent-steps", "7")
    #expect(set.status == .exited(0), "\(set.errors)")
    #expect(try shown().hasPrefix("queue      slow         0/7        0     0.5  10/1s:20  set"))
    let file = try workspace.text()
    try workspace.write(
      file.replacing(#""concurrentSteps": 1, "weight": 0.5"#, with: #""concurrentSteps": 3"#)
    )
    let reloaded = try workspace.hanse("reload")
    #expect(reloaded.status == .exited(0), "\(reloaded.errors)")
    #expect(
      (reloaded.output + reloaded.errors).contains(#"queue "slow": concurrentSteps: 1 -> 3"#),
      "\(reloaded.output) \(reloaded.errors)"
    )
    // The weight is the file's, which has none now; the number of steps is what was ordered.
    #expect(try shown().hasPrefix("queue      slow         0/7        0       1  10/1s:20  set"))
    _ = try workspace.hanse("queue", "reset", "slow")
    #expect(try shown() == "queue      slow         0/3        0       1  10/1s:20")
    dev.process.signal(.interrupt)
    #expect(try dev.process.waitForExit() == .exited(0))
  }

  @Test func `wrong names and values are refused in exactly these words`() throws {
    let busy = try Busy()
    let refusals: [([String], Int32, String)] = [
      (
        ["pause", "slwo"], 2,
        "there is no queue \"slwo\"; did you mean \"slow\"? (queues: default, slow)"
      ),
      (
        ["drain", "--pool", "warehose"],
        2,
        "there is no pool \"warehose\"; did you mean \"warehouse\"? (pools: warehouse)"
      ),
      (
        ["set", "--location", "fixtur", "--weight", "1"],
        2,
        "there is no location \"fixtur\"; did you mean \"fixture\"? (locations: fixture)"
      ),
      (["set", "slow", "--units", "3"], 2, "a queue has no units"),
      (
        ["set", "slow", "--weight", "0"],
        2,
        "weight of queue \"slow\" is 0.0; it is above 0 and at most 1000"
      ),
      (
        ["set", "--all", "--concurrent-steps", "none"],
        2,
        "concurrentSteps of the workspace cannot be without limit; it goes from 1 to 100000"
      ),
      (
        ["move", busy.holder, "--to", "slwo"],
        2,
        "there is no queue \"slwo\"; did you mean \"slow\"? (queues: default, slow)"
      ),
      (
        ["priority", "zzz", "1"],
        2,
        "no run's id begins with \"zzz\"; list the runs with `hanse runs`"
      ),
      (
        ["cancel", "fixture/numbrs"],
        2,
        "selection: no asset matches \"fixture/numbrs\"; did you mean \"fixture/numbers\"?\n"
          + "  fixture/numbrs\n  ^"
      ),
    ]
    for (words, status, message) in refusals {
      let outcome = try RunningTool.run(["queue"] + words, in: busy.workspace.path)
      #expect(outcome.status == .exited(status), "\(words)")
      #expect(outcome.errors == "error: \(message)\n", "\(words)")
    }
  }
}
