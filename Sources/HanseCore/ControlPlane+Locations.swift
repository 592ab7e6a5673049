import HanseModel

/// What the processes of locations do, and what is done with them.
extension ControlPlane {
  /// Takes an event of a location from outside.
  mutating func request(_ event: LocationStateMachine.Event, of name: LocationName) {
    // A host on its way out starts nothing; it would wait for that to stop again.
    if isStopping, event == .startRequested || event == .restartRequested { return }
    if event == .startRequested || event == .restartRequested { runs.forgiveCrashes(at: name) }
    if case .held(let generation, let isHeld) = event {
      perform(runs.hold(isHeld, name, generation, moment))
    }
    drive(name, .process(event))
    noteOrder(event, for: name)
  }

  /// Records what a person said that holds for the next host too.
  private mutating func noteOrder(_ event: LocationStateMachine.Event, for name: LocationName) {
    guard let location = locations[name] else { return }
    let generation = location.machine.generation
    switch event {
    case .disableRequested where !location.isDisabledByPerson:
      locations[name]?.isDisabledByPerson = true
      record(name, generation, .locationDisabled)
    case .startRequested where location.isDisabledByPerson:
      locations[name]?.isDisabledByPerson = false
      record(name, generation, .locationEnabled)
    default: break
    }
  }

  mutating func drive(_ name: LocationName, _ event: LocationSupervisor.Event) {
    let random = luck()
    var moment = moment
    moment.random = random
    guard let index = locations.index(of: name) else { return }
    let before = locations.rows[index].supervisor
    let actions = locations.rows[index].supervisor.handle(event, at: moment)
    for action in actions { perform(action, of: name) }
    let after = locations.rows[index].supervisor
    if after.serving.state != before.serving.state {
      locations[name]?.since = moment.wall
      if before.serving.state == .running { perform(runs.locationIsAway(name, moment)) }
      if !after.isServingOrAboutTo { noteStaleness(name) }
    }
    if after.binaries.pin != before.binaries.pin {
      record(name, after.serving.generation, .locationPinned(after.binaries.pin))
    }
    if !after.looksLike(before) { emit(.publish) }
    if after.isDraining { draining.insert(name) } else { draining.remove(name) }
    concludeStop()
  }

  /// Takes what a location's file contains.
  mutating func see(
    _ digest: BinaryDigest,
    _ started: Set<Generation>?,
    of name: LocationName
  ) {
    if isStopping { return }
    let before = servingProgram(of: name)
    drive(name, .binarySeen(digest, startedFrom: started))
    // What serves already could not be kept before anybody knew what it is.
    if let serving = locations[name]?.machine, serving.state == .running, let before,
      before.digest == nil, servingProgram(of: name)?.digest != nil
    {
      emit(.served(name, serving.generation))
    }
  }

  private func servingProgram(of name: LocationName) -> LocationProgram? {
    locations[name].flatMap { $0.supervisor.programs[$0.machine.generation] }
  }

  private mutating func perform(_ action: LocationSupervisor.Action, of name: LocationName) {
    switch action {
    case .process(let action): perform(action, of: name)
    case .tookOver(let generation, let from):
      adopt(name, generation)
      let digest = locations[name]?.supervisor.programs[generation]?.digest
      record(name, generation, .locationSwapped(from: from, digest: digest))
      locations[name]?.since = moment.wall
      emit(.served(name, generation))
    case .promoted(let generation):
      if locations[name]?.pending[generation] != nil {
        adopt(name, generation)
        requestMerge()
        emit(.served(name, generation))
      }
    case .failed(let generation, let reason, let code):
      noteFailure(of: name, generation, reason, code)
    case .rejected(let rejection): noteRejection(of: name, rejection)
    case .worker(let action): perform(action, of: name)
    }
  }

