import HanseCore
import HanseModel
import HanseSimulator
import Testing

/// What waits is moved, reordered and canceled, and the workspace file changes.
@Suite struct WaitingOrderTests {
  typealias Outcome = RunCoordinator.OrderOutcome

  private static let everything = Set((0..<30).map { StepKey("s\($0)") })

  private func host(
    _ file: LimitBook.File = LimitBook.File(concurrentSteps: 1, queues: ["slow": .init()]),
    log: [Event] = []
  ) -> SimulatedHost {
    let conduct = SimulatedHost.Conduct(holds: Self.everything)
    return SimulatedHost(["a": conduct, "b": conduct], log: log, limits: file)
  }

  private func give(
    _ host: inout SimulatedHost,
    _ order: QueueOrder
  ) -> Outcome? {
    host.handle(.order(order, ticket: 900))
    return try? host.answers.removeValue(forKey: 900)?.get()
  }

  private func kinds(_ host: SimulatedHost, _ step: StepKey) -> [String] {
    host.log.filter { $0.record.step == step }.map(\.record.payload.kind)
  }

  @Test func `the priority of a run that waits is changed, and holds in the next host`() throws {
    var host = host()
    for step in 0..<4 { host.launch([Plans.step(step)], ticket: step) }
    let last = try #require(host.launched[3])
    #expect(give(&host, .requeue(last, queue: nil, priority: 7)) == Outcome(waiting: 1))
    var next = self.host(log: host.log)
    for host in [host, next] { #expect(host.plane.runs.runs[last]?.priority == 7) }
    host.succeed("s0")
    #expect(host.held.keys.map(\.self) == ["s3"])
    // There all four wait for the first slot.
    next.handle(.tick)
    #expect(next.held.keys.map(\.self) == ["s3"])
  }

  @Test func `a run is moved to another queue with its waiting steps and those to come`() throws {
    var file = LimitBook.File(concurrentSteps: 10, queues: ["slow": .init(concurrentSteps: 1)])
    file.queues["default"] = .init(concurrentSteps: 1)
    var host = host(file)
    host.launch([Plans.step(0)], ticket: 0)
    host.launch([Plans.step(1), Plans.step(2, after: [0])], ticket: 1)
    let run = try #require(host.launched[1])
    #expect(host.held.keys.map(\.self) == ["s0"])
    #expect(give(&host, .requeue(run, queue: "slow", priority: nil)) == Outcome(waiting: 1))
    #expect(host.held.keys.sorted() == ["s0", "s1"])
    // The step in flight counts where it started; the one behind it starts in the new queue.
    host.succeed("s1")
    #expect(host.held.keys.sorted() == ["s0", "s2"])
    #expect(host.plane.runs.dispatcher.runningCount(of: .queue("slow")) == 1)
    #expect(host.log.contains { $0.record.payload == .runRequeued(queue: "slow", priority: 0) })
    #expect(host.plane.runs.recount() == [])
    #expect(give(&host, .requeue(run, queue: "slow", priority: 0)) == Outcome())
  }

  @Test func `what waits in a queue that is gone waits in its location's queue in the next host`()
    throws
  {
    var host = host(LimitBook.File(concurrentSteps: 9, queues: ["slow": .init()]))
    host.handle(.order(.limit(.queue("slow"), .init(flow: .paused), resets: false), ticket: 1))
    host.launch([Plans.step(0)], ticket: 2)
    host.launch([Plans.step(1), Plans.step(2)], ticket: 3)
    let run = try #require(host.launched[3])
    host.handle(.order(.requeue(run, queue: "slow", priority: 3), ticket: 4))
    var file = LimitBook.File(concurrentSteps: 9, queues: ["default": .init(concurrentSteps: 2)])
    let next = self.host(file, log: host.log)
    #expect(next.plane.runs.runs[run]?.queue == nil && next.plane.runs.runs[run]?.priority == 3)
    let moved = EventPayload.runRequeued(
      queue: nil,
      priority: 3,
      reason: "queue \"slow\" is not in the workspace any more"
    )
    #expect(next.log.count { $0.record.payload == moved } == 1)
    // The limits of their location's queue hold, and not those of the one that is gone.
    #expect(next.held.count == 2)
    #expect(next.plane.runs.dispatcher.runningCount(of: .queue("default")) == 2)
    file.queues["slow"] = .init()
    let third = self.host(file, log: next.log)
    #expect(third.plane.runs.runs[run]?.queue == nil)
    #expect(third.log.count { $0.record.payload == moved } == 1)
  }

  @Test func `a priority out of range and a queue that nobody knows are refused`() throws {
    var host = host()
    host.launch([Plans.step(0)])
    let run = try #require(host.launched[1])
    for (order, message) in [
      (
        QueueOrder.requeue(run, queue: "slo", priority: nil),
        "there is no queue \"slo\"; did you mean \"slow\"? (queues: default, slow)"
      ),
      (
        .requeue(run, queue: nil, priority: 1001),
        "priority 1001 is out of range; it goes from -1000 to 1000"
      ),
    ] {
      host.handle(.order(order, ticket: 5))
      guard case .failure(let refusal) = host.answers[5] else {
        Issue.record("\(order) was taken")
        continue
      }
      #expect(refusal.message == message)
    }
  }

  @Test
  func
    `selected steps are stopped in all runs, what is behind them is skipped, and the rest goes on`()
  {
    var host = host(LimitBook.File(concurrentSteps: 2))
    let chain = [
      Plans.step(0), Plans.step(1, after: [0]), Plans.step(2, after: [1]), Plans.step(3),
    ]
    host.launch(chain, ticket: 1)
    host.launch([Plans.step(1, at: "b"), Plans.step(4, at: "b")], ticket: 2)
    #expect(host.held.keys.sorted() == ["s0", "s3"])
    #expect(
      give(&host, .cancelSteps(of: ["s1"], in: nil, forced: false)) == Outcome(waiting: 2)
    )
    #expect(kinds(host, "s2") == ["step.skipped"])
    #expect(kinds(host, "s1") == ["step.canceled", "step.canceled"])
    for step in ["s0", "s3", "s4"] as [StepKey] { host.succeed(step) }
    #expect(host.launched[1].flatMap { host.finished[$0] } == .canceled)
    #expect(host.launched[2].flatMap { host.finished[$0] } == .canceled)
    let messages = host.log.compactMap { event -> String? in
      if case .runFinished(_, let message) = event.record.payload { message } else { nil }
    }
    #expect(
      messages.sorted() == [
        "1 of 2 steps were canceled", "1 of 4 steps were canceled; 1 behind them skipped",
      ]
    )
    #expect(host.plane.runs.recount() == [])
  }

  @Test func `a selected step that runs is asked to stop, and its slot comes back`() {
    var host = host()
    host.launch([Plans.step(0), Plans.step(1, after: [0]), Plans.step(2)], ticket: 1)
    #expect(host.held.keys.map(\.self) == ["s0"])
    #expect(
      give(&host, .cancelSteps(of: ["s0"], in: host.launched[1], forced: false))
        == Outcome(running: 1)
    )
    #expect(kinds(host, "s0") == ["step.started", "step.canceling", "step.canceled"])
    #expect(kinds(host, "s1") == ["step.skipped"])
    #expect(host.held.keys.map(\.self) == ["s2"])
    host.succeed("s2")
    #expect(host.finished.values.map(\.self) == [.canceled])
  }

  @Test func `who moves or cancels what waits or runs is part of the event`() throws {
    var host = host()
    let (ann, bob) = (Principal(userID: 1000, userName: "ann"), Principal(userID: 1001))
    host.launch([Plans.step(0), Plans.step(1)], ticket: 1)
    host.launch([Plans.step(2)], ticket: 2)
    let (run, other) = (try #require(host.launched[1]), try #require(host.launched[2]))
    _ = give(&host, .requeue(run, queue: "slow", priority: 2, by: ann))
    // What changes nothing is nobody's.
    _ = give(&host, .requeue(run, queue: "slow", priority: nil, by: bob))
    _ = give(&host, .cancelSteps(of: ["s0", "s1"], in: run, forced: false, by: bob))
    host.handle(.cancel(other, forced: true, by: ann, ticket: 3))
    let told = host.log.map(\.record.payload).compactMap { payload -> String? in
      switch payload {
      case .runRequeued(_, _, _, let by), .runCanceling(_, let by), .stepCanceling(_, let by),
        .stepCanceled(_, let by):
        "\(payload.kind) \(by.map { "\($0.userID)" } ?? "nobody")"
      default: nil
      }
    }
    #expect(
      told == [
        "run.requeued 1000", "step.canceling 1001", "step.canceled 1001", "step.canceled nobody",
        "run.canceling 1000", "step.canceled nobody",
      ]
    )
  }

  @Test func `a step that was being canceled when its host ended stays canceled`() {
    var conducts = ["a": SimulatedHost.Conduct(holds: Self.everything, obeysCancel: false)]
    var host = SimulatedHost(
      ["a": conducts["a"] ?? .init()],
      limits: LimitBook.File(concurrentSteps: 1)
    )
    host.launch([Plans.step(0), Plans.step(1, after: [0]), Plans.step(2)], ticket: 1)
    _ = give(&host, .cancelSteps(of: ["s0"], in: nil, forced: false))
    conducts["a"]?.obeysCancel = true
    var next = SimulatedHost(["a": conducts["a"] ?? .init()], log: host.log)
    #expect(kinds(next, "s0").suffix(2) == ["step.canceling", "step.canceled"])
    #expect(kinds(next, "s1") == ["step.skipped"])
    next.succeed("s2")
    #expect(next.finished.values.map(\.self) == [.canceled])
    #expect(LogAudit.faults(in: next.log.map(\.record)) == [])
  }

  @Test func `a changed file holds for what waits, and starts nobody anew`() throws {
    var file = LimitBook.File(
      concurrentSteps: 9,
      queues: ["slow": .init(concurrentSteps: 1)],
      locations: ["a": .init(.init(concurrentSteps: 9), queue: "slow")]
    )
    var host = host(file)
    for step in 0..<4 { host.launch([Plans.step(step)], ticket: step) }
    #expect(host.held.count == 1)
    let spawned = host.log.count { $0.record.payload.kind == "location.starting" }
    // Its location's steps wait elsewhere now, those that wait already too.
    file.queues["fast"] = .init(concurrentSteps: 2)
    file.locations["a"]?.queue = "fast"
    _ = give(&host, .file(file))
    #expect(host.held.count == 3)
    file.queues["fast"]?.concurrentSteps = 3
    _ = give(&host, .file(file))
    #expect(host.held.count == 4)
    // What waits in a queue that is gone goes on as before, and nobody else may go there.
    host.launch([Plans.step(4)], ticket: 4)
    host.launch([Plans.step(5)], ticket: 5)
    file.queues["fast"] = nil
    file.locations["a"]?.queue = "slow"
    let moved = try #require(host.launched[4])
    _ = give(&host, .file(file))
    #expect(host.plane.runs.runs[moved]?.queue == nil)
    #expect(host.log.count { $0.record.payload.kind == "location.starting" } == spawned)
    #expect(host.plane.runs.recount() == [])
  }

  @Test func `a changed limit on tags holds for what runs and what waits`() {
    func tagged(_ step: Int, _ customer: String) -> EventPayload.RunCreation {
      var creation = Plans.creation([Plans.step(step)])
      creation.request.tags = ["customer": customer, "team": "ingest"]
      return creation
    }
    var host = host(LimitBook.File(concurrentSteps: 9))
    for step in 0..<2 { host.handle(.launch(tagged(step, "x"), ticket: step)) }
    var file = LimitBook.File(concurrentSteps: 9)
    file.tagLimits = [.init(tag: "customer", perValue: true, limit: 2)]
    _ = give(&host, .file(file))
    for step in 2..<4 { host.handle(.launch(tagged(step, "x"), ticket: step)) }
    host.handle(.launch(tagged(4, "y"), ticket: 4))
    #expect(host.held.keys.sorted() == ["s0", "s1", "s4"])
    file.tagLimits = [.init(tag: "team", perValue: false, limit: 4)]
    _ = give(&host, .file(file))
    #expect(host.held.keys.sorted() == ["s0", "s1", "s2", "s4"])
    file.tagLimits[0].limit = 5
    _ = give(&host, .file(file))
    #expect(host.held.count == 5)
    #expect(host.plane.runs.recount() == [])
  }
}
