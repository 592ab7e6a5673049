import HanseModel

/// What the processes of locations do, and what is done with them.
extension ControlPlane {
  /// Takes an event of a location from outside.
  mutating func request(_ event: LocationStateMachine.Event, of name: LocationName) {
    // A host on its way out starts nothing; it would wait for that to stop again.
    if isStopping, event == .startRequested || event == .restartRequested { return }
    drive(name, event)
  }

  mutating func drive(_ name: LocationName, _ event: LocationStateMachine.Event) {
    let random = luck()
    guard let before = locations[name]?.machine.state,
      let actions = locations[name]?.machine.handle(event, at: moment.now, random: random)
    else { return }
    for action in actions { perform(action, of: name) }
    if let after = locations[name]?.machine.state, after != before {
      locations[name]?.since = moment.wall
      if before == .running { runs.locationIsAway(name) }
      if case .ending = after { noteStaleness(name) }
      emit(.publish)
    }
    concludeStop()
  }

  private mutating func perform(_ action: LocationStateMachine.Action, of name: LocationName) {
    switch action {
    case .spawn(let generation):
      locations[name]?.processID = nil
      emit(.spawn(name, generation))
    case .sendInitialize(let generation): emit(.send(name, generation, .initialize))
    case .sendDefinitionsRequest(let generation):
      emit(.send(name, generation, .definitions))
    case .publish(let generation):
      // Its steps wait until what they read from is in the graph.
      merging.awaiting[name] = generation
    case .sendPing(let generation): emit(.send(name, generation, .ping))
    case .askToLeave(let generation): emit(.send(name, generation, .shutdown))
    case .terminate(let generation): emit(.terminate(name, generation))
    case .kill(let generation): emit(.kill(name, generation))
    case .wakeUp(let instant): wakeUp(for: .location(name), at: instant)
    case .failed(let generation): noteFailure(of: name, generation)
    }
  }

  private mutating func noteFailure(of name: LocationName, _ generation: Generation) {
    locations[name]?.failures += 1
    noteStaleness(name)
    guard let location = locations[name], let reason = location.machine.reason else { return }
    if location.processID == nil {
      // There was no process, so no exit tells of it.
      locations[name]?.lastFailure = Failure(reason: reason, tail: [])
      record(name, generation, .locationFailed(message: reason))
    }
    guard location.machine.state == .quarantined else { return }
    let delay = location.settings.restart.quarantineDelay.briefDescription
    let message = "crashed too often, the last time with: \(reason); the next try is in \(delay)"
    record(name, generation, .locationFailed(message: message))
  }

  mutating func load(
    _ name: LocationName,
    _ generation: Generation,
    _ loaded: LoadedDefinitions
  ) {
    // From a process that is being ended already they would be shown as served by it.
    guard locations[name]?.machine.generation == generation,
      locations[name]?.machine.state == .loading
    else { return }
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
    drive(name, .loaded(generation))
    requestMerge()
  }

  mutating func exited(
    _ name: LocationName,
    _ generation: Generation,
    reason: String,
    tail: [String]
  ) {
    guard let location = locations[name], location.machine.generation == generation else { return }
    let (isExpected, fault) = location.machine.end
    // What the host ended it for says more than the signal that it was ended with.
    let reason = fault.map { "\(reason), ended by the host: \($0)" } ?? reason
    record(
      name,
      generation,
      .locationExited(reason: reason, expected: isExpected, standardErrorTail: tail)
    )
    if !isExpected { locations[name]?.lastFailure = Failure(reason: reason, tail: tail) }
    locations[name]?.endedForStep = nil
    drive(name, .exited(generation, reason: reason))
    locations[name]?.processID = nil
    guard !isStopping else { return }
    let failure: StepFailure =
      if location.endedForStep != nil || isExpected {
        StepFailure(
          .interrupted,
          message: "location \"\(name)\" was ended meanwhile "
            + "(\(location.endedForStep ?? "asked to")); run again"
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
}

extension LocationStateMachine {
  /// Whether the end of the present process would be the host's wish, and if it is one for a fault,
  /// which.
  fileprivate var end: (isExpected: Bool, fault: String?) {
    guard case .ending(_, let next) = state else { return (false, nil) }
    return next == .backOff ? (false, reason) : (true, nil)
  }
}
