import HanseAPI
import HanseHost
import HanseModel
import HanseSystem
import Testing

@testable import HanseCLI

/// `hanse queue`, and what runs are told about queues, beside a running host and without one.
@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct QueueTests {
  /// A queue with one slot, beside a pool.
  static func workspace(limits: String = "{}") throws -> TemporaryWorkspace {
    let workspace = try TemporaryWorkspace([])
    let executable = Paths.join(try RunningTool.folder, "FixtureLocation")
    try workspace.write(
      """
      { "version": 1, "name": "test", "server": { "port": 0 },
        "locations": [{ "name": "fixture", "executable": "\(executable)", "weight": 2,
          "limits": \(limits), "environment": { "SWIFT_BACKTRACE": "enable=no" } }],
        "queues": [{ "name": "slow", "concurrentSteps": 1, "weight": 0.5,
          "rate": { "starts": 10, "per": "1s", "burst": 20 } }],
        "pools": [{ "name": "warehouse", "units": 3 }] }
      """
    )
    return workspace
  }

  /// Waits until the run has a step in flight.
  static func started(_ run: String, in workspace: TemporaryWorkspace) throws {
    let events = try workspace.start("events", "--follow", "--run", run, "--kind", "step.started")
    try #require(try events.line(with: "fixture/") != nil)
  }

  @Test(arguments: [
    (
      ["queue", "explian", "x"],
      "there is no action \"explian\" for queues; did you mean \"explain\"?"
    ),
    (
      ["queue", "explain"],
      "\"hanse queue explain\" needs a run, a run and one of its steps, or an asset"
    ),
    (
      ["queue", "explain", "a", "b", "c"],
      "\"hanse queue explain\" takes a run and one of its steps, and nothing after them"
    ),
    (
      ["queue", "--limit", "0"],
      "option \"--limit\": \"0\" is not a whole number from 1 to 1000"
    ),
  ])
  func `words that do not go together are refused`(words: [String], message: String) throws {
    let workspace = try TemporaryWorkspace([])
    let outcome = try RunningTool.run(words, in: workspace.path)
    #expect(outcome.status == .exited(2))
    #expect(outcome.errors == "error: \(message)\nsee `hanse help queue`\n")
  }

  @Test func `without a host the limits of the workspace are shown`() throws {
    let workspace = try Self.workspace()
    let outcome = try workspace.hanse("queue")
    #expect(outcome.status == .exited(0))
    #expect(
      outcome.errors
        == "no host is running, so nothing starts, and nothing waits; `hanse dev` starts one\n"
        + "these are the limits that it would begin with\n"
    )
    #expect(
      outcome.output == """
        LIMIT      NAME       TAKEN  WAITING  WEIGHT  RATE      NOTE
        workspace              0/16        0
        runs                  0/100        0
        queue      default        0        0       1
        queue      slow         0/1        0     0.5  10/1s:20
        location   fixture     0/32        0       2
        pool       warehouse    0/3        0

        """
    )
    let json = try QueueReport.decode(try workspace.hanse("queue", "--json").output)
    #expect(json.queues.map(\.name) == ["default", "slow"])
    let explained = try workspace.hanse("queue", "explain", "fixture/ok")
    #expect(explained.status == .exited(1))
    #expect(
      explained.errors
        == "error: no host is running, so no step waits for a slot, and no run's id begins with "
        + "\"fixture/ok\"\nstart a host with `hanse dev`, or list the runs with `hanse runs`\n"
    )
  }

  @Test func `a run whose steps may not all wait is refused with status 1`() throws {
    let workspace = try Self.workspace(limits: "{ \"waitingSteps\": 1 }")
    let outcome = try workspace.hanse("materialize", "fixture/log or fixture/numbers")
    #expect(outcome.status == .exited(1))
    #expect(
      outcome.errors.contains(
        "queue is full: 0 steps of location fixture wait, and the run has 2 more; 1 may wait "
          + "(limits.waitingSteps)"
      ),
      "\(outcome.errors)"
    )
    #expect(try workspace.hanse("materialize", "fixture/numbers", "-q").status == .exited(0))
  }

  @Test func `a step that may not wait is dropped, and its run's queue is listed`() throws {
    let workspace = try Self.workspace()
    let dev = try workspace.start("dev")
    _ = try dev.line(with: "runs at")
    let holder = try workspace.hanse(
      "materialize",
      "fixture/sleep",
      "--queue",
      "slow",
      "-q",
      "--detach"
    )
    let run = String(holder.output.dropLast())
    try Self.started(run, in: workspace)
    let dropped = try workspace.hanse(
      "materialize",
      "fixture/numbers",
      "--queue",
      "slow",
      "--on-limit",
      "dropNew"
    )
    #expect(dropped.status == .exited(1))
    #expect(
      (dropped.output + dropped.errors).contains(
        "dropped, because it could not start at once (onLimit is dropNew)"
      )
    )
    let listed = try workspace.hanse("runs")
    let lines = listed.output.split(separator: "\n").map {
      $0.split(separator: " ").map(String.init)
    }
    #expect(
      lines.first == ["RUN", "STATUS", "STEPS", "CREATED", "TIME", "QUEUE", "SELECTION", "NOTE"]
    )
    #expect(lines.dropFirst().allSatisfy { $0.contains("slow") } && lines.count == 3)
    let json = try Page<RunDocument>.decode(try workspace.hanse("runs", "--json").output)
    #expect(json.items.map(\.queue) == ["slow", "slow"] && json.items.map(\.priority) == [0, 0])
  }

  @Test func `a run of a host that is gone waits for the next one`() throws {
    let workspace = try Self.workspace()
    let dev = try workspace.start("dev")
    _ = try dev.line(with: "runs at")
    let launched = try workspace.hanse("materialize", "fixture/sleep", "--detach", "-q")
    let run = String(launched.output.dropLast())
    try Self.started(run, in: workspace)
    dev.process.signal(.interrupt)
    #expect(try dev.process.waitForExit() == .exited(0))
    let queue = try workspace.hanse("queue")
    #expect(
      queue.errors.hasPrefix(
        "no host is running, so nothing starts, and 1 unfinished run waits for the next host;"
      )
    )
    let explained = try workspace.hanse("queue", "explain", run)
    #expect(explained.status == .exited(0), "\(explained.errors)")
    #expect(
      explained.output == """
        fixture/sleep of run \(run): waiting for a host: start one with `hanse dev`
          location  fixture

        """
    )
    let misspelt = try workspace.hanse("queue", "explain", run, "fixture/slep")
    #expect(misspelt.status == .exited(2))
    #expect(
      misspelt.errors
        == "error: run \(run) has no step \"fixture/slep\"; did you mean \"fixture/sleep\"?\n"
    )
  }

  @Test func `a queue that is not there is refused, with a host and without one`() throws {
    let workspace = try Self.workspace()
    let expected =
      "error: there is no queue \"slwo\" in \(workspace.path)/workspace.json; did you mean "
      + "\"slow\"? (its queues: default, slow)\n"
    func refused() throws {
      let outcome = try workspace.hanse("materialize", "fixture/ok", "--queue", "slwo")
      #expect(outcome.status == .exited(2))
      #expect(outcome.errors == expected)
    }
    try refused()
    let far = try workspace.hanse("materialize", "fixture/ok", "--priority", "1001")
    #expect(
      far.errors
        == "error: option \"--priority\": \"1001\" is not a whole number from -1000 to 1000\n"
        + "see `hanse help materialize`\n"
    )
    let dev = try workspace.start("dev")
    _ = try dev.line(with: "runs at")
    try refused()
    let queue = try workspace.hanse("queue", "slwo")
    #expect(queue.status == .exited(2))
    #expect(
      queue.errors == "error: there is no queue and no action \"slwo\"; did you mean \"slow\"?\n"
    )
    dev.process.signal(.interrupt)
    #expect(try dev.process.waitForExit() == .exited(0))
  }

  @Test func `beside a host what waits is shown and explained`() throws {
    let workspace = try Self.workspace()
    let dev = try workspace.start("dev")
    _ = try dev.line(with: "runs at")
    func launch(_ selection: String) throws -> String {
      let outcome = try workspace.hanse(
        "materialize",
        selection,
        "--queue=slow",
        "--priority=-5",
        "--detach",
        "--quiet"
      )
      try #require(outcome.status == .exited(0), "\(outcome.errors)")
      return String(outcome.output.dropLast())
    }
    let holder = try launch("fixture/sleep")
    try Self.started(holder, in: workspace)
    let waiting = try launch("fixture/numbers")

    let shown = try workspace.hanse("queue")
    #expect(shown.errors.isEmpty)
    let lines = shown.output.split(separator: "\n").map(String.init)
    #expect(
      lines.contains {
        $0.hasPrefix("queue      slow         1/1        1     0.5  10/1s:20  full")
      },
      "\(shown.output)"
    )
    #expect(lines.contains("Running (1):"))
    #expect(lines.contains("Waiting, in the order of their turns (1):"))
    #expect(lines.contains { $0.contains("fixture/numbers") && $0.hasSuffix("queue slow is full") })
    let one = try workspace.hanse("queue", "slow")
    #expect(one.output.contains("fixture/numbers"))
    #expect(!one.output.contains("warehouse"))

    for words in [[waiting], [waiting, "fixture/numbers"], ["fixture/numbers"]] {
      let explained = try RunningTool.run(["queue", "explain"] + words, in: workspace.path)
      #expect(explained.status == .exited(0), "\(explained.errors)")
      let text = explained.output
      let title =
        "fixture/numbers of run \(waiting): waiting: 1 of 1 slots of queue slow are taken\n"
      #expect(text.hasPrefix(title), "\(text)")
      #expect(text.contains("\n  queue        slow, with priority -5\n"), "\(text)")
      #expect(text.contains("\n  before it    none of its location in this queue\n"), "\(text)")
      #expect(
        text.contains("\n  queue      slow       1/1      1  yes     full\n"),
        "\(text)"
      )
      #expect(
        text.contains(
          "\n  a slot of queue slow is held by fixture/sleep of run \(holder), since "
        ),
        "\(text)"
      )
      let unknown = "fixture/sleep, which holds queue slow, was never measured"
      #expect(text.contains("\n  starts       no estimate: \(unknown)\n"), "\(text)")
    }
    let neither = try workspace.hanse("queue", "explain", "fixture/numbrs")
    #expect(neither.status == .exited(2))
    #expect(
      neither.errors
        == "error: there is no run and no asset \"fixture/numbrs\"; did you mean "
        + "\"fixture/numbers\"?\n"
    )
    let idle = try workspace.hanse("queue", "explain", "fixture/ok")
    #expect(
      idle.output
        == "no run that is under way is to make fixture/ok; make it with "
        + "`hanse materialize fixture/ok`\n"
    )
    let page = try workspace.hanse("run", waiting)
    #expect(page.output.contains("\n  queue        slow\n"), "\(page.output)")
    #expect(page.output.contains("\n  priority     -5\n"), "\(page.output)")
    let doctor = try workspace.hanse("doctor")
    #expect(
      doctor.output.contains(
        "slots: counted anew: 1 step holds slots, 1 waits, and every limit agrees\n"
      ),
      "\(doctor.output)"
    )
    dev.process.signal(.interrupt)
    #expect(try dev.process.waitForExit() == .exited(0))
  }
}
