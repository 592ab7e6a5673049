import HanseCore
import HanseModel
import Testing

/// The worker processes of a location, without the location.
@Suite struct WorkerPoolTests {
  typealias Seat = WorkerPool.Seat
  typealias Action = LocationSupervisor.Action

  private var now = HostInstant.at(seconds: 0)
  private var supervisor: LocationSupervisor

  init() {
    supervisor = LocationSupervisor(
      generation: Generation(),
      isEnabled: true,
      rules: RestartRules(),
      limits: LocationStateMachine.Limits(),
      at: .at(seconds: 0)
    )
    let serving = Generation(1)
    for event in [.startRequested, .initialized(serving), .loaded(serving)]
      as [LocationStateMachine.Event]
    {
      _ = supervisor.handle(.process(event), at: moment)
    }
  }

  private var moment: RunCoordinator.Moment {
    RunCoordinator.Moment(now: now, wall: Timestamp(milliseconds: 0), random: 0.5)
  }

  private mutating func want(
    _ seats: [Seat],
    busy: [Int] = [],
    limit: Int
  ) -> (spawned: [Int], asked: [Int]) {
    let busy = Set(busy.map { Generation(1, worker: $0) })
    let actions = supervisor.handle(
      .workers(.wanted(seats, busy: busy, limit: limit)),
      at: moment
    )
    return (
      actions.compactMap {
        if case .process(.spawn(let generation)) = $0 { generation.worker } else { nil }
      },
      actions.compactMap {
        if case .process(.askToLeave(let generation)) = $0 { generation.worker } else { nil }
      }
    )
  }

  private mutating func take(_ event: LocationStateMachine.Event) -> [Action] {
    supervisor.handle(.process(event), at: moment)
  }

  @Test mutating func `each run gets one worker, and a step that must be alone gets another`() {
    let seats = [Seat(run: "a"), Seat(run: "b"), Seat(run: "a", step: 3)]
    #expect(want(seats, limit: 8).spawned == [1, 2, 3])
    #expect(want(seats, limit: 8).spawned == [])
    let generations = supervisor.workers.workers.map(\.generation)
    #expect(generations == (1...3).map { Generation(1, worker: $0) })
    #expect(supervisor.workers.workers.map(\.seat) == seats)
  }

  @Test mutating func `a worker serves after the handshake, and is not asked what it defines`() {
    _ = want([Seat(run: "a")], limit: 1)
    let generation = Generation(1, worker: 1)
    let actions = take(.initialized(generation))
    #expect(actions.first == .worker(.ready(Seat(run: "a"), generation)))
    #expect(supervisor.machine(of: generation)?.state == .running)
    #expect(supervisor.serving.state == .running)
  }

  @Test mutating func `there are no more workers than steps may run, and the idle one makes room`()
  {
    _ = want([Seat(run: "a"), Seat(run: "b")], limit: 2)
    for worker in 1...2 { _ = take(.initialized(Generation(1, worker: worker))) }
    let (spawned, asked) = want([Seat(run: "c")], busy: [1], limit: 2)
    #expect(spawned == [])
    #expect(asked == [2])
    // One on its way out is enough; nobody else has to go.
    #expect(want([Seat(run: "c")], busy: [1], limit: 2).asked == [])
    _ = take(.exited(Generation(1, worker: 2), reason: "exit status 0"))
    #expect(want([Seat(run: "c")], busy: [1], limit: 2).spawned == [3])
  }

  @Test mutating func `a busy worker never makes room`() {
    _ = want([Seat(run: "a")], limit: 1)
    _ = take(.initialized(Generation(1, worker: 1)))
    let (spawned, asked) = want([Seat(run: "b")], busy: [1], limit: 1)
    #expect(spawned == [] && asked == [])
  }

  @Test mutating func `a worker that dies at work costs the location nothing`() {
    for worker in 1...20 {
      #expect(want([Seat(run: "a")], limit: 4).spawned == [worker])
      _ = take(.initialized(Generation(1, worker: worker)))
      let actions = take(.exited(Generation(1, worker: worker), reason: "signal 9 (SIGKILL)"))
      #expect(actions.contains(.worker(.away(Seat(run: "a"), Generation(1, worker: worker)))))
    }
    #expect(supervisor.serving.state == .running)
    #expect(supervisor.serving.budget.restarts == 0)
    #expect(supervisor.workers.closedUntil == nil)
  }

