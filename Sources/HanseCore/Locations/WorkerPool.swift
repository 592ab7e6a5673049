package import HanseModel

/// The worker processes of a location with isolated runs: one for each run that has steps there.
///
/// Pure: the caller says which runs wait for a worker, and what becomes of the processes; it gets
/// back what to do. A step waits for its worker only once it has all its slots, so there are never
/// more runs at work here than the location may have steps at once, and a worker too many is always
/// one that does nothing.
///
/// A worker that ends after its handshake is its own run's affair. One that ends before it had
/// nothing of any run yet: that is counted for the location, with the rules of its restarts, and
/// while the delay lasts no worker is started.
package struct WorkerPool: Sendable {
  package typealias Machine = LocationStateMachine
  package typealias Moment = RunCoordinator.Moment

  /// Whose a worker is.
  package struct Seat: Hashable, Sendable, Comparable {
    package var run: RunID
    /// The position of the one step that has the worker to itself, because it may have ended one;
    /// nil for the worker that the run's other steps share.
    package var step: Int?

    package init(run: RunID, step: Int? = nil) {
      self.run = run
      self.step = step
    }

    package static func < (left: Self, right: Self) -> Bool {
      (left.run, left.step ?? -1) < (right.run, right.step ?? -1)
    }
  }

  package struct Worker: Sendable {
    package let seat: Seat
    package internal(set) var machine: Machine
    /// When it was started, on the wall clock.
    package let startedAt: Timestamp
    /// Whether it has answered the handshake.
    package fileprivate(set) var hasServed = false

    package var generation: Generation { machine.generation }

    /// Whether steps may go to it.
    package var isReady: Bool { machine.state == .running }

    /// Whether it takes no more steps, and is about to go.
    package var isLeaving: Bool {
      switch machine.state {
      case .draining, .ending: true
      case .starting, .loading, .running, .disabled, .stopped, .backingOff, .quarantined: false
      }
    }
  }

  /// What the location's runs want of it.
  package enum Event: Hashable, Sendable {
    /// Steps have their slots and wait for workers.
    ///
    /// With the workers that have steps in flight, and how many workers there may be at once.
    case wanted([Seat], busy: Set<Generation>, limit: Int)
    /// Those that one step had to itself go once it has ended.
    case retireLone(busy: Set<Generation>)
    case runEnded(RunID)
  }

  package enum Action: Hashable, Sendable {
    case process(Machine.Action)
    case ready(Seat, Generation)
    /// It takes no more steps.
    case away(Seat, Generation)
    /// It ended before it could take a step.
    case failed(Seat, Generation, reason: String, code: FaultCode)
    /// No worker is started before that, because they fail.
    case closed(until: HostInstant)
    case reopened
  }

  /// All that run or are on their way, the oldest first.
  package private(set) var workers: [Worker] = []
  /// Until when no worker is started.
  package private(set) var closedUntil: HostInstant?
  /// Why the last one failed that could not take a step.
  package private(set) var lastFailure: (reason: String, code: FaultCode)?
  private var budget: RestartBudget
  private var issued = 0
  private let rules: RestartRules
  private let limits: Machine.Limits

  package init(rules: RestartRules, limits: Machine.Limits) {
    self.rules = rules
    self.limits = limits
    budget = RestartBudget(rules: rules)
  }

  // MARK: Looks

  package func worker(_ generation: Generation) -> Worker? {
    workers.first { $0.generation == generation }
  }

  /// How often in a row workers failed before they could take a step.
  package var failures: Int { budget.restarts }

  /// Whether one of these has no worker that is, or will be, there for it.
  func lacks(_ seats: [Seat]) -> Bool { closedUntil == nil && seats.contains { !has($0) } }

  /// Whether one that a single step had to itself has nothing to do any more.
  func hasIdleLone(busy: Set<Generation>, wanted: [Seat]) -> Bool {
    workers.contains { $0.seat.step != nil && isIdle($0, busy, wanted) }
  }

  private func has(_ seat: Seat) -> Bool {
    workers.contains { $0.seat == seat && !$0.isLeaving }
  }

  private func isIdle(_ worker: Worker, _ busy: Set<Generation>, _ wanted: [Seat]) -> Bool {
    !worker.isLeaving && !busy.contains(worker.generation) && !wanted.contains(worker.seat)
  }

  // MARK: What runs want

  /// Takes what runs want.
  ///
  /// - Parameters:
  ///   - event: What.
  ///   - generation: The location's process whose definitions they run by.
  ///   - moment: When.
  /// - Returns: What to do.
  mutating func handle(_ event: Event, by generation: Generation, _ moment: Moment) -> [Action] {
    switch event {
    case .wanted(let seats, let busy, let limit):
      return staff(seats, busy, limit: max(1, limit), generation, moment)
    case .retireLone(let busy):
      return end(moment) { $0.seat.step != nil && !busy.contains($0.generation) && $0.isReady }
    case .runEnded(let run): return end(moment) { $0.seat.run == run && !$0.isLeaving }
    }
  }

  private mutating func staff(
    _ seats: [Seat],
    _ busy: Set<Generation>,
    limit: Int,
    _ generation: Generation,
    _ moment: Moment
  ) -> [Action] {
    guard closedUntil == nil else { return [] }
    var actions: [Action] = []
    var lacking = 0
    for seat in seats where !has(seat) {
      if workers.count < limit {
        actions += start(for: seat, generation, moment)
      } else {
        lacking += 1
      }
    }
    // Somebody has to go first; who is on the way out makes room as well.
    var excess = lacking - workers.count(where: \.isLeaving)
    for worker in workers where excess > 0 && isIdle(worker, busy, seats) {
      actions += take(.stopRequested, of: worker.generation, moment)
      excess -= 1
    }
    return actions
  }

  private mutating func start(
    for seat: Seat,
    _ generation: Generation,
    _ moment: Moment
  ) -> [Action] {
    issued += 1
    var machine = Machine(
      generation: Generation(generation.number, worker: issued),
      isEnabled: true,
      rules: rules,
      limits: limits,
      at: moment.now
    )
    let actions = machine.startAsWorker(at: moment.now)
    workers.append(Worker(seat: seat, machine: machine, startedAt: moment.wall))
    return actions.map { .process($0) }
  }

  private mutating func end(_ moment: Moment, where fits: (Worker) -> Bool) -> [Action] {
    workers.filter(fits).map(\.generation).flatMap { take(.stopRequested, of: $0, moment) }
  }

  /// Lets workers be started again at once: the location has another process, or somebody asked.
  mutating func forgive() -> [Action] {
    budget.reset()
    lastFailure = nil
    guard closedUntil != nil else { return [] }
    closedUntil = nil
    return [.reopened]
  }

  // MARK: What processes do

  /// Takes an event that concerns all of them.
  mutating func takeAll(_ event: Machine.Event, _ moment: Moment) -> [Action] {
    var actions = workers.map(\.generation).flatMap { take(event, of: $0, moment) }
    if let until = closedUntil, until <= moment.now {
      closedUntil = nil
      actions.append(.reopened)
    }
    return actions
  }

  /// Takes an event of one of them.
  mutating func take(
    _ event: Machine.Event,
    of generation: Generation,
    _ moment: Moment
  ) -> [Action] {
    guard let index = workers.firstIndex(where: { $0.generation == generation }) else { return [] }
    let before = workers[index]
    var actions: [Action] = []
    for action in workers[index].machine.handle(event, at: moment.now, random: moment.random) {
      switch action {
      case .publish:
        workers[index].hasServed = true
        budget.reset()
        lastFailure = nil
        actions.append(.ready(before.seat, generation))
      case .failed: break
      case .spawn, .sendInitialize, .sendDefinitionsRequest, .sendPing, .askToLeave, .terminate,
        .kill, .wakeUp:
        actions.append(.process(action))
      }
    }
    if case .endRequested = event {
      // Another process is not wanted before a step wants it.
      _ = workers[index].machine.handle(.stopRequested, at: moment.now, random: moment.random)
    }
    if before.isReady, !workers[index].isReady { actions.append(.away(before.seat, generation)) }
    if !workers[index].machine.state.hasProcess {
      actions += conclude(workers.remove(at: index), moment)
    }
    return actions
  }

  /// Counts the end of one that could not take a step.
  private mutating func conclude(_ worker: Worker, _ moment: Moment) -> [Action] {
    switch worker.machine.state {
    case .backingOff, .quarantined: break
    case .disabled, .stopped, .starting, .loading, .running, .draining, .ending: return []
    }
    guard !worker.hasServed else { return [] }
    let reason = worker.machine.reason ?? "it ended"
    let code = worker.machine.fault ?? .exitedEarly
    lastFailure = (reason, code)
    let delay =
      switch budget.crashed(at: moment.now, healthyFor: .zero, random: moment.random) {
      case .retry(let delay): delay
      case .quarantine(let delay): delay
      }
    // Several may fail at once; the last one says how long.
    let until = moment.now + delay
    closedUntil = until
    return [
      .failed(worker.seat, worker.generation, reason: reason, code: code),
      .closed(until: until),
      .process(.wakeUp(at: until)),
    ]
  }
}
