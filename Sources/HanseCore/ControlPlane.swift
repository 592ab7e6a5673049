package import HanseGraph
package import HanseModel

/// All that the host decides, as one value: what comes in, when, and what is to be done.
///
/// No clock, no file, no process: the host's loop feeds it inputs and performs the effects it
/// returns, in order. An effect that the outside can see is performed only when the events recorded
/// before it are durable.
package struct ControlPlane: Sendable {
  package private(set) var locations: [LocationName: Location] = [:]
  /// The locations in the workspace's order.
  package let order: [LocationName]
  package private(set) var runs: RunCoordinator
  package private(set) var graph = AssetGraph.empty
  package private(set) var diagnostics: [Diagnostic] = []
  /// Changes with every graph that is published.
  package private(set) var graphVersion = 0
  /// The number that the next event gets.
  package private(set) var nextSequence: Int64
  private var latest: [AssetKey: MaterializationRecord]
  private var timers = TimerQueue<Timer>()
  private var random: RandomSource
  private var isMerging = false
  private var needsMerge = false
  private var mergeCost = Duration.zero
  private var isStopping = false
  private var hasStopped = false
  private let epoch: HostEpoch
  private let version: String
  private let processID: Int

  private var effects: [Effect] = []
  private var moment = RunCoordinator.Moment(
    now: HostInstant(nanoseconds: 0),
    wall: Timestamp(milliseconds: 0),
    random: 0
  )

  private enum Timer: Sendable {
    case location(LocationName)
    case run(RunCoordinator.Timer)
    case merge
  }

  package init(settings: Settings, past: Past, seed: UInt64, at now: HostInstant) {
    order = settings.locations.map(\.name)
    epoch = past.epoch
    version = settings.version
    processID = settings.processID
    nextSequence = past.nextSequence
    latest = past.latest
    random = RandomSource(seed: seed)
    runs = RunCoordinator(
      epoch: past.epoch,
      workspaceLimit: settings.concurrentSteps,
      rules: settings.runRules
    )
    for entry in settings.locations {
      let generation = past.generations[entry.name] ?? Generation()
      locations[entry.name] = Location(settings: entry, after: generation, at: now)
      runs.addLocation(entry.name, limit: entry.concurrentSteps)
    }
  }

  /// When ``Input/tick`` is due.
  package var nextWakeUp: HostInstant? { timers.next }

  /// Whether everything has ended after ``Input/stop``.
  package var isStopped: Bool { hasStopped }

  package mutating func handle(
    _ input: Input,
    now: HostInstant,
    wall: Timestamp
  ) -> [Effect] {
    moment = RunCoordinator.Moment(now: now, wall: wall, random: random.fraction())
    take(input)
    defer { effects.removeAll(keepingCapacity: true) }
    return effects
  }

  private mutating func take(_ input: Input) {
    switch input {
    case .start(let unfinished): start(unfinished)
    case .location(let name, let event): drive(name, event)
    case .spawned(let name, let generation, let processID):
      guard locations[name]?.machine.generation == generation else { return }
      locations[name]?.processID = processID
      record(name, generation, .locationStarting(processID: processID))
    case .loaded(let name, let generation, let loaded): load(name, generation, loaded)
    case .exited(let name, let generation, let reason, let tail):
      exited(name, generation, reason: reason, tail: tail)
    case .stepEvent(let name, let generation, let attempt, let payload):
      if let actions = runs.report(payload, by: attempt, from: name, generation, moment) {
        perform(actions)
      } else {
        locations[name]?.ignoredMessages += 1
      }
    case .progress(let name, let generation, let attempt, let fraction, let message):
      runs.noteProgress(
        of: attempt,
        fraction: fraction,
        message: message,
        from: name,
        generation
      )
    case .stepAnswer(let name, let generation, let attempt, let outcome):
      // While stopping, only a success is news: the others were made by the stop itself.
      if isStopping, outcome != .succeeded { return }
      perform(runs.answer(outcome, to: attempt, from: name, generation, moment))
    case .eventsDropped(let name, let generation, let count, let limit):
      record(name, generation, .eventsDropped(count: count, limitPerSecond: limit))
    case .launch(let creation, let ticket): launch(creation, ticket)
    case .cancel(let run, let forced, let ticket):
      let isKnown = runs.runs[run] != nil
      perform(runs.cancel(run, forced: forced, moment))
      effects.append(.canceled(ticket: ticket, isKnown: isKnown))
    case .merged(let graph, let diagnostics, let took): merged(graph, diagnostics, took)
    case .tick: wake()
    case .stop: stop()
    }
  }

  // MARK: Locations

  private mutating func start(_ unfinished: [RunProgress]) {
    append(
      EventRecord(
        time: moment.wall,
        payload: .hostStarted(version: version, processID: processID, epoch: epoch)
      )
    )
    // A run may name a location that the workspace no longer has; its steps wait there, visibly.
    for run in unfinished {
      for step in run.plan where locations[step.location] == nil {
        runs.addLocation(step.location, limit: 1)
      }
    }
    for name in order where locations[name]?.settings.isEnabled == true {
      drive(name, .startRequested)
    }
    for run in unfinished { perform(runs.recover(run, moment)) }
    effects.append(.publish)
  }

  private mutating func drive(_ name: LocationName, _ event: LocationStateMachine.Event) {
    guard let before = locations[name]?.machine.state,
      let actions = locations[name]?.machine.handle(
        event,
        at: moment.now,
        random: random.fraction()
      )
    else { return }
    for action in actions { perform(action, of: name) }
    if let after = locations[name]?.machine.state, after != before {
      locations[name]?.since = moment.wall
      if before == .running { runs.locationIsAway(name) }
      if case .ending = after { noteStaleness(name) }
      effects.append(.publish)
    }
    concludeStop()
  }

  private mutating func perform(_ action: LocationStateMachine.Action, of name: LocationName) {
    switch action {
    case .spawn(let generation):
      locations[name]?.processID = nil
      effects.append(.spawn(name, generation))
    case .sendInitialize(let generation): effects.append(.send(name, generation, .initialize))
    case .sendDefinitionsRequest(let generation):
      effects.append(.send(name, generation, .definitions))
    case .publish(let generation):
      if !isStopping { perform(runs.locationIsServing(name, generation, moment)) }
    case .sendPing(let generation): effects.append(.send(name, generation, .ping))
    case .askToLeave(let generation): effects.append(.send(name, generation, .shutdown))
    case .terminate(let generation): effects.append(.terminate(name, generation))
    case .kill(let generation): effects.append(.kill(name, generation))
    case .wakeUp(let instant): timers.add(.location(name), at: instant)
    case .failed(let generation):
      locations[name]?.failures += 1
      if locations[name]?.processID == nil, let reason = locations[name]?.machine.reason {
        record(name, generation, .locationFailed(message: reason))
      }
      noteStaleness(name)
    }
  }

  private mutating func load(
    _ name: LocationName,
    _ generation: Generation,
    _ loaded: LoadedDefinitions
  ) {
    guard locations[name]?.machine.generation == generation else { return }
    locations[name]?.loaded = loaded
    locations[name]?.loadedGeneration = generation
    locations[name]?.isStale = false
    locations[name]?.lastFailure = nil
    record(
      name,
      generation,
      .locationLoaded(
        .init(
          digest: loaded.digest,
          assets: loaded.definitions.assets.count,
          checks: loaded.definitions.checks.count,
          library: loaded.library,
          loadMilliseconds: (locations[name]?.machine.since).map {
            (moment.now - $0).wholeMilliseconds
          } ?? 0
        )
      )
    )
    requestMerge()
    drive(name, .loaded(generation))
  }

  private mutating func exited(
    _ name: LocationName,
    _ generation: Generation,
    reason: String,
    tail: [String]
  ) {
    guard let location = locations[name], location.machine.generation == generation else { return }
    var isExpected = false
    if case .ending(_, let next) = location.machine.state { isExpected = next != .backOff }
    record(
      name,
      generation,
      .locationExited(reason: reason, expected: isExpected, standardErrorTail: tail)
    )
    locations[name]?.processID = nil
    if !isExpected { locations[name]?.lastFailure = Failure(reason: reason, tail: tail) }
    let cause = location.endedForStep
    locations[name]?.endedForStep = nil
    drive(name, .exited(generation, reason: reason))
    guard !isStopping else { return }
    let failure: StepFailure =
      if cause != nil || isExpected {
        StepFailure(
          .interrupted,
          message: "location \"\(name)\" was ended meanwhile (\(cause ?? "asked to")); run again"
        )
      } else {
        StepFailure(
          .lost,
          message: "location \"\(name)\" ended with \(reason) while the step was running",
          standardErrorTail: tail
        )
      }
    perform(runs.locationIsGone(name, generation, failure: failure, moment))
  }

  /// Marks what a location that serves no more had served: shown on, as last known good.
  private mutating func noteStaleness(_ name: LocationName) {
    guard let location = locations[name], location.loaded != nil, !location.isStale else { return }
    locations[name]?.isStale = true
    requestMerge()
  }

  // MARK: The graph

  private mutating func requestMerge() {
    needsMerge = true
    guard !isMerging else { return }
    timers.add(.merge, at: moment.now)
  }

  private mutating func beginMerge() {
    guard needsMerge, !isMerging else { return }
    needsMerge = false
    isMerging = true
    let inputs = order.compactMap { name -> LocationInput? in
      guard let location = locations[name] else { return nil }
      return LocationInput(
        name: name,
        definitions: location.loaded?.definitions ?? LocationDefinitions(),
        owns: location.settings.owns,
        generation: location.loadedGeneration,
        isStale: location.isStale
      )
    }
    effects.append(.merge(inputs, previous: graph))
  }

  private mutating func merged(
    _ newGraph: AssetGraph,
    _ found: [Diagnostic],
    _ took: Duration
  ) {
    isMerging = false
    graph = newGraph
    diagnostics = found
    graphVersion += 1
    effects.append(.publish)
    // While many locations load, merging must not take all the time there is.
    if needsMerge { timers.add(.merge, at: moment.now + took) }
  }

  /// Whether every location has either served its definitions or failed to, and all that is known
  /// is in the graph.
  package var isSettled: Bool {
    !isMerging && !needsMerge
      && locations.values.allSatisfy { location in
        switch location.machine.state {
        case .disabled, .stopped, .running, .quarantined: true
        case .backingOff: location.failures > 0
        case .starting, .loading, .ending: location.failures > 0
        }
      }
  }

  // MARK: Runs

  private mutating func launch(_ creation: EventPayload.RunCreation, _ ticket: Int) {
    guard !isStopping else {
      effects.append(.launchRefused(ticket: ticket, reason: "the host is stopping"))
      return
    }
    var creation = creation
    for index in creation.plan.steps.indices
    where creation.plan.steps[index].timeoutMilliseconds == nil {
      let settings = locations[creation.plan.steps[index].location]?.settings
      creation.plan.steps[index].timeoutMilliseconds = settings?.stepTimeoutMilliseconds
    }
    let id = RunID(random: random.next())
    perform(runs.launch(id, creation, moment))
    effects.append(.launched(ticket: ticket, id))
  }

  private mutating func perform(_ actions: [RunCoordinator.Action]) {
    for action in actions {
      switch action {
      case .record(let record): append(record)
      case .execute(let attempt, let step, let location, let generation):
        effects.append(.send(location, generation, .execute(command(attempt, step))))
      case .cancel(let attempt, let location, let generation):
        effects.append(.send(location, generation, .cancel(attempt)))
      case .endLocation(let name, let generation, let reason):
        locations[name]?.endedForStep = reason
        drive(name, .broke(generation, reason: reason))
      case .wakeUp(let timer, let instant): timers.add(.run(timer), at: instant)
      case .finished(let id, let status): effects.append(.runFinished(id, status))
      }
    }
  }

  private func command(_ attempt: AttemptID, _ step: PlannedStep) -> StepCommand {
    let request = runs.runs[attempt.run]?.creation.request
    var upstream: [MaterializationRecord] = []
    var seen: Set<AssetKey> = []
    for asset in step.assets {
      for index in graph.index(of: asset).map({ graph.upstream(of: $0) }) ?? [] {
        let key = graph.nodes[index].key
        guard seen.insert(key).inserted, let record = latest[key] else { continue }
        upstream.append(record)
      }
      if step.check != nil, let record = latest[asset] { upstream.append(record) }
    }
    return StepCommand(
      attempt: attempt,
      step: step,
      partition: request?.partition,
      tags: request?.tags ?? [:],
      upstream: upstream
    )
  }

  // MARK: Events

  private mutating func record(
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

  private mutating func append(_ record: EventRecord) {
    if case .materialized(let value) = record.payload, let run = record.run {
      latest[value.asset] = MaterializationRecord(
        asset: value.asset,
        partition: value.partition,
        sequence: nextSequence,
        time: record.time,
        run: run,
        codeVersion: value.codeVersion,
        dataVersion: value.dataVersion,
        metadata: value.metadata
      )
    }
    effects.append(.record(Event(sequence: nextSequence, record: record)))
    nextSequence += 1
  }

  // MARK: Time and the end

  private mutating func wake() {
    while let timer = timers.popDue(at: moment.now) {
      switch timer {
      case .location(let name): drive(name, .wokeUp)
      case .run(let timer): if !isStopping { perform(runs.wake(timer, moment)) }
      case .merge: beginMerge()
      }
    }
  }

  private mutating func stop() {
    guard !isStopping else { return }
    isStopping = true
    for name in order {
      runs.locationIsAway(name)
      drive(name, .stopRequested)
    }
    concludeStop()
  }

  private mutating func concludeStop() {
    guard isStopping, !hasStopped,
      locations.values.allSatisfy({
        $0.machine.state == .stopped || $0.machine.state == .disabled
      })
    else { return }
    hasStopped = true
    append(EventRecord(time: moment.wall, payload: .hostStopped))
    effects.append(.stopped)
  }
}
