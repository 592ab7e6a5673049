import HanseCore
import HanseGraph
import HanseModel

/// Watches what goes into the control plane and what comes out, and says when a promise is broken.
///
/// What it expects is kept from the events, the effects and the true state of the simulated
/// processes, and not from how the control plane decides. It asks the control plane only what a
/// person could ask: which locations serve, which runs wait for their turn, and why a step waits. An
/// answer is not believed where the count of what is truly at work says otherwise, and to have none
/// is a fault.
struct Oracle {
  let rules: [RestartRules]
  let maxCrashesOfStep: Int
  let names: [LocationName]
  let indices: [LocationName: Int]
  let hasRunLimit: Bool
  var shares: ShareAudit
  let sharesLimits: Bool
  /// Whether the input under way may cancel single steps.
  var mayCancelSteps = false
  /// The inputs that were judged.
  var inputs = 0
  /// The last event before the input under way.
  var lastBefore: Int64 = 0
  var violation: Violation?
  var sometimes = Sometimes()

  var runs: [RunID: RunAudit] = [:]
  /// Those of them that have not finished.
  var open: [RunID: RunAudit] = [:]
  /// Attempts in flight as the log says, with the process that has them.
  var live: [AttemptID: (location: Int, generation: Generation)] = [:]
  /// Those of them that their process was sent.
  var sent: Set<AttemptID> = []
  var liveCount: [Int]
  var last: Int64 = 0
  var shown: Int64 = 0
  var epoch = HostEpoch(0)
  var now = HostInstant(nanoseconds: 0)
  var cause: Cause = .host
  /// Calls that wait for their answer.
  var calls: Set<Int> = []
  /// Runs whose launch was answered.
  var acknowledged: Set<RunID> = []
  var cancelWasKnown: [Int: Bool] = [:]
  /// What processes truly work on, by the step.
  var working: [Work: (attempt: AttemptID, process: Int)] = [:]
  /// The steps that may start, by location: no more than their upstreams is missing.
  var ready: [[ReadyStep]]
  /// Those that failed and are to be tried again; when is for the host to say.
  var retrying: [ReadyStep] = []
  /// How many steps of each location have not ended.
  var unfinished: [Int]
  /// Steps of isolated runs that have their slots and wait for their workers.
  var reserved: [ShareAudit.Ticket] = []
  /// Steps that were dropped with the input under way.
  var dropped: [ReadyStep] = []
  /// How many steps of each location the launches that have no answer are to bring.
  var asked: [Int: [LocationName: Int]] = [:]
  var pacing: [Pacing]
  /// Locations whose processes changed with the input under way.
  var touched: [Int] = []
  /// Processes that may be ended, for what they did or for what was asked.
  var justified: Set<Int> = []
  var graphs: GraphNotes
  /// Attempts that the process whose end is being taken was sent, and that are in flight.
  var liveAtExit = 0
  /// The attempt that must be alone at its location, while it is at work.
  var alone: [AttemptID?]
  /// The same at locations with isolated runs, where only the process has to be its own.
  var aloneInWorker: Set<AttemptID> = []
  let isIsolated: [Bool]
  let hasIsolated: Bool
  /// The worker processes that were started and have not ended.
  var workers: [WorkerKey: WorkerAudit] = [:]
  /// How often each step ended its process, alone in it.
  var proven: [Culprit: Int] = [:]

  struct Work: Hashable {
    var run: RunID
    var step: StepKey
  }

  struct Culprit: Hashable {
    var location: Int
    var step: StepKey
  }

  /// What the input under way says, and who truly said it.
  enum Cause {
    case host, start, user(Int?), cancel(RunID), stop
    case exit(location: Int, generation: Generation, isAlive: Bool)
    case report(location: Int, generation: Generation, AttemptID)
    case answer(location: Int, generation: Generation, AttemptID)
    case other(location: Int)
  }

