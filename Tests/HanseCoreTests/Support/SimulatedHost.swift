import HanseCore
import HanseGraph
import HanseModel
import HanseSimulator

/// A host without threads, processes or time: fake locations around a real control plane.
struct SimulatedHost {
  /// What a fake location does; it is told by its name only.
  struct Conduct {
    var answersHandshake = true
    /// Generations that never answer the handshake.
    var mutes: Set<Generation> = []
    var assets: [AssetDefinition] = []
    /// Steps that stay in flight until the test says what becomes of them.
    var holds: Set<StepKey> = []
    /// Whether it stops a step that it is asked to.
    var obeysCancel = true
  }

  var conducts: [LocationName: Conduct]
  var plane: ControlPlane
  var now: HostInstant
  var log: [Event]
  /// The latest process of each location that lives; nil when there is none.
  var processes: [LocationName: Generation] { living.compactMapValues { $0.max() } }
  /// All processes that live.
  var living: [LocationName: Set<Generation>] = [:]
  /// The latest steps that each process was sent.
  var sent: [LocationName: [(step: StepKey, generation: Generation)]] = [:]
  var held: [StepKey: (LocationName, Generation, AttemptID)] = [:]
  /// What was asked of locations, after how many events.
  var commands: [(after: Int, attempt: AttemptID, upstream: [AssetKey])] = []
  var launched: [Int: RunID] = [:]
  var refused: [Int: String] = [:]
  var answers: [Int: Result<RunCoordinator.OrderOutcome, OrderRefusal>] = [:]
  var killed: [LocationName] = []
  var finished: [RunID: RunStatus] = [:]
  var hasStopped = false
  /// Whether merges stay under way until the test finishes them.
  var holdsMerges = false
  /// How long merges are said to take; they take none.
  var mergeTime = Duration.zero
  private var heldMerge: (inputs: [LocationInput], previous: AssetGraph)?
  private var waiting: [ControlPlane.Input] = []

  /// Starts a host on a log, with the runs that the log left unfinished.
  init(
    _ conducts: [LocationName: Conduct],
    log: [Event] = [],
    at now: HostInstant = .at(seconds: 0),
    grace: Duration = .seconds(5),
    limits: LimitBook.File = LimitBook.File(concurrentSteps: 100),
    isolated: Set<LocationName> = [],
    concurrentSteps: Int = 32,
    clock: String = "boot",
    wallAhead: Duration = .zero
  ) {
    self.conducts = conducts
    self.wallAhead = wallAhead
    self.log = log
    self.now = now
    let recovered = DurableLog(events: log)
    var rules = RunCoordinator.Rules(concurrentRuns: limits.concurrentRuns, grace: grace)
    rules.clock = clock
    plane = ControlPlane(
      settings: .init(
        locations: conducts.keys.sorted().map { name in
          let file =
            limits.locations[name] ?? .init(.init(concurrentSteps: concurrentSteps))
          var settings = ControlPlane.LocationSettings(
            name: name,
            concurrentSteps: file.settings.concurrentSteps,
            isIsolated: isolated.contains(name),
            queue: file.queue,
            weight: file.settings.weight,
            rate: file.settings.rate
          )
          settings.waitingSteps = file.waitingSteps
          return settings
        },
        concurrentSteps: limits.concurrentSteps,
        queues: limits.queues,
        pools: limits.pools,
        tagLimits: limits.tagLimits,
        runRules: rules
      ),
      past: recovered.past,
      seed: 1,
      at: now
    )
    handle(.start(recovered.unfinished))
  }

  mutating func handle(_ input: ControlPlane.Input) {
    waiting.append(input)
    while !waiting.isEmpty {
      let effects = plane.handle(waiting.removeFirst(), now: now, wall: wall)
      for effect in effects { perform(effect) }
      if waiting.isEmpty, let next = plane.nextWakeUp, next <= now { waiting.append(.tick) }
    }
  }

  /// How far the wall clock is ahead of the other one.
  private let wallAhead: Duration

  private var wall: Timestamp {
    Timestamp(milliseconds: (now + wallAhead).nanoseconds / 1_000_000)
  }

  /// Lets time pass, stopping wherever the control plane wants to be woken.
  mutating func wait(_ duration: Duration) {
    let end = now + duration
    while let next = plane.nextWakeUp, next <= end {
      now = max(now, next)
      handle(.tick)
    }
    now = end
  }

