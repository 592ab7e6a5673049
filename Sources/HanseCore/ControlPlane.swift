package import HanseGraph
package import HanseModel

/// All that the host decides, as one value: what comes in, when, and what is to be done.
///
/// No clock, no file, no process: the host's loop feeds it inputs and performs the effects it
/// returns, in order. An effect that the outside can see is performed only when the events recorded
/// before it are durable.
package struct ControlPlane: Sendable {
  package internal(set) var locations = LocationTable()
  /// The locations in the workspace's order.
  package let order: [LocationName]
  package internal(set) var runs: RunCoordinator
  package internal(set) var graph = AssetGraph.empty
  package internal(set) var diagnostics: [Diagnostic] = []
  /// Changes with every graph that is published.
  package internal(set) var graphVersion = 0
  /// The number that the next event gets.
  package private(set) var nextSequence: Int64
  var merging = Merging()
  /// The locations that have processes which go once their steps in flight are done.
  var draining: Set<LocationName> = []
  /// The locations where each run has a worker process of its own.
  let isolated: [LocationName]
  private(set) var latest: LatestMaterializations
  private var timers = TimerQueue<Timer>()
  /// With so many timers, those that do not matter any more are looked for.
  private var timerLimit = 4096
  private(set) var random: RandomSource
  package private(set) var isStopping = false
  private var hasStarted = false
  private var hasStopped = false
  private let hostStarted: EventPayload
  /// What rates had let through in earlier hosts; of the first one there was none.
  private let rateDebts: RateDebts?

  private(set) var effects: [Effect] = []
  private(set) var moment = RunCoordinator.Moment(
    now: HostInstant(nanoseconds: 0),
    wall: Timestamp(milliseconds: 0),
    random: 0
  )

  enum Timer: Sendable {
    case location(LocationName)
    case run(RunCoordinator.Timer)
    case merge
  }

  package init(settings: Settings, past: Past, seed: UInt64, at now: HostInstant) {
    order = settings.locations.map(\.name)
    isolated = settings.locations.filter(\.isIsolated).map(\.name)
    hostStarted = .hostStarted(
      version: settings.version,
      processID: settings.processID,
      epoch: past.epoch
    )
    rateDebts = past.rateDebts
    nextSequence = past.nextSequence
    latest = LatestMaterializations(past)
    random = RandomSource(seed: seed)
    runs = RunCoordinator(
      epoch: past.epoch,
      workspaceLimit: settings.concurrentSteps,
      tagLimits: settings.tagLimits,
      rules: settings.runRules
    )
    runs.setUp(queues: settings.queues, pools: settings.pools, at: now)
    for entry in settings.locations {
      let generation = past.generations[entry.name] ?? Generation()
      locations.add(Location(settings: entry, after: generation, past: past, at: now))
      runs.addLocation(
        entry.name,
        Dispatcher.LocationSettings(
          concurrentSteps: entry.concurrentSteps,
          weight: entry.weight,
          rate: entry.rate
        ),
        queue: entry.queue,
        waitingSteps: entry.waitingSteps,
        isIsolated: entry.isIsolated,
        at: now
      )
    }
    runs.recall(past.limitOrders, at: now)
  }

  /// When ``Input/tick`` is due.
  package var nextWakeUp: HostInstant? { timers.next }

  /// Whether a merge is under way or due, so that the graph is behind what is served.
  package var isMerging: Bool { merging.isUnderway }

  /// Whether everything has ended after ``Input/stop``.
  package var isStopped: Bool { hasStopped }

  /// Learns how far the log is on disk: what was to be sent after an event up to there, was.
  package mutating func noteDurable(_ sequence: Int64) { runs.durable = sequence }

  package mutating func handle(
    _ input: Input,
    now: HostInstant,
    wall: Timestamp
  ) -> [Effect] {
    moment = RunCoordinator.Moment(now: now, wall: wall, random: random.fraction())
    take(input)
    sweepTimers()
    // Handed out and not kept: a copy of what is cleared would be made anew for every input.
    defer { effects = [] }
    return effects
  }

  private mutating func take(_ input: Input) {
    switch input {
    case .start(let unfinished): start(unfinished)
    case .location(let name, let event): request(event, of: name)
    case .spawned(let name, let generation, let processID, let isOfSeenFile):
      guard let index = locations.index(of: name),
        locations.rows[index].supervisor.machine(of: generation) != nil
      else { return }
      if !isOfSeenFile { drive(name, .startedFromUnknown(generation)) }
      locations.rows[index].processIDs[generation] = processID
      noteStart(of: name, generation, processID)
    case .loaded(let name, let generation, let loaded): load(name, generation, loaded)
    case .exited(let name, let generation, let reason, let tail, let code) where generation.isWorker:
      workerExited(name, generation, reason: reason, code: code, tail: tail)
    case .exited(let name, let generation, let reason, let tail, let code):
      exited(name, generation, reason: reason, code: code, tail: tail)
    case .binarySeen(let name, let digest, let started): see(digest, started, of: name)
    case .binaryUnusable(let name, let reason): drive(name, .binaryUnusable(reason: reason))
    case .binaryKept(let name, let digest): drive(name, .binaryKept(digest))
    case .binaryLost(let name, let digest): drive(name, .binaryLost(digest))
    case .keepingFailed(let name, let reason):
      locations[name]?.keepingProblem = reason
      emit(.publish)
    case .reload(let name): if !isStopping { drive(name, .reloadRequested) }
    case .rollBack(let name, let digest): if !isStopping { drive(name, .rollbackRequested(digest)) }
    case .leftProcesses(let name, let generation, let count):
      record(name, generation, .locationLeftProcesses(count: count))
    case .stepEvent(let name, let generation, let attempt, let payload):
      report(payload, by: attempt, from: name, generation)
    case .progress(let name, let generation, let attempt, let fraction, let message):
      runs.noteProgress(
        of: attempt,
        fraction: fraction,
        message: message,
        from: name,
        generation
      )
    case .stepAnswer(let name, let generation, let attempt, let outcome):
      answer(outcome, to: attempt, from: name, generation)
    case .stepAnswerWaits(let name, let generation, let attempt):
      runs.noteAnswer(to: attempt, from: name, generation)
    case .eventsDropped(let name, let generation, let count, let limit):
      record(name, generation, .eventsDropped(count: count, limitPerSecond: limit))
    case .logLost(let name, let generation, let count, let bytes, let reason):
      record(name, generation, .logLost(count: count, bytes: bytes, reason: reason))
    case .ignored(let name, let more): locations[name]?.ignored.add(more)
    case .launch(let creation, let ticket): launch(creation, ticket)
    case .cancel(let run, let forced, let principal, let ticket):
      cancel(run, forced: forced, by: principal, ticket)
    case .order(let order, let ticket): take(order, ticket)
    case .merged(let graph, let diagnostics, let took): merged(graph, diagnostics, took)
    case .tick: wake()
    case .stop: stop()
    }
    letGoOfDrained()
    if !isStopping { perform(runs.concludeDrains(moment)) }
    tendWorkers()
  }

  // MARK: What the parts do

  func isRunning(_ name: LocationName, _ generation: Generation) -> Bool {
    guard let index = locations.index(of: name) else { return false }
    return locations.rows[index].supervisor.machine(of: generation)?.state == .running
  }

  mutating func luck() -> Double { random.fraction() }

  mutating func number() -> UInt64 { random.next() }

  mutating func emit(_ effect: Effect) { effects.append(effect) }

  mutating func wakeUp(for timer: Timer, at instant: HostInstant) { timers.add(timer, at: instant) }

  // MARK: Events

  mutating func record(
    _ location: LocationName,
    _ generation: Generation,
    _ payload: EventPayload
  ) {
    append(
      EventRecord(
        time: moment.wall,
        location: location,
        generation: generation,
        payload: payload
      )
    )
  }

  mutating func append(_ record: EventRecord) {
    if case .materialized(let value) = record.payload, let run = record.run {
      latest.note(
        MaterializationRecord(
          asset: value.asset,
          partition: value.partition,
          sequence: nextSequence,
          time: record.time,
          run: run,
          codeVersion: value.codeVersion,
          dataVersion: value.dataVersion,
          metadata: value.metadata
        )
      )
    }
    if case .stepStarted = record.payload, let run = record.run, let step = record.step {
      runs.noteStart(of: step, in: run, as: nextSequence)
    }
    effects.append(.record(Event(sequence: nextSequence, record: record)))
    nextSequence += 1
  }

  // MARK: Time, the beginning and the end

  private mutating func start(_ unfinished: [RunProgress]) {
    hasStarted = true
    append(EventRecord(time: moment.wall, payload: hostStarted))
    if let rateDebts { runs.recall(rateDebts, moment) }
    for run in unfinished { perform(runs.recover(run, moment, locations: Set(order))) }
    for name in order where locations[name]?.machine.state == .stopped {
      drive(name, .process(.startRequested))
    }
    // What was served last is shown before anybody has answered.
    if locations.rows.contains(where: { $0.loaded != nil }) { requestMerge() }
    effects.append(.publish)
  }

  /// Whether every location has either served its definitions or failed to, and all that is known
  /// is in the graph.
  package var isSettled: Bool {
    hasStarted && !merging.isUnderway
      && locations.rows.allSatisfy { location in
        switch location.machine.state {
        case .disabled, .stopped, .running, .quarantined: true
        case .backingOff: location.failures > 0
        case .starting, .loading, .draining, .ending: location.failures > 0
        }
      }
  }

  private mutating func wake() {
    while let timer = timers.popDue(at: moment.now) {
      switch timer {
      case .location(let name):
        drive(name, .process(.wokeUp))
        tellOfIgnored(from: name)
      case .run(let timer): if !isStopping { perform(runs.wake(timer, moment)) }
      case .merge: beginMerge()
      }
    }
  }

  private mutating func stop() {
    guard !isStopping else { return }
    isStopping = true
    // All of them first: what one gives back is not to start anything at another.
    for name in order { runs.close(name, moment) }
    for name in order { drive(name, .process(.stopRequested)) }
    concludeStop()
  }

  private mutating func sweepTimers() {
    guard timers.count > timerLimit else { return }
    timers.sweep { [locations, runs] timer, instant in
      switch timer {
      case .location(let name): locations[name]?.supervisor.isWaiting(for: instant) == true
      case .run(let timer): runs.matters(timer)
      case .merge: true
      }
    }
    timerLimit = max(4096, 2 * timers.count)
  }

  mutating func concludeStop() {
    guard isStopping, !hasStopped,
      locations.rows.allSatisfy(\.supervisor.isAtRest)
    else { return }
    hasStopped = true
    append(EventRecord(time: moment.wall, payload: .hostStopped))
    effects.append(.stopped)
  }
}
