package import HanseModel

/// Runs all runs: starts steps as slots come free, retries, times out, cancels, and ends.
///
/// Pure. What it decides becomes events, which it folds into its own state at once and hands out to
/// be recorded; what it wants done comes after the events that justify it.
///
/// Runs stay in their dictionary while they change: a copy of a run held meanwhile would make each
/// change copy all of its steps.
package struct RunCoordinator: Sendable {
  package let epoch: HostEpoch
  package internal(set) var dispatcher: Dispatcher
  /// The runs that are not finished.
  package internal(set) var runs: [RunID: RunProgress] = [:]
  var attempts: [Dispatcher.Ticket: LiveAttempt] = [:]
  var generations: [LocationName: Generation] = [:]
  var servingLocations: Set<LocationName> = []
  /// The locations where each run has a worker process of its own.
  private(set) var isolated: Set<LocationName> = []
  /// The workers there that take steps.
  var workers: [LocationName: [WorkerPool.Seat: Generation]] = [:]
  /// The steps that have their slots and wait for their worker.
  var reservations: [Dispatcher.Ticket: Reservation] = [:]
  var reservationCount = 0
  /// Until when the workers of a location are not started, because they fail.
  var closedUntil: [LocationName: HostInstant] = [:]
  /// Runs beyond the limit, in the order they came; some may have been canceled since.
  var waitingRuns = Fifo<RunID>()
  var activeRuns: Set<RunID> = []
  /// The steps that may have ended their location's process; some may have ended since.
  var suspects: [LocationName: Set<Dispatcher.Ticket>] = [:]
  var culprits: [LocationName: [StepKey: Culprit]] = [:]
  /// What the workspace file says of limits, and what people ordered over that.
  package internal(set) var limits: LimitBook
  /// How many steps of each location have not ended, of all runs that have not.
  var unfinishedSteps: [LocationName: Int] = [:]
  /// Steps that became ready, and of which it is to be decided whether they wait.
  var undecided: [Dispatcher.Ticket] = []
  var coalescing = Coalescing()
  /// For when the last timer for admissions was set.
  var admissionDue: HostInstant?
  /// Since when the host does not read from which process.
  var holds: [LocationName: [Generation: HostInstant]] = [:]
  package internal(set) var rules: Rules
  /// The last event that is known to be on disk; whoever does not say counts all as being there.
  package var durable: Int64 = .max

  package init(
    epoch: HostEpoch,
    workspaceLimit: Int,
    tagLimits: [Dispatcher.TagLimit] = [],
    rules: Rules = Rules()
  ) {
    self.epoch = epoch
    self.rules = rules
    limits = LimitBook(
      .init(
        concurrentSteps: workspaceLimit,
        concurrentRuns: rules.concurrentRuns,
        tagLimits: tagLimits
      )
    )
    dispatcher = Dispatcher(workspaceLimit: workspaceLimit, tagLimits: tagLimits)
  }

  // MARK: Locations

  package mutating func setUp(
    queues: [String: Dispatcher.QueueSettings],
    pools: [String: Dispatcher.PoolSettings],
    at now: HostInstant
  ) {
    limits.file.queues = queues
    limits.file.pools = pools
    // Queues of equal standing take turns in the order in which they are set up.
    for name in queues.keys.sorted() { apply(.queue(name), at: now) }
    for name in pools.keys.sorted() { apply(.pool(name), at: now) }
  }

  package mutating func addLocation(
    _ name: LocationName,
    _ settings: Dispatcher.LocationSettings,
    queue: String = Dispatcher.defaultQueue,
    waitingSteps: Int = LimitBook.defaultWaitingSteps,
    isIsolated: Bool = false,
    at now: HostInstant
  ) {
    if isIsolated { isolated.insert(name) }
    limits.file.locations[name] = LimitBook.LocationFile(
      settings,
      queue: queue,
      waitingSteps: waitingSteps
    )
    apply(.location(name), at: now)
  }

  /// What a step of a run needs to start.
  func demand(of id: RunID, _ position: Int) -> Dispatcher.Demand? {
    guard let run = runs[id] else { return nil }
    let step = run.plan[position]
    return Dispatcher.Demand(
      step.location,
      queue: run.queue ?? limits.file.locations[step.location]?.queue ?? Dispatcher.defaultQueue,
      priority: run.priority,
      pools: step.pools,
      tags: dispatcher.limited(run.creation.request.tags)
    )
  }

  /// The location serves: its waiting steps may go to this generation.
  package mutating func locationIsServing(
    _ name: LocationName,
    _ generation: Generation,
    _ moment: Moment
  ) -> [Action] {
    generations[name] = generation
    servingLocations.insert(name)
    updateReadiness(of: name)
    return grant(moment)
  }

  /// Whether the location's steps go to this generation now.
  func isServing(_ name: LocationName, _ generation: Generation) -> Bool {
    generations[name] == generation && servingLocations.contains(name)
  }

  /// The location takes no more steps for now; those in flight go on.
  package mutating func locationIsAway(_ name: LocationName, _ moment: Moment) -> [Action] {
    close(name, moment)
    return grant(moment)
  }

  /// Lets a location take no more steps; what it gave back is not given to others yet.
  mutating func close(_ name: LocationName, _ moment: Moment) {
    servingLocations.remove(name)
    updateReadiness(of: name)
    takeBackReservations(at: name, moment)
  }

  // MARK: Runs

  package mutating func launch(
    _ id: RunID,
    _ creation: EventPayload.RunCreation,
    _ moment: Moment
  ) -> [Action] {
    runs[id] = RunProgress(id: id, creation: creation, createdAt: moment.wall)
    for (name, count) in creation.plan.stepCounts { unfinishedSteps[name, default: 0] += count }
    let record = EventRecord(
      time: moment.wall,
      run: id,
      partition: creation.request.partition,
      payload: .runCreated(creation)
    )
    return [.record(record)] + admit(id, moment)
  }

  /// Takes up a run that an earlier host left unfinished.
  ///
  /// What had finished stays so; attempts that were in flight are lost with that host and are tried
  /// again, without being counted as failures. The earlier host may have ended between any two
  /// events: what it had begun to skip or to cancel is skipped or canceled to the end.
  package mutating func recover(
    _ run: RunProgress,
    _ moment: Moment,
    locations: Set<LocationName>
  ) -> [Action] {
    let id = run.id
    runs[id] = run
    for (position, step) in run.steps.enumerated() where !step.status.isFinished {
      unfinishedSteps[run.plan[position].location, default: 0] += 1
    }
    recallCrashes(of: id, moment)
    var actions: [Action] = []
    if let queue = run.queue, !limits.queueNames.contains(queue) {
      // Nobody knows which limits it had: those hold that its steps are subject to anyway.
      let moved = EventPayload.runRequeued(
        queue: nil,
        priority: run.priority,
        reason: "queue \"\(queue)\" is not in the workspace any more"
      )
      actions.append(record(id, payload: moved, moment))
    }
    for (position, step) in run.steps.enumerated() {
      switch step.status {
      case .running where step.isCanceling:
        let message = "the host ended while the step was being canceled"
        let canceled = EventPayload.stepCanceled(message: message)
        actions.append(record(id, position, attempt: step.attempts, canceled, moment))
      case .running:
        let failure = StepFailure(
          .interrupted,
          message: "the host ended while the step was running; it is run again"
        )
        let lost = EventPayload.stepFailed(failure, retryInMilliseconds: 0)
        actions.append(record(id, position, attempt: step.attempts, lost, moment))
        runs[id]?.retryIsDue(position, at: moment.wall)
      case .retrying:
        let delay = step.retryDelay(at: moment.wall)
        if delay > .zero {
          actions.append(.wakeUp(.retry(id, step: position), at: moment.now + delay))
        } else {
          runs[id]?.retryIsDue(position, at: moment.wall)
        }
      case .waiting, .ready, .succeeded, .failed, .skipped, .canceled: break
      }
    }
    for (position, because) in runs[id]?.blocked ?? [] {
      let skipped = EventPayload.stepSkipped(because: run.plan[because].key)
      actions.append(record(id, position, attempt: nil, skipped, moment))
    }
    if run.status == .canceling { return actions + cancel(id, forced: true, moment) }
    actions += abandonSteps(of: id, outside: locations, moment)
    return actions + admit(id, moment)
  }

  /// Fails the steps of locations that the workspace has no more: nobody will ever run them.
  private mutating func abandonSteps(
    of id: RunID,
    outside locations: Set<LocationName>,
    _ moment: Moment
  ) -> [Action] {
    var actions: [Action] = []
    for (position, step) in (runs[id]?.plan ?? []).enumerated()
    where !locations.contains(step.location) {
      guard runs[id]?.steps[position].status.isFinished == false else { continue }
      let failure = StepFailure(
        .config,
        message: "location \"\(step.location)\" is not in the workspace any more",
        isRetryable: false
      )
      actions += giveUp(id, position, attempt: nil, failure, moment)
    }
    return actions
  }

  // MARK: Looks

  /// The attempts of a run that are in flight, by position.
  package func liveAttempts(of id: RunID) -> [LiveAttempt] {
    attempts.values.filter { $0.id.run == id }.sorted { $0.position < $1.position }
  }

  /// Why a ready step has not started.
  package func holdReason(
    of id: RunID,
    position: Int,
    at now: HostInstant
  ) -> Dispatcher.HoldReason? {
    var places = LanePlaces()
    return holdReason(of: id, position: position, at: now, &places)
  }

  /// Why a ready step has not started, one question of several at one moment.
  package func holdReason(
    of id: RunID,
    position: Int,
    at now: HostInstant,
    _ places: inout LanePlaces
  ) -> Dispatcher.HoldReason? {
    guard let demand = demand(of: id, position) else { return nil }
    let ticket = Dispatcher.Ticket(run: id, step: position)
    if reservations[ticket] != nil { return .workerIsNotReady }
    let reason = dispatcher.explain(ticket, demand, at: now, &places)?.reason
    guard reason == .locationIsNotReady, servingLocations.contains(demand.location),
      let until = closedUntil[demand.location]
    else { return reason }
    return .workersFail(until: until)
  }

  package func isWaitingForARunSlot(_ id: RunID) -> Bool {
    runs[id] != nil && !activeRuns.contains(id)
  }

  /// Runs that are not finished, in no order.
  package var unfinishedRuns: [RunID] { Array(runs.keys) }

  /// Whether waking for the timer could still change anything.
  package func matters(_ timer: Timer) -> Bool {
    switch timer {
    case .retry(let id, let position): runs[id]?.steps[position].status == .retrying
    case .timeOut(let id), .grace(let id): ticket(of: id) != nil
    case .admission: admissionDue != nil
    }
  }
}