  @Test mutating func `workers that die before the handshake are waited for, longer and longer`() {
    var delays: [Duration] = []
    for worker in 1...5 {
      #expect(want([Seat(run: "a")], limit: 4).spawned == [worker])
      let actions = take(.exited(Generation(1, worker: worker), reason: "exit status 3"))
      let failed = WorkerPool.Action.failed(
        Seat(run: "a"),
        Generation(1, worker: worker),
        reason: "exit status 3 before the handshake",
        code: .exitedEarly
      )
      #expect(actions.contains(.worker(failed)))
      let until = supervisor.workers.closedUntil ?? now
      #expect(actions.contains(.worker(.closed(until: until))))
      #expect(want([Seat(run: "a")], limit: 4).spawned == [])
      delays.append(until - now)
      now = until
      #expect(take(.wokeUp).contains(.worker(.reopened)))
    }
    #expect(
      delays == [
        .milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800),
        .seconds(300),
      ]
    )
    // The process that answers for the definitions is not to blame for it.
    #expect(supervisor.serving.state == .running)
    #expect(supervisor.serving.budget.restarts == 0)
  }

  @Test mutating func `a start that somebody asks for forgives workers at once`() {
    _ = want([Seat(run: "a")], limit: 4)
    _ = take(.exited(Generation(1, worker: 1), reason: "exit status 3"))
    #expect(supervisor.workers.closedUntil != nil)
    #expect(take(.startRequested) == [.worker(.reopened)])
    #expect(want([Seat(run: "a")], limit: 4).spawned == [2])
  }

  @Test mutating func `the end of a run ends its workers, and nobody else's`() {
    let seats = [Seat(run: "a"), Seat(run: "b"), Seat(run: "a", step: 1)]
    _ = want(seats, limit: 8)
    for worker in 1...2 { _ = take(.initialized(Generation(1, worker: worker))) }
    let actions = supervisor.handle(.workers(.runEnded("a")), at: moment)
    let asked: [Action] = [1, 3].map { .process(.askToLeave(Generation(1, worker: $0))) }
    #expect(asked.allSatisfy { actions.contains($0) })
    #expect(supervisor.workers.workers.map(\.isLeaving) == [true, false, true])
    // What does not go is made to, as a location's process is.
    now = now + .seconds(5)
    #expect(take(.wokeUp).contains(.process(.terminate(Generation(1, worker: 1)))))
    now = now + .seconds(5)
    #expect(take(.wokeUp).contains(.process(.kill(Generation(1, worker: 1)))))
  }

  @Test mutating func `a worker whose step does not stop is killed, and no other one started`() {
    _ = want([Seat(run: "a")], limit: 8)
    let generation = Generation(1, worker: 1)
    _ = take(.initialized(generation))
    #expect(take(.endRequested(generation, reason: "stuck")).contains(.process(.kill(generation))))
    let actions = take(.exited(generation, reason: "signal 9 (SIGKILL)"))
    #expect(!actions.contains { if case .process(.spawn) = $0 { true } else { false } })
    #expect(supervisor.workers.workers.isEmpty)
  }

  @Test mutating func `a new generation leaves workers alone, and starts its own with its number`()
  {
    _ = want([Seat(run: "a")], limit: 8)
    _ = take(.initialized(Generation(1, worker: 1)))
    _ = supervisor.handle(.binarySeen("one"), at: moment)
    _ = supervisor.handle(.binarySeen("two"), at: moment)
    for event in [.initialized(Generation(2)), .loaded(Generation(2))]
      as [LocationStateMachine.Event]
    {
      _ = take(event)
    }
    _ = supervisor.handle(.merged(Generation(2)), at: moment)
    #expect(supervisor.serving.generation == Generation(2))
    #expect(supervisor.workers.workers.map(\.isReady) == [true])
    _ = want([Seat(run: "b")], limit: 8)
    #expect(supervisor.workers.workers.last?.generation == Generation(2, worker: 2))
  }

  @Test mutating func `a worker runs what serves, from the host's copy once the file is another`() {
    _ = supervisor.handle(.binarySeen("one", startedFrom: [Generation(1)]), at: moment)
    _ = want([Seat(run: "a")], limit: 8)
    let first = supervisor.programs[Generation(1, worker: 1)]
    #expect(first == LocationProgram(digest: "one"))
    _ = supervisor.handle(.binaryKept("one"), at: moment)
    _ = supervisor.handle(.binarySeen("two"), at: moment)
    _ = want([Seat(run: "b")], limit: 8)
    let second = supervisor.programs[Generation(1, worker: 2)]
    #expect(second == LocationProgram(digest: "one", isKept: true))
  }
}
