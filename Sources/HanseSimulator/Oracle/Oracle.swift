import HanseCore
import HanseGraph
import HanseModel

/// Watches what goes into the control plane and what comes out, and says when a promise is broken.
///
/// It knows nothing of how the control plane decides: what it expects is kept from the events, the
/// effects and the true state of the simulated processes.
struct Oracle {
  let limits: [Int]
  let workspaceLimit: Int
  let rules: [RestartRules]
  let names: [LocationName]
  let indices: [LocationName: Int]
  let hasRunLimit: Bool
  var violation: Violation?
  var sometimes = Sometimes()

  var runs: [RunID: RunAudit] = [:]
  /// Those of them that have not finished.
  var open: [RunID: RunAudit] = [:]
  /// Attempts in flight as the log says, with the process that has them.
  var live: [AttemptID: (location: Int, generation: Generation)] = [:]
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
  var crashes: [[HostInstant]]
  var restarts: [Int]
  var servingSince: [HostInstant?]
  /// What a location may be started for at once.
  var wasAsked: [Bool]
  var loaded: [LoadedNote?]
  var merging: (inputs: [LocationInput], previous: AssetGraph)?

  struct Work: Hashable {
    var run: RunID
    var step: StepKey
  }

  struct LoadedNote { var generation: Generation, digest: String }

  /// What the input under way says, and who truly said it.
  enum Cause {
    case host, start, user(Int?), stop
    case exit(location: Int, generation: Generation, isAlive: Bool)
    case report(location: Int, generation: Generation, AttemptID)
    case answer(location: Int, generation: Generation, AttemptID)
    case other(location: Int)
  }

  init(_ scenario: Scenario) {
    let count = scenario.locations.count
    limits = scenario.settings.locations.map(\.concurrentSteps)
    workspaceLimit = scenario.settings.concurrentSteps
    rules = scenario.settings.locations.map(\.restart)
    names = scenario.locations.map(\.name)
    indices = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    hasRunLimit = scenario.settings.runRules.concurrentRuns < 100
    liveCount = Array(repeating: 0, count: count)
    crashes = Array(repeating: [], count: count)
    restarts = Array(repeating: 0, count: count)
    servingSince = Array(repeating: nil, count: count)
    wasAsked = Array(repeating: false, count: count)
    loaded = Array(repeating: nil, count: count)
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
    cause = Self.cause(of: input, origin, processes)
    switch input {
    case .launch(_, let ticket): calls.insert(ticket)
    case .cancel(let run, _, let ticket):
      calls.insert(ticket)
      cancelWasKnown[ticket] = runs[run].map { $0.final == nil } ?? false
    case .stepAnswer(_, _, let attempt, _):
      if live[attempt] == nil { sometimes.note(.lateResultIgnored) }
    default: break
    }
    if case .user(let location?) = cause {
      wasAsked[location] = true
      crashes[location] = []
      restarts[location] = 0
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
    case (.process(let index), .stepEvent(_, _, let attempt, _)):
      let process = processes[index]
      return .report(location: process.location, generation: process.generation, attempt)
    case (.process(let index), .stepAnswer(_, _, let attempt, _)):
      let process = processes[index]
      return .answer(location: process.location, generation: process.generation, attempt)
    case (.process(let index), _): return .other(location: processes[index].location)
    case (.user(let location), _): return .user(location)
    case (.host, .start): return .start
    case (.host, .stop): return .stop
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
    if case .merged = input { judgeGraph(plane.graph) }
    if case .stop = input { isStopping = true }
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

  func location(of attempt: AttemptID) -> LocationName? {
    live[attempt].map { names[$0.location] }
  }

  // MARK: The host's life

  mutating func acknowledge(_ sequence: Int64) { shown = max(shown, sequence) }

  mutating func hostIsGone() {
    calls = []
    merging = nil
    isStopping = false
    for index in crashes.indices {
      crashes[index] = []
      restarts[index] = 0
      servingSince[index] = nil
      wasAsked[index] = true
      loaded[index] = nil
    }
  }

  /// Takes up what is on disk, as the new host does.
  mutating func restart(from log: DurableLog, past: ControlPlane.Past, number: Int) {
    if log.lastSequence < shown {
      fail(.shownIsDurable, "event \(shown) was shown and is not on disk after the restart")
    }
    if past.epoch <= epoch { fail(.epochIsOwn, "\(past.epoch) begins after \(epoch)") }
    epoch = past.epoch
    runs = [:]
    open = [:]
    live = [:]
    liveCount = Array(repeating: 0, count: liveCount.count)
    last = 0
    isReplaying = true
    for event in log.events { judge(event) }
    isReplaying = false
    for run in acknowledged where runs[run] == nil {
      fail(.shownIsDurable, "\(run) was launched and is not on disk after the restart")
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
