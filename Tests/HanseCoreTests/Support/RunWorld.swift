import HanseCore
import HanseModel
import Testing

/// A coordinator in a world that does what it asks for, and checks each thing it decides.
///
/// The log is what a restart starts from; everything else that it knows, it knows for checking.
struct RunWorld {
  struct Limits {
    var workspace = 5
    var location = 3
    var runs = 2
  }

  let limits: Limits
  let locations: [LocationName]
  var coordinator: RunCoordinator
  var now = HostInstant(nanoseconds: 0)
  var epoch = 1
  var timers = TimerQueue<RunCoordinator.Timer>()
  var log: [EventRecord] = []
  var generations: [LocationName: Generation] = [:]
  var serving: Set<LocationName> = []
  /// Locations that have to be ended, each with the process.
  var condemned: [LocationName: Generation] = [:]
  /// Attempts sent and not answered, with where they were sent.
  var live: [AttemptID: (location: LocationName, generation: Generation)] = [:]
  /// Attempts of the past, for late messages.
  var past: [(AttemptID, LocationName, Generation)] = []
  var finished: [RunID: RunStatus] = [:]
  var charged: [String: Int] = [:]
  /// Steps that may have ended a process, and steps that did: each must be alone when it runs.
  var suspected: Set<String> = []
  var proven: Set<String> = []
  var faults: [String] = []

  init(locations: [LocationName] = ["a", "b", "c"], limits: Limits = Limits()) {
    self.limits = limits
    self.locations = locations
    coordinator = Self.coordinator(epoch: 1, locations, limits)
  }

  static func coordinator(
    epoch: Int,
    _ locations: [LocationName],
    _ limits: Limits
  ) -> RunCoordinator {
    var coordinator = RunCoordinator(
      epoch: HostEpoch(epoch),
      workspaceLimit: limits.workspace,
      rules: .init(concurrentRuns: limits.runs)
    )
    for name in locations {
      coordinator.addLocation(
        name,
        Dispatcher.LocationSettings(concurrentSteps: limits.location),
        at: HostInstant(nanoseconds: 0)
      )
    }
    return coordinator
  }

  var moment: RunCoordinator.Moment {
    .init(
      now: now,
      wall: Timestamp(milliseconds: now.nanoseconds / 1_000_000),
      random: 0.5
    )
  }

  // MARK: What happens

  mutating func launch(_ id: RunID, _ creation: EventPayload.RunCreation) {
    perform(coordinator.launch(id, creation, moment))
  }

  mutating func serve(_ name: LocationName) {
    let generation = (generations[name] ?? Generation()).next
    generations[name] = generation
    serving.insert(name)
    perform(coordinator.locationIsServing(name, generation, moment))
  }

  mutating func serveAll() {
    for name in locations where !serving.contains(name) { serve(name) }
  }

  mutating func end(_ name: LocationName, because code: StepFailure.Code) {
    guard serving.remove(name) != nil, let generation = generations[name] else { return }
    condemned[name] = nil
    let failure = StepFailure(code, message: "location \(name) ended")
    perform(coordinator.locationIsGone(name, generation, failure: failure, moment))
    if live.contains(where: { $0.value.location == name }) {
      faults.append("\(name) kept attempts")
    }
  }

  mutating func succeed(_ id: AttemptID) {
    guard let (location, generation) = live[id],
      let step = coordinator.runs[id.run]?.position(of: id.step),
      let assets = coordinator.runs[id.run]?.plan[step].assets
    else { return }
    for asset in assets {
      let made = EventPayload.materialized(Materialization(asset: asset))
      perform(coordinator.report(made, by: id, from: location, generation, moment) ?? [])
    }
    answer(.succeeded, id)
  }

  mutating func answer(_ outcome: RunCoordinator.Outcome, _ id: AttemptID) {
    guard let (location, generation) = live[id] else { return }
    perform(coordinator.answer(outcome, to: id, from: location, generation, moment))
    if live[id] != nil { faults.append("\(id) was answered and is still in flight") }
  }

  /// Says something about an attempt that is not in flight there; nothing may follow.
  mutating func mumble(_ id: AttemptID, _ location: LocationName, _ generation: Generation) {
    let made = EventPayload.materialized(Materialization(asset: AssetKey(id.step.text)))
    if coordinator.report(made, by: id, from: location, generation, moment) != nil {
      faults.append("\(id) was reported about from elsewhere")
    }
    for outcome in [RunCoordinator.Outcome.succeeded, .canceled] {
      let actions = coordinator.answer(outcome, to: id, from: location, generation, moment)
      if !actions.isEmpty { faults.append("\(id) was answered from elsewhere: \(actions)") }
    }
  }

  mutating func cancel(_ id: RunID, forced: Bool) {
    perform(coordinator.cancel(id, forced: forced, moment))
  }

  mutating func wait(_ duration: Duration) {
    now = now + duration
    while let timer = timers.popDue(at: now) { perform(coordinator.wake(timer, moment)) }
  }