  init(_ scenario: Scenario) {
    let count = scenario.locations.count
    shares = ShareAudit(scenario.settings)
    sharesLimits = scenario.sharesLimits
    isIsolated = scenario.settings.locations.map(\.isIsolated)
    hasIsolated = isIsolated.contains(true)
    rules = scenario.settings.locations.map(\.restart)
    maxCrashesOfStep = scenario.settings.runRules.maxCrashes
    names = scenario.locations.map(\.name)
    indices = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    hasRunLimit = scenario.settings.runRules.concurrentRuns < 100
    liveCount = Array(repeating: 0, count: count)
    unfinished = liveCount
    ready = Array(repeating: [], count: count)
    alone = Array(repeating: nil, count: count)
    pacing = Array(repeating: Pacing(), count: count)
    graphs = GraphNotes(count: count)
  }

  mutating func fail(_ invariant: Invariant, _ message: String) {
    if violation == nil { violation = Violation(invariant: invariant, message: message) }
  }

  // MARK: Inputs

  mutating func begin(
    _ input: ControlPlane.Input,
    _ origin: Origin,
    _ processes: [SimulatedProcess],
    at now: HostInstant
  ) {
    self.now = now
    liveAtExit = 0
    mayCancelSteps = false
    lastBefore = last
    cause = Self.cause(of: input, origin, processes)
    noteWorkerGone(input)
    switch input {
    case .launch(let creation, let ticket):
      calls.insert(ticket)
      if sharesLimits { asked[ticket] = creation.plan.stepCounts }
    case .order(let order, let ticket):
      calls.insert(ticket)
      if case .cancelSteps = order { mayCancelSteps = true }
    case .cancel(let run, _, _, let ticket):
      calls.insert(ticket)
      cancelWasKnown[ticket] = runs[run].map { $0.final == nil } ?? false
    case .stepAnswer(_, _, let attempt, _):
      if live[attempt] == nil { sometimes.note(.lateResultIgnored) }
    default: break
    }
    switch cause {
    case .user(let location?): pacing[location].forgive()
    case .exit(let location, let generation, _):
      liveAtExit = sent.count {
        live[$0]?.location == location && live[$0]?.generation == generation
      }
    default: break
    }
  }

  private static func cause(
    of input: ControlPlane.Input,
    _ origin: Origin,
    _ processes: [SimulatedProcess]
  ) -> Cause {
    switch (origin, input) {
    case (.process(let index), .exited):
      let process = processes[index]
      return .exit(
        location: process.location,
        generation: process.generation,
        isAlive: process.isAlive
      )
    case (.attempt(let index, let attempt), .stepEvent):
      let process = processes[index]
      return .report(location: process.location, generation: process.generation, attempt)
    case (.attempt(let index, let attempt), _):
      let process = processes[index]
      return .answer(location: process.location, generation: process.generation, attempt)
    case (.process(let index), _): return .other(location: processes[index].location)
    case (.user, .cancel(let run, _, _, _)): return .cancel(run)
    case (.user, .stop), (.host, .stop): return .stop
    case (.user(let location), _): return .user(location)
    case (.host, .start): return .start
    case (.host, _): return .host
    }
  }

  mutating func end(_ input: ControlPlane.Input, _ plane: ControlPlane) {
    if case .exited(let name, let generation, _, _, _) = input, let location = indices[name] {
      if live.values.contains(where: { $0.location == location && $0.generation == generation }),
        !plane.isStopped, case .exit = cause, !isStopping
      {
        fail(.everyCallIsAnswered, "attempts of \(name) outlived \(generation)")
      }
    }
    if !workers.isEmpty { judgeWorkers() }
    if case .merged = input { judgeGraph(plane) }
    if case .stop = input { isStopping = true }
    if !touched.isEmpty { judgeRestarts(plane) }
    // A step that waits for its worker gets its slots without an event.
    if last != lastBefore || input.mayMoveSteps || hasIsolated { judgeQueues(input, plane) }
  }

  /// Judges who has slots, and who waits for them.
  private mutating func judgeQueues(_ input: ControlPlane.Input, _ plane: ControlPlane) {
    inputs += 1
    switch input {
    case .tick, .start: noteRetries(plane)
    default: break
    }
    if hasIsolated { noteReservations(plane) }
    noteLines(plane)
    judgeShares(plane)
    judgeFollowers(plane)
    judgeDropped(plane)
    judgeSlots(plane)
  }

  var isStopping = false

  // MARK: Processes

  mutating func began(_ attempt: AttemptID, in process: Int, _ processes: [SimulatedProcess]) {
    let work = Work(run: attempt.run, step: attempt.step)
    if let other = working[work], processes[other.process].isAlive {
      fail(.oneLiveAttempt, "\(attempt) begins while \(other.attempt) is at work")
    }
    working[work] = (attempt, process)
  }

