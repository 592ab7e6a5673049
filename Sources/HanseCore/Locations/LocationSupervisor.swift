package import HanseModel

/// Everything that one location runs: the process that serves, one that is to take its place, and
/// those on their way out.
///
/// Pure: the caller feeds it events and performs the actions it returns, in order. Each process has
/// a ``LocationStateMachine``; this decides which of them has which part, and what each is started
/// from. Generations are counted here, so that no two processes ever share one; the workers of
/// isolated runs have the number of the process that serves, and one of their own beside it.
package struct LocationSupervisor: Sendable {
  package typealias Machine = LocationStateMachine
  package typealias Moment = RunCoordinator.Moment

  package enum Event: Hashable, Sendable {
    /// Something that a process did, or that is asked of the location as a whole.
    case process(Machine.Event)
    /// What the workspace's file contains, whenever that has changed.
    ///
    /// With the processes that were started from just this file; nil for all that nobody knows the
    /// file of.
    case binarySeen(BinaryDigest, startedFrom: Set<Generation>? = nil)
    /// The file of a process was another than the last one that was looked at.
    case startedFromUnknown(Generation)
    /// The workspace's file is gone, or cannot be run.
    case binaryUnusable(reason: String)
    /// The host has a copy of the binary that can be run.
    case binaryKept(BinaryDigest)
    /// The host has no such copy any more.
    case binaryLost(BinaryDigest)
    /// Somebody wants the file to be loaded anew.
    case reloadRequested
    /// Somebody wants a binary that served earlier to serve again.
    case rollbackRequested(BinaryDigest)
    /// The definitions of this generation are in the graph.
    case merged(Generation)
    /// What runs want of the workers.
    case workers(WorkerPool.Event)
  }

  package enum Action: Hashable, Sendable {
    case process(Machine.Action)
    /// It serves from now on: steps go to it.
    case tookOver(Generation, from: Generation)
    /// The one that served is gone, and this one goes on in its place, as far as it is.
    case promoted(Generation)
    /// The process that serves, or was to, ended by itself.
    case failed(Generation, reason: String, code: FaultCode)
    /// A process that was to take over did not; what served goes on.
    case rejected(Rejection)
    /// What a worker does, but for what its process is told.
    case worker(WorkerPool.Action)
  }

  /// A binary that did not take over, and why.
  package struct Rejection: Hashable, Sendable {
    package var generation: Generation
    package var digest: BinaryDigest?
    package var code: FaultCode
    package var reason: String
    package var time: Timestamp
    /// Its failures so far.
    package var failures: Int
    /// Nil when it is not tried again before the file changes or somebody asks.
    package var nextTry: HostInstant?
    /// Whether it had served, and an earlier binary is run instead.
    package var isRolledBack = false
  }

  /// The process that serves, or the one that will: its restarts are the location's.
  package internal(set) var serving: Machine
  package internal(set) var candidate: Machine?
  package internal(set) var leaving: [Machine] = []
  /// The processes of isolated runs; of a location that serves all its runs itself there are none.
  package internal(set) var workers: WorkerPool
  /// What each process was started from.
  package internal(set) var programs: [Generation: LocationProgram] = [:]
  package internal(set) var binaries: LocationBinaries
  package internal(set) var rejection: Rejection?
  /// The last generation whose definitions were asked into the graph as those that serve.
  var servedGeneration: Generation?
  var swappedAt: HostInstant?
  var issued: Generation
  let rules: RestartRules
  let limits: Machine.Limits

  package init(
    generation: Generation,
    isEnabled: Bool,
    rules: RestartRules,
    limits: Machine.Limits,
    served: [ServedBinary] = [],
    pin: BinaryDigest? = nil,
    required: BinaryDigest? = nil,
    at now: HostInstant
  ) {
    issued = max(generation, served.map(\.generation).max() ?? generation)
    self.rules = rules
    self.limits = limits
    binaries = LocationBinaries(served: served, pin: pin, required: required)
    workers = WorkerPool(rules: rules, limits: limits)
    serving = Machine(
      generation: issued,
      isEnabled: isEnabled,
      rules: rules,
      limits: limits,
      at: now
    )
  }

  /// Takes one event.
  package mutating func handle(_ event: Event, at moment: Moment) -> [Action] {
    let actions: [Action]
    switch event {
    case .process(let event): actions = take(event, moment)
    case .binarySeen(let digest, let started): actions = see(digest, started, moment)
    case .startedFromUnknown(let generation):
      programs[generation]?.digest = nil
      actions = []
    case .binaryKept(let digest):
      binaries.kept.insert(digest)
      actions = []
    case .binaryLost(let digest):
      binaries.kept.remove(digest)
      actions = []
    case .binaryUnusable(let reason):
      binaries.problem = reason
      actions = startInstead(moment)
    case .reloadRequested: actions = reload(moment)
    case .rollbackRequested(let digest): actions = rollBack(to: digest, moment)
    case .merged(let generation): actions = takeOver(generation, moment)
    case .workers(let event):
      actions = take(workers.handle(event, by: serving.generation, moment))
    }
    leaving.removeAll { !$0.state.hasProcess }
    // Mostly nobody is gone, and then nothing is made anew.
    if programs.keys.contains(where: { !hasMachine(of: $0) }) {
      programs = programs.filter { hasMachine(of: $0.key) }
    }
    return actions
  }

  // MARK: Looks

  /// All processes and plans for one, that which serves first.
  package var machines: [Machine] {
    [serving] + (candidate.map { [$0] } ?? []) + leaving + workers.workers.map(\.machine)
  }

  package func machine(of generation: Generation) -> Machine? {
    if serving.generation == generation { return serving }
    if let candidate, candidate.generation == generation { return candidate }
    return leaving.first { $0.generation == generation } ?? workers.worker(generation)?.machine
  }

  /// Whether any of its machines is as told; none is copied for it.
  private func hasMachine(where holds: (Machine) -> Bool) -> Bool {
    holds(serving) || candidate.map { holds($0) } ?? false || leaving.contains { holds($0) }
      || workers.workers.contains { holds($0.machine) }
  }

  private func hasMachine(of generation: Generation) -> Bool {
    hasMachine { $0.generation == generation }
  }

  /// Whether nothing runs, and nothing will by itself.
  package var isAtRest: Bool {
    (serving.state == .stopped || serving.state == .disabled) && candidate == nil
      && leaving.isEmpty && workers.workers.isEmpty
  }

  /// The processes that go once their steps in flight are done.
  package var draining: [Generation] {
    machines.filter { if case .draining = $0.state { true } else { false } }.map(\.generation)
  }

  /// Whether any of its processes goes once its steps in flight are done.
  var isDraining: Bool {
    hasMachine { if case .draining = $0.state { true } else { false } }
  }

  /// Whether people see the same of both, so that nothing needs to be published.
  func looksLike(_ other: LocationSupervisor) -> Bool {
    Self.lookAlike(serving, other.serving)
      && serving.isSuspended == other.serving.isSuspended
      && Self.lookAlike(candidate, other.candidate)
      && leaving.count == other.leaving.count
      && zip(leaving, other.leaving).allSatisfy { Self.lookAlike($0, $1) }
      && workers.workers.count == other.workers.workers.count
      && zip(workers.workers, other.workers.workers).allSatisfy {
        Self.lookAlike($0.machine, $1.machine)
      }
      && workers.closedUntil == other.workers.closedUntil
      && rejection == other.rejection
      && binaries == other.binaries
  }

  private static func lookAlike(_ one: Machine?, _ other: Machine?) -> Bool {
    one?.state == other?.state && one?.generation == other?.generation
  }

  /// Whether what it defines is served, or will be once it is in the graph.
  var isServingOrAboutTo: Bool {
    switch serving.state {
    case .running, .draining: true
    case .starting, .loading, .backingOff, .quarantined, .stopped, .disabled, .ending: false
    }
  }

  /// When a wake-up is due for any of its processes.
  package func isWaiting(for instant: HostInstant) -> Bool {
    hasMachine { $0.deadline == instant } || workers.closedUntil == instant
  }

  // MARK: Events of processes

  private mutating func take(_ event: Machine.Event, _ moment: Moment) -> [Action] {
    if let generation = event.generation {
      if generation.isWorker { return take(workers.take(event, of: generation, moment)) }
      if generation == serving.generation { return takeServing(event, moment) }
      if generation == candidate?.generation { return takeCandidate(event, moment) }
      return takeLeaving(generation, event, moment)
    }
    switch event {
    case .wokeUp:
      var actions = takeServing(event, moment) + takeCandidate(event, moment)
      for generation in leaving.map(\.generation) {
        actions += takeLeaving(generation, event, moment)
      }
      return actions + take(workers.takeAll(event, moment))
    case .stopRequested:
      var actions = dismissCandidate(moment) + takeServing(event, moment)
      for generation in leaving.map(\.generation) {
        actions += takeLeaving(generation, event, moment)
      }
      return actions + take(workers.takeAll(event, moment))
    case .restartRequested:
      // Workers are started anew when a step wants one.
      let workers = take(workers.forgive() + workers.takeAll(.stopRequested, moment))
      return dismissCandidate(moment) + takeServing(event, moment) + workers
    case .drainRequested, .disableRequested:
      let workers = take(workers.takeAll(event, moment))
      return dismissCandidate(moment) + takeServing(event, moment) + workers
    case .startRequested: return takeServing(event, moment) + take(workers.forgive())
    default: return takeServing(event, moment)
    }
  }

  private mutating func takeLeaving(
    _ generation: Generation,
    _ event: Machine.Event,
    _ moment: Moment
  ) -> [Action] {
    guard let index = leaving.firstIndex(where: { $0.generation == generation }) else { return [] }
    return leaving[index].handle(event, at: moment.now, random: moment.random)
      .map { .process($0) }
  }

  mutating func takeServing(_ event: Machine.Event, _ moment: Moment) -> [Action] {
    if event.isEnd, serving.goesOnAfterItsEnd, candidate?.state.hasProcess == true {
      return promoteCandidate(after: event, moment)
    }
    serving.issued = issued
    var actions: [Action] = []
    for action in serving.handle(event, at: moment.now, random: moment.random) {
      switch action {
      case .spawn(let generation):
        issued = generation
        programs[generation] = binaries.next
        actions.append(.process(action))
      case .publish(let generation):
        servedGeneration = generation
        noteServed(generation)
        actions.append(.process(action))
      case .failed(let generation):
        if let instead = fallBack(from: generation, moment) { return actions + instead }
        actions.append(failure(of: serving, generation))
        noteMissed(generation)
        actions += startInstead(moment)
      default: actions.append(.process(action))
      }
    }
    return actions
  }

  func failure(of machine: Machine, _ generation: Generation) -> Action {
    .failed(generation, reason: machine.reason ?? "it ended", code: machine.fault ?? .crashed)
  }

  // MARK: Workers

  private mutating func take(_ actions: [WorkerPool.Action]) -> [Action] {
    actions.map { action in
      guard case .process(let action) = action else { return .worker(action) }
      if case .spawn(let generation) = action { programs[generation] = workerProgram }
      return .process(action)
    }
  }

  /// What serves, and no other: the file as long as it is that, and else the host's copy of it.
  private var workerProgram: LocationProgram {
    let own = programs[serving.generation] ?? LocationProgram()
    guard let digest = own.digest, digest != binaries.file || binaries.problem != nil
    else { return own }
    return LocationProgram(digest: digest, isKept: true)
  }

  mutating func noteServed(_ generation: Generation) {
    guard let digest = programs[generation]?.digest else { return }
    binaries.noteServed(digest, as: generation)
  }
}

extension LocationStateMachine {
  /// Whether the end of its process is followed by another one.
  fileprivate var goesOnAfterItsEnd: Bool {
    switch state {
    case .ending(_, then: .stop), .ending(_, then: .disable), .draining(then: .stop),
      .draining(then: .disable), .stopped, .disabled:
      false
    case .ending, .draining, .starting, .loading, .running, .backingOff, .quarantined: true
    }
  }
}

extension LocationStateMachine.State {
  /// Whether there is a process, or one that may still come to be.
  package var hasProcess: Bool {
    switch self {
    case .starting, .loading, .running, .draining, .ending: true
    case .disabled, .stopped, .backingOff, .quarantined: false
    }
  }
}

extension LocationStateMachine.Event {
  fileprivate var isEnd: Bool {
    switch self {
    case .exited, .spawnFailed: true
    default: false
    }
  }
}