  mutating func exit(_ name: LocationName, _ reason: String, tail: [String] = []) {
    guard let generation = processes[name] else { return }
    exit(name, generation, reason, tail: tail)
  }

  mutating func exit(
    _ name: LocationName,
    _ generation: Generation,
    _ reason: String,
    tail: [String] = []
  ) {
    guard living[name]?.remove(generation) != nil else { return }
    held = held.filter { $0.value.0 != name || $0.value.1 != generation }
    waiting.append(.exited(name, generation, reason: reason, tail: tail))
  }

  /// Lets a held step succeed.
  mutating func succeed(_ step: StepKey) {
    guard let (name, generation, attempt) = held.removeValue(forKey: step) else { return }
    succeed(attempt, of: name, generation)
    handle(.tick)
  }

  mutating func launch(_ steps: [PlannedStep], ticket: Int = 1) {
    handle(.launch(Plans.creation(steps), ticket: ticket))
  }

  /// Ends the merge that is under way.
  mutating func finishMerge() {
    guard let (inputs, previous) = heldMerge else { return }
    heldMerge = nil
    handle(merged(inputs, previous))
  }

  private func merged(
    _ inputs: [LocationInput],
    _ previous: AssetGraph
  ) -> ControlPlane.Input {
    let (graph, diagnostics) = AssetGraph.merge(inputs, previous: previous)
    return .merged(graph, diagnostics, took: mergeTime)
  }

  func kinds(of name: LocationName) -> [String] {
    log.filter { $0.record.location == name }.map(\.record.payload.kind)
  }

  // MARK: The world

  private mutating func perform(_ effect: ControlPlane.Effect) {
    switch effect {
    case .record(let event): log.append(event)
    case .spawn(let name, let generation):
      living[name, default: []].insert(generation)
      waiting.append(.spawned(name, generation, processID: 100 + generation.number))
    case .send(let name, let generation, let command):
      guard living[name]?.contains(generation) == true else { return }
      take(command, name, generation)
    case .terminate: break
    case .kill(let name, let generation):
      guard living[name]?.contains(generation) == true else { return }
      killed.append(name)
      exit(name, generation, "signal 9 (SIGKILL)")
    case .merge(let inputs, let previous):
      if holdsMerges {
        heldMerge = (inputs, previous)
      } else {
        waiting.append(merged(inputs, previous))
      }
    case .launched(let ticket, let run): launched[ticket] = run
    case .launchRefused(let ticket, let refusal): refused[ticket] = refusal.description
    case .runFinished(let run, let status): finished[run] = status
    case .stopped: hasStopped = true
    case .ordered(let ticket, let answer): answers[ticket] = answer
    case .canceled, .publish, .served: break
    }
  }

  private mutating func take(
    _ command: ControlPlane.Command,
    _ name: LocationName,
    _ generation: Generation
  ) {
    let conduct = conducts[name] ?? Conduct()
    switch command {
    case .initialize:
      if conduct.answersHandshake, !conduct.mutes.contains(generation) {
        waiting.append(.location(name, .initialized(generation)))
      }
    case .definitions:
      let definitions = LocationDefinitions(assets: conduct.assets)
      waiting.append(
        .loaded(name, generation, .init(definitions: definitions, digest: "d", library: "l"))
      )
    case .execute(let command):
      sent[name, default: []].append((command.attempt.step, generation))
      commands.append((log.count, command.attempt, command.upstream.map(\.asset)))
      if conduct.holds.contains(command.attempt.step) {
        held[command.attempt.step] = (name, generation, command.attempt)
      } else {
        succeed(command.attempt, of: name, generation)
      }
    case .cancel(let attempt):
      guard conduct.obeysCancel, held.removeValue(forKey: attempt.step) != nil else { return }
      waiting.append(.stepAnswer(name, generation, attempt, .canceled))
    case .ping: waiting.append(.location(name, .ponged(generation)))
    case .shutdown: exit(name, generation, "exit status 0")
    }
  }

  private mutating func succeed(
    _ attempt: AttemptID,
    of name: LocationName,
    _ generation: Generation
  ) {
    let made = Materialization(asset: AssetKey(attempt.step.text))
    waiting.append(.stepEvent(name, generation, attempt, .materialized(made)))
    waiting.append(.stepAnswer(name, generation, attempt, .succeeded))
  }
}
