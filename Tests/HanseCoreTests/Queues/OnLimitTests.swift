import HanseCore
import HanseModel
import HanseSimulator
import Testing

/// What becomes of steps that cannot start at once.
@Suite struct OnLimitTests {
  private static let held = Set((0..<9).map { StepKey("s\($0)") })

  private func host(
    _ steps: Int = 1,
    log: [Event] = [],
    limits: LimitBook.File? = nil
  ) -> SimulatedHost {
    SimulatedHost(
      ["a": .init(holds: Self.held), "b": .init(holds: Self.held)],
      log: log,
      limits: limits ?? LimitBook.File(concurrentSteps: steps)
    )
  }

  private func launch(
    _ host: inout SimulatedHost,
    _ policy: OnLimit?,
    _ steps: [PlannedStep] = [Plans.step(0)],
    partition: PartitionKey? = nil,
    ofRun: OnLimit? = nil,
    ticket: Int
  ) {
    var creation = Plans.creation(
      steps.map { step in
        var step = step
        step.onLimit = policy
        return step
      }
    )
    creation.request.partition = partition
    creation.request.onLimit = ofRun
    host.handle(.launch(creation, ticket: ticket))
  }

  private func status(_ host: SimulatedHost, _ ticket: Int) -> RunStatus? {
    host.launched[ticket].flatMap { host.finished[$0] }
  }

  private func kinds(_ host: SimulatedHost, _ ticket: Int, _ step: StepKey = "s0") -> [String] {
    host.log.filter { $0.record.run == host.launched[ticket] && $0.record.step == step }
      .map(\.record.payload.kind)
  }

  @Test
  func `a step to be dropped starts where there is a slot, and is canceled where there is none`() {
    var host = host()
    launch(&host, .dropNew, ticket: 1)
    #expect(host.held.keys.map(\.self) == ["s0"])
    launch(&host, .dropNew, [Plans.step(1), Plans.step(2, after: [0])], ticket: 2)
    #expect(kinds(host, 2, "s1") == ["step.canceled"])
    #expect(kinds(host, 2, "s2") == ["step.skipped"])
    #expect(status(host, 2) == .canceled && status(host, 1) == nil)
    host.succeed("s0")
    #expect(status(host, 1) == .succeeded)
    #expect(host.plane.runs.recount() == [])
  }

  @Test func `a step to be dropped is offered a slot first, also behind one that was coalesced`() {
    var host = host()
    launch(&host, nil, [Plans.step(5)], ticket: 1)
    launch(&host, .coalesce, ticket: 2)
    var steps = [Plans.step(0), Plans.step(1, after: [0])]
    (steps[0].onLimit, steps[1].onLimit) = (.coalesce, .dropNew)
    host.handle(.launch(Plans.creation(steps), ticket: 3))
    host.succeed("s5")
    host.succeed("s0")
    #expect(kinds(host, 3) == ["step.coalesced"])
    #expect(kinds(host, 3, "s1") == ["step.started"])
    host.succeed("s1")
    #expect(status(host, 3) == .succeeded)
  }

  @Test func `a step to be dropped waits for a location that is away`() {
    var host = host(5)
    host.exit("a", "signal 11 (SIGSEGV)")
    host.handle(.tick)
    launch(&host, .dropNew, ticket: 1)
    #expect(kinds(host, 1) == [])
    host.wait(.seconds(2))
    host.succeed("s0")
    #expect(status(host, 1) == .succeeded)
  }

  @Test func `a step that cancels what runs takes the place of the same step of another run only`()
  {
    var host = host(2)
    launch(&host, .cancelRunning, ticket: 1)
    launch(&host, .cancelRunning, [Plans.step(1)], ticket: 2)
    launch(&host, .cancelRunning, partition: "2026", ticket: 3)
    // Another partition and another asset are not the same.
    #expect(status(host, 1) == nil && status(host, 2) == nil)
    launch(&host, .cancelRunning, ticket: 4)
    #expect(kinds(host, 1) == ["step.started", "step.canceling", "step.canceled"])
    #expect(status(host, 1) == .canceled && status(host, 2) == nil)
    for step in ["s0", "s1", "s0"] as [StepKey] { host.succeed(step) }
    #expect([2, 3, 4].map { status(host, $0) } == [.succeeded, .succeeded, .succeeded])
  }