  /// Ends the host after the first `kept` of its events, and starts another from those.
  mutating func restart(keeping kept: Int) {
    log.removeSubrange(kept...)
    epoch += 1
    coordinator = Self.coordinator(epoch: epoch, locations, limits)
    timers = TimerQueue()
    for (id, place) in live { past.append((id, place.location, place.generation)) }
    (suspected, proven) = ([], [])
    (live, serving, condemned, finished, charged) = ([:], [], [:], [:], [:])
    for record in log { note(record) }
    let runs = fold()
    for id in runs.keys.sorted() where finished[id] == nil {
      guard let run = runs[id] else { continue }
      perform(coordinator.recover(run, moment, locations: Set(locations)))
    }
  }

  // MARK: What is checked

  /// The runs as the log tells them.
  func fold() -> [RunID: RunProgress] {
    var runs: [RunID: RunProgress] = [:]
    for record in log {
      guard let id = record.run else { continue }
      if case .runCreated(let creation) = record.payload {
        runs[id] = RunProgress(id: id, creation: creation, createdAt: record.time)
      }
      runs[id]?.apply(record)
    }
    return runs
  }

  private mutating func perform(_ actions: [RunCoordinator.Action]) {
    for action in actions {
      switch action {
      case .record(let record):
        log.append(record)
        note(record)
      case .execute(let id, _, let location, let generation): execute(id, location, generation)
      case .cancel(let id, let location, let generation):
        if live[id]?.location != location || live[id]?.generation != generation {
          faults.append("\(id) is canceled and not in flight")
        }
      case .endLocation(let name, let generation, _):
        if generations[name] == generation, serving.contains(name) { condemned[name] = generation }
      case .wakeUp(let timer, let at): timers.add(timer, at: at)
      case .finished(let id, let status):
        if finished[id] != status { faults.append("\(id) finished \(status) unrecorded") }
      }
    }
    checkLimits()
  }

  private mutating func execute(
    _ id: AttemptID,
    _ location: LocationName,
    _ generation: Generation
  ) {
    if live.keys.contains(where: { $0.run == id.run && $0.step == id.step }) {
      faults.append("two attempts of \(id) live")
    }
    guard case .stepStarted = log.last?.payload, log.last?.step == id.step,
      log.last?.attempt == id.attempt
    else { return faults.append("\(id) was sent before its start was recorded") }
    if !serving.contains(location) || generations[location] != generation {
      faults.append("\(id) was sent to \(location), which does not serve")
    }
    let others = live.filter { $0.value.location == location }.keys
    if !others.isEmpty,
      ([id] + others).contains(where: { suspected.union(proven).contains($0.name) })
    {
      faults.append("\(id) does not run alone")
    }
    live[id] = (location, generation)
  }

  /// Checks an event against those before it.
  private mutating func note(_ record: EventRecord) {
    guard let run = record.run else { return }
    if case .runFinished(let status, _) = record.payload { finished[run] = status }
    guard let step = record.step else { return }
    let attempt = live.keys.first { $0.run == run && $0.step == step }
    switch record.payload {
    case .stepSucceeded, .stepCanceled, .stepSkipped:
      if let attempt { drop(attempt) }
    case .stepFailed(let failure, let retry):
      if let attempt { drop(attempt) }
      if failure.code != .interrupted, retry != nil { charged["\(run) \(step)", default: 0] += 1 }
      switch failure.crash {
      case .suspected: suspected.insert("\(run) \(step)")
      case .proven: proven.insert("\(run) \(step)")
      case nil: if failure.code != .interrupted { suspected.remove("\(run) \(step)") }
      }
    case .stepCleared: suspected.remove("\(run) \(step)")
    default: break
    }
  }

  private mutating func drop(_ id: AttemptID) {
    guard let place = live.removeValue(forKey: id) else { return }
    past.append((id, place.location, place.generation))
  }

  private mutating func checkLimits() {
    if live.count > limits.workspace { faults.append("\(live.count) attempts at once") }
    for name in locations {
      let count = live.values.count { $0.location == name }
      if count > limits.location { faults.append("\(count) attempts at once in \(name)") }
    }
    let active = Set(live.keys.map(\.run)).count
    if active > limits.runs { faults.append("\(active) runs at once") }
  }

  /// Compares the fold of the log with the live state; a delay that is over is no event.
  mutating func checkFold() {
    let folded = fold()
    for (id, run) in coordinator.runs {
      guard let other = folded[id] else {
        faults.append("\(id) is not in the log")
        continue
      }
      if other.status != run.status || other.unfinished != run.unfinished
        || other.failed != run.failed
      {
        faults.append("\(id) differs from its log")
      }
      for (mine, logged) in zip(run.steps, other.steps) {
        var logged = logged
        if mine.status == .ready, logged.status == .retrying {
          (logged.status, logged.readyAt) = (.ready, mine.readyAt)
        }
        logged.readyAt = mine.readyAt
        if mine != logged { faults.append("\(id): \(mine) is \(logged) in the log") }
      }
    }
    for (id, run) in folded where !run.status.isFinished && coordinator.runs[id] == nil {
      faults.append("\(id) was forgotten")
    }
  }
}

extension AttemptID {
  fileprivate var name: String { "\(run) \(step)" }
}