  private mutating func perform(_ action: LocationStateMachine.Action, of name: LocationName) {
    switch action {
    case .spawn(let generation): emit(.spawn(name, generation))
    case .sendInitialize(let generation): emit(.send(name, generation, .initialize))
    case .sendDefinitionsRequest(let generation):
      emit(.send(name, generation, .definitions))
    case .publish(let generation):
      awaitPlace(of: name, generation)
    case .sendPing(let generation): emit(.send(name, generation, .ping))
    case .askToLeave(let generation): emit(.send(name, generation, .shutdown))
    case .terminate(let generation): emit(.terminate(name, generation))
    case .kill(let generation): emit(.kill(name, generation))
    case .wakeUp(let instant): wakeUp(for: .location(name), at: instant)
    case .failed: break
    }
  }

  /// What it defines is from now on what the location serves.
  private mutating func adopt(_ name: LocationName, _ generation: Generation) {
    guard let loaded = locations[name]?.pending.removeValue(forKey: generation) else { return }
    if locations[name]?.loaded.map({ $0.digest != loaded.digest }) ?? false {
      runs.forgiveCrashes(at: name)
    }
    locations[name]?.loaded = loaded
    locations[name]?.loadedGeneration = generation
    locations[name]?.isStale = false
    locations[name]?.lastFailure = nil
  }

  private mutating func noteFailure(
    of name: LocationName,
    _ generation: Generation,
    _ reason: String,
    _ code: FaultCode
  ) {
    locations[name]?.failures += 1
    noteStaleness(name)
    guard let location = locations[name] else { return }
    if location.processIDs[generation] == nil {
      // There was no process, so no exit tells of it.
      locations[name]?.lastFailure = Failure(reason: reason, tail: [], code: code)
      record(name, generation, .locationFailed(message: reason, code: code.rawValue))
    } else {
      locations[name]?.lastFailure?.code = code
    }
    guard location.machine.state == .quarantined, !code.needsCorrection else { return }
    let delay = location.settings.restart.quarantineDelay.briefDescription
    let message = "crashed too often, the last time with: \(reason); the next try is in \(delay)"
    record(name, generation, .locationFailed(message: message, code: code.rawValue))
  }

  private mutating func noteRejection(
    of name: LocationName,
    _ rejection: LocationSupervisor.Rejection
  ) {
    guard let location = locations[name] else { return }
    locations[name]?.rejectedTail = location.exitTail
    locations[name]?.pending[rejection.generation] = nil
    if rejection.generation == location.loadedGeneration { noteStaleness(name) }
    record(
      name,
      rejection.generation,
      .locationSwapFailed(
        .init(
          code: rejection.code.rawValue,
          reason: rejection.reason,
          digest: rejection.digest,
          standardErrorTail: location.exitTail,
          retryInMilliseconds: rejection.nextTry.map { ($0 - moment.now).wholeMilliseconds },
          isRolledBack: rejection.isRolledBack
        )
      )
    )
  }

  mutating func load(
    _ name: LocationName,
    _ generation: Generation,
    _ loaded: LoadedDefinitions
  ) {
    // From a process that is being ended already they would be shown as served by it.
    guard let location = locations[name],
      let machine = location.supervisor.machine(of: generation), machine.state == .loading
    else { return }
    locations[name]?.pending[generation] = loaded
    let isServing = location.machine.generation == generation
    if isServing { adopt(name, generation) }
    record(
      name,
      generation,
      .locationLoaded(
        .init(
          digest: loaded.digest,
          assets: loaded.definitions.assets.count,
          checks: loaded.definitions.checks.count,
          library: loaded.library,
          loadMilliseconds: (moment.now - machine.since).wholeMilliseconds
        )
      )
    )
    drive(name, .process(.loaded(generation)))
    if isServing { emit(.served(name, generation)) }
    requestMerge()
  }