  @Test func `a step that waits stands for those of other runs that come while it does`() {
    var host = host()
    launch(&host, .coalesce, [Plans.step(1)], ticket: 1)
    let behind = [Plans.step(0), Plans.step(2, at: "b", after: [0])]
    launch(&host, .coalesce, ticket: 2)
    launch(&host, .coalesce, behind, ticket: 3)
    launch(&host, .coalesce, ticket: 4)
    launch(&host, .coalesce, partition: "2026", ticket: 5)
    #expect(host.plane.runs.dispatcher.waitingCount(in: "a") == 2)
    let leader = host.launched[2]
    #expect(host.plane.runs.leader(of: host.launched[3] ?? "", position: 0) == leader)
    host.succeed("s1")
    #expect(host.held["s0"]?.2.run == leader)
    host.succeed("s0")
    #expect([2, 4].map { status(host, $0) } == [.succeeded, .succeeded])
    #expect(kinds(host, 3) == ["step.coalesced"])
    // What is behind it in its own run goes on.
    for step in ["s0", "s2", "s0"] as [StepKey] { host.succeed(step) }
    #expect([3, 5].map { status(host, $0) } == [.succeeded, .succeeded])
    #expect(host.log.count { $0.record.payload.kind == "step.started" } == 4)
    #expect(LogAudit.faults(in: host.log.map(\.record)) == [])
    #expect(host.plane.runs.recount() == [])
    #expect(host.plane.runs.waitingSteps(of: "a") == 0)
  }

  @Test func `when the one that stood for others ends badly, each of them waits for itself again`()
  {
    var host = host()
    launch(&host, .coalesce, [Plans.step(1)], ticket: 1)
    for ticket in 2...4 { launch(&host, .coalesce, ticket: ticket) }
    host.handle(.cancel(host.launched[2] ?? "", forced: false, ticket: 9))
    #expect(status(host, 2) == .canceled)
    // One of the two that are left stands for both.
    #expect(host.plane.runs.dispatcher.waitingCount(in: "a") == 1)
    host.handle(.cancel(host.launched[4] ?? "", forced: false, ticket: 9))
    #expect(status(host, 4) == .canceled)
    host.succeed("s1")
    host.succeed("s0")
    #expect(status(host, 3) == .succeeded)
    #expect(host.plane.runs.recount() == [])
  }

  @Test func `who waits for another goes on so after a restart of the host`() {
    var host = host()
    launch(&host, .coalesce, [Plans.step(1)], ticket: 1)
    for ticket in 2...3 { launch(&host, .coalesce, ticket: ticket) }
    var next = self.host(log: host.log)
    #expect(next.plane.runs.dispatcher.waitingCount(in: "a") == 1)
    next.succeed("s1")
    next.succeed("s0")
    if !next.held.isEmpty { next.succeed("s1") }
    #expect(next.finished.values.count { $0 == .succeeded } == 3)
    #expect(next.log.count { $0.record.payload.kind == "step.coalesced" } == 1)
  }

  @Test func `a step that nobody else asks for leaves nothing behind it`() {
    var host = host()
    launch(&host, .coalesce, [Plans.step(1)], ticket: 1)
    launch(&host, .coalesce, ticket: 2)
    host.succeed("s1")
    host.succeed("s0")
    #expect(status(host, 2) == .succeeded)
    launch(&host, .coalesce, [Plans.step(1)], ticket: 3)
    launch(&host, .coalesce, ticket: 4)
    host.handle(.cancel(host.launched[4] ?? "", forced: false, ticket: 9))
    #expect(status(host, 4) == .canceled)
    #expect(host.plane.runs.recount() == [])
  }

  @Test func `what a run says comes before what its assets say`() {
    var host = host()
    launch(&host, .dropNew, ticket: 1)
    launch(&host, .dropNew, ofRun: .queue, ticket: 2)
    launch(&host, nil, ofRun: .dropNew, ticket: 3)
    #expect(status(host, 2) == nil && status(host, 3) == .canceled)
  }
}