  mutating func stopped(_ attempt: AttemptID) {
    let work = Work(run: attempt.run, step: attempt.step)
    if working[work]?.attempt == attempt { working[work] = nil }
  }

  /// The process that an attempt in flight is in.
  func place(of attempt: AttemptID) -> (LocationName, Generation)? {
    live[attempt].map { (names[$0.location], $0.generation) }
  }

  /// The attempt of the same step that is in flight now, and its process.
  func present(for attempt: AttemptID) -> (AttemptID, LocationName, Generation)? {
    guard
      let found = live.first(where: { $0.key.run == attempt.run && $0.key.step == attempt.step })
    else { return nil }
    return (found.key, names[found.value.location], found.value.generation)
  }

  // MARK: The host's life

  mutating func acknowledge(_ sequence: Int64) { shown = max(shown, sequence) }

  mutating func hostIsGone() {
    calls = []
    asked = [:]
    isStopping = false
    touched = []
    workers = [:]
    pacing = Array(repeating: Pacing(), count: pacing.count)
    graphs = GraphNotes(count: pacing.count)
  }

  /// Takes up what is on disk, as the new host does.
  mutating func restart(from log: DurableLog, past: ControlPlane.Past, number: Int) {
    if log.lastSequence < shown {
      fail(.shownIsDurable, "event \(shown) was shown and is not on disk after the restart")
    }
    if past.epoch <= epoch { fail(.epochIsOwn, "\(past.epoch) begins after \(epoch)") }
    epoch = past.epoch
    graphs.served = names.map { past.definitions[$0]?.generation }
    live = [:]
    sent = []
    shares.restart(log.limitOrders, lastSequence: log.lastSequence)
    liveCount = Array(repeating: 0, count: liveCount.count)
    alone = Array(repeating: nil, count: alone.count)
    aloneInWorker = []
    forget(after: log)
    last = log.lastSequence
    lineUp()
  }

  /// Takes up what waits as of the log: the new host knows no more of who came first.
  private mutating func lineUp() {
    ready = Array(repeating: [], count: ready.count)
    unfinished = Array(repeating: 0, count: unfinished.count)
    (retrying, reserved, dropped) = ([], [], [])
    for run in open.values.sorted(by: { $0.id < $1.id }) {
      for position in run.plan.indices {
        run.standing[position] = nil
        // That an attempt was due again is no event.
        if run.status[position] == .ready, run.attempts[position] > 0 {
          run.status[position] = .retrying
        }
        guard let location = indices[run.plan[position].location] else { continue }
        if !run.status[position].isFinished { unfinished[location] += 1 }
        let step = ReadyStep(run: run, position: position)
        if run.status[position] == .ready { ready[location].append(step) }
        if run.status[position] == .retrying { retrying.append(step) }
      }
    }
  }

  /// Unlearns the events that are not on disk: the runs that have some are judged again from theirs
  /// that are.
  private mutating func forget(after log: DurableLog) {
    isReplaying = true
    defer { isReplaying = false }
    for (id, run) in runs where run.lastSequence > log.lastSequence {
      (runs[id], open[id]) = (nil, nil)
      for event in log.open[id] ?? [] {
        last = event.sequence - 1
        judge(event)
      }
      if runs[id] == nil, acknowledged.contains(id) {
        fail(.shownIsDurable, "\(id) was launched and is not on disk after the restart")
      }
    }
  }

  /// Whether events are only read again: they were judged when they were made.
  var isReplaying = false

  mutating func judgeSecondRecovery(_ effects: [ControlPlane.Effect]) {
    for effect in effects {
      guard case .record(let event) = effect else { continue }
      if case .hostStarted = event.record.payload { continue }
      fail(
        .recoveryIsComplete,
        "a second start records \(event.record.payload.kind) of \(event.record.step?.text ?? "")"
      )
    }
  }
}

extension ControlPlane.Input {
  /// Whether it may let steps start, or stand in line, without an event that says so.
  fileprivate var mayMoveSteps: Bool {
    switch self {
    case .tick, .start, .order, .launch, .cancel: true
    default: false
    }
  }
}