  mutating func exited(
    _ name: LocationName,
    _ generation: Generation,
    reason: String,
    code: FaultCode?,
    tail: [String]
  ) {
    guard let location = locations[name],
      let machine = location.supervisor.machine(of: generation)
    else { return }
    let (isExpected, fault) = machine.end
    // What the host ended it for says more than the signal that it was ended with.
    let shown = fault.map { "\(reason), ended by the host: \($0)" } ?? reason
    record(
      name,
      generation,
      .locationExited(
        reason: shown,
        expected: isExpected,
        standardErrorTail: tail,
        code: machine.fault(ofExit: code)?.rawValue
      )
    )
    if !isExpected, generation == location.machine.generation {
      locations[name]?.lastFailure = Failure(reason: shown, tail: tail)
    }
    let endedForStep = locations[name]?.endedForStep.removeValue(forKey: generation)
    locations[name]?.exitTail = tail
    if runs.soleAttempt(at: name, generation) != nil {
      locations[name]?.supervisor.serving.excuseNextExit(of: generation)
    }
    tellOfIgnored(from: name, isLast: true)
    drive(name, .process(.exited(generation, reason: shown, code: code)))
    locations[name]?.exitTail = []
    locations[name]?.processIDs[generation] = nil
    locations[name]?.pending[generation] = nil
    guard !isStopping else { return }
    let what = "location \"\(name)\""
    let why = endedForStep ?? (isExpected ? "asked to" : nil)
    let failure = Self.failure(endOf: what, shown, endedBecause: why, tail)
    perform(runs.locationIsGone(name, generation, failure: failure, moment))
  }

  /// What steps in flight fail of when their process has ended.
  ///
  /// - Parameters:
  ///   - what: Whose process, in words.
  ///   - reason: How it ended.
  ///   - cause: Why the host ended it; nil when the process itself is at fault.
  ///   - tail: What it wrote last.
  /// - Returns: The failure.
  static func failure(
    endOf what: String,
    _ reason: String,
    endedBecause cause: String?,
    _ tail: [String]
  ) -> StepFailure {
    if let cause {
      return StepFailure(.interrupted, message: "\(what) was ended meanwhile (\(cause)); run again")
    }
    return StepFailure(
      .lost,
      message: "\(what) ended with \(reason) while the step was running",
      standardErrorTail: tail
    )
  }

  /// Ends the processes on their way out whose last step in flight has ended.
  mutating func letGoOfDrained() {
    guard !draining.isEmpty else { return }
    for name in order where draining.contains(name) {
      let generations = locations[name]?.supervisor.draining ?? []
      for generation in generations where !runs.hasAttempts(at: name, generation) {
        drive(name, .process(.drained(generation)))
      }
    }
  }

  /// Records how many of a location's reports were ignored since that was told last.
  mutating func tellOfIgnored(from name: LocationName, isLast: Bool = false) {
    guard let index = locations.index(of: name),
      let told = locations.rows[index].refusedReports.tell(at: moment.now, isLast: isLast)
    else { return }
    record(name, locations.rows[index].machine.generation, told)
  }

  /// Marks what a location that serves no more had served: shown on, as last known good.
  private mutating func noteStaleness(_ name: LocationName) {
    guard let location = locations[name], location.loaded != nil, !location.isStale else { return }
    locations[name]?.isStale = true
    requestMerge()
  }
}

extension RunCoordinator {
  /// Whether a process has a step in flight.
  func hasAttempts(at location: LocationName, _ generation: Generation) -> Bool {
    attempts.values.contains { $0.location == location && $0.generation == generation }
  }
}

extension LocationStateMachine {
  /// What kind of fault the exit of the present process would be, if it were one.
  func fault(ofExit code: FaultCode?) -> FaultCode? {
    switch state {
    case .starting: code ?? .exitedEarly
    case .loading, .running: code ?? .crashed
    case .ending(_, let next): next == .backOff || fault == .stepStuck ? fault : nil
    case .disabled, .stopped, .backingOff, .quarantined, .draining: nil
    }
  }

  /// Whether the end of the present process would be the host's wish, and if it is one for a fault,
  /// which: of the process itself, or of a step of it that could not be stopped in another way.
  var end: (isExpected: Bool, fault: String?) {
    guard case .ending(_, let next) = state else { return (false, nil) }
    return next == .backOff ? (false, reason) : (true, fault == .stepStuck ? reason : nil)
  }
}
