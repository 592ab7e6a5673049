package import HanseModel

/// Runs all runs: starts steps as slots come free, retries, times out, cancels, and ends.
///
/// Pure. What it decides becomes events, which it folds into its own state at once and hands out to
/// be recorded; what it wants done comes after the events that justify it.
package struct RunCoordinator: Sendable {
  package enum Action: Hashable, Sendable {
    case record(EventRecord)
    case execute(AttemptID, step: PlannedStep, location: LocationName, generation: Generation)
    case cancel(AttemptID, location: LocationName, generation: Generation)
    /// A step there cannot be stopped in any other way.
    case endLocation(LocationName, Generation, reason: String)
    case wakeUp(Timer, at: HostInstant)
    case finished(RunID, RunStatus)
  }

  package enum Timer: Hashable, Sendable {
    case retry(RunID, step: Int)
    case timeOut(AttemptID)
    /// A canceled or timed-out attempt has had its time to stop.
    case grace(AttemptID)
  }

  package struct Rules: Hashable, Sendable {
    package var concurrentRuns: Int
    /// What a step gets to stop after it was asked to.
    package var grace: Duration

    package init(concurrentRuns: Int = 100, grace: Duration = .seconds(5)) {
      self.concurrentRuns = concurrentRuns
      self.grace = grace
    }
  }

  /// What ended an attempt, as its location or the host saw it.
  package enum Outcome: Hashable, Sendable {
    case succeeded
    case failed(StepFailure)
    case canceled
  }

  /// The two clocks and the luck of one decision.
  package struct Moment: Sendable {
    package var now: HostInstant
    package var wall: Timestamp
    /// From 0 up to 1.
    package var random: Double

    package init(now: HostInstant, wall: Timestamp, random: Double) {
      self.now = now
      self.wall = wall
      self.random = random
    }
  }

  /// An attempt that a location is working on.
  package struct LiveAttempt: Sendable {
    package let id: AttemptID
    package let position: Int
    package let location: LocationName
    package let generation: Generation
    package let startedAt: HostInstant
    package fileprivate(set) var fraction: Double?
    package fileprivate(set) var message: String?
    /// Why it was asked to stop.
    fileprivate var stopping: StepFailure?
    fileprivate var reported: Set<AssetKey> = []

    fileprivate var ticket: Dispatcher.Ticket {
      Dispatcher.Ticket(run: id.run, step: position)
    }
  }

  package let epoch: HostEpoch
  package private(set) var dispatcher: Dispatcher
  package private(set) var runs: [RunID: RunProgress] = [:]
  private var attempts: [Dispatcher.Ticket: LiveAttempt] = [:]
  private var generations: [LocationName: Generation] = [:]
  /// Runs beyond the limit, in the order they came.
  private var waitingRuns: [RunID] = []
  private var activeRuns: Set<RunID> = []
  private let rules: Rules

  package init(epoch: HostEpoch, workspaceLimit: Int, rules: Rules = Rules()) {
    self.epoch = epoch
    self.rules = rules
    dispatcher = Dispatcher(workspaceLimit: workspaceLimit)
  }

  // MARK: Locations

  package mutating func addLocation(_ name: LocationName, limit: Int) {
    dispatcher.addLocation(name, limit: limit)
  }

  /// The location serves: its waiting steps may go to this generation.
  package mutating func locationIsServing(
    _ name: LocationName,
    _ generation: Generation,
    _ moment: Moment
  ) -> [Action] {
    generations[name] = generation
    dispatcher.setReady(name, true)
    return grant(moment)
  }

  /// The location takes no more steps for now; those in flight go on.
  package mutating func locationIsAway(_ name: LocationName) {
    dispatcher.setReady(name, false)
  }

  /// The location's process is gone, with every attempt it had.
  ///
  /// - Parameters:
  ///   - name: The location.
  ///   - generation: The process that ended.
  ///   - failure: What its attempts failed of.
  ///   - moment: When.
  /// - Returns: What to do.
  package mutating func locationIsGone(
    _ name: LocationName,
    _ generation: Generation,
    failure: StepFailure,
    _ moment: Moment
  ) -> [Action] {
    if generations[name] == generation { dispatcher.setReady(name, false) }
    let lost = attempts.values
      .filter { $0.location == name && $0.generation == generation }
      .sorted { ($0.id.run, $0.position) < ($1.id.run, $1.position) }
    var actions: [Action] = []
    for attempt in lost {
      actions += finish(attempt, .failed(attempt.stopping ?? failure), moment)
    }
    return actions + grant(moment)
  }

  package func attemptsInFlight(at location: LocationName) -> Int {
    dispatcher.running(in: location).count
  }

  // MARK: Runs

  package mutating func launch(
    _ id: RunID,
    _ creation: EventPayload.RunCreation,
    _ moment: Moment
  ) -> [Action] {
    let run = RunProgress(id: id, creation: creation, createdAt: moment.wall)
    runs[id] = run
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
  /// again, without being counted as failures.
  package mutating func recover(_ run: RunProgress, _ moment: Moment) -> [Action] {
    runs[run.id] = run
    var actions: [Action] = []
    for (position, step) in run.steps.enumerated() {
      switch step.status {
      case .running:
        let failure = StepFailure(
          .interrupted,
          message: "the host ended while the step was running; it is run again"
        )
        actions.append(
          record(
            run.id,
            position,
            attempt: step.attempts,
            .stepFailed(failure, retryInMilliseconds: 0),
            moment
          )
        )
        runs[run.id]?.retryIsDue(position, at: moment.wall)
      case .retrying: runs[run.id]?.retryIsDue(position, at: moment.wall)
      default: break
      }
    }
    if run.status == .canceling {
      activeRuns.insert(run.id)
      return actions + cancel(run.id, forced: true, moment)
    }
    return actions + admit(run.id, moment)
  }

  /// Stops a run.
  ///
  /// Steps that have not started never will. A step in flight is asked to stop and gets a time of
  /// grace; when forced, or after that time, its location's process is ended.
  package mutating func cancel(_ id: RunID, forced: Bool, _ moment: Moment) -> [Action] {
    guard let run = runs[id], !run.status.isFinished else { return [] }
    var actions = [record(id, payload: .runCanceling(forced: forced), moment)]
    for (position, step) in run.steps.enumerated() {
      switch step.status {
      case .waiting, .retrying:
        actions.append(
          record(
            id,
            position,
            attempt: nil,
            .stepCanceled(message: "the run was canceled"),
            moment
          )
        )
      case .ready:
        if activeRuns.contains(id) {
          dispatcher.withdraw(
            Dispatcher.Ticket(run: id, step: position),
            from: run.plan[position].location
          )
        }
        actions.append(
          record(
            id,
            position,
            attempt: nil,
            .stepCanceled(message: "the run was canceled"),
            moment
          )
        )
      case .running:
        actions += stop(
          Dispatcher.Ticket(run: id, step: position),
          because: StepFailure(.canceled, message: "the run was canceled", isRetryable: false),
          forced: forced,
          moment
        )
      case .succeeded, .failed, .skipped, .canceled: break
      }
    }
    return actions + conclude(id, moment) + grant(moment)
  }

  // MARK: Attempts

  /// Takes an event that a location reported about an attempt.
  ///
  /// - Parameters:
  ///   - payload: What happened.
  ///   - id: The attempt it names.
  ///   - location: The location that said it.
  ///   - generation: The process that said it.
  ///   - moment: When.
  /// - Returns: What to do, or nil when no such attempt is in flight there: it is of the past, or
  ///   was never given to that location, and is ignored.
  package mutating func report(
    _ payload: EventPayload,
    by id: AttemptID,
    from location: LocationName,
    _ generation: Generation,
    _ moment: Moment
  ) -> [Action]? {
    guard let ticket = ticket(of: id, from: location, generation),
      let step = runs[id.run]?.plan[ticket.step]
    else { return nil }
    switch payload {
    case .materialized(let value), .observed(let value):
      guard step.check == nil, step.assets.contains(value.asset) else { return nil }
      if case .materialized = payload { attempts[ticket]?.reported.insert(value.asset) }
    case .checked(let result):
      guard step.check == result.name, step.assets.contains(result.asset) else { return nil }
      attempts[ticket]?.reported.insert(result.asset)
    case .logged: break
    default: return nil
    }
    return [record(id.run, ticket.step, attempt: id.attempt, payload, moment)]
  }

  /// Notes how far an attempt says it is; kept for whoever looks, not recorded.
  package mutating func noteProgress(
    of id: AttemptID,
    fraction: Double?,
    message: String?,
    from location: LocationName,
    _ generation: Generation
  ) {
    guard let ticket = ticket(of: id, from: location, generation) else { return }
    if let fraction { attempts[ticket]?.fraction = min(max(fraction, 0), 1) }
    if let message { attempts[ticket]?.message = message }
  }

  /// Takes a location's answer to an attempt; an answer about one of the past is ignored.
  package mutating func answer(
    _ outcome: Outcome,
    to id: AttemptID,
    from location: LocationName,
    _ generation: Generation,
    _ moment: Moment
  ) -> [Action] {
    guard let ticket = ticket(of: id, from: location, generation), let attempt = attempts[ticket]
    else { return [] }
    var settled = outcome
    if let why = attempt.stopping, outcome != .succeeded { settled = .failed(why) }
    if case .succeeded = outcome, let missing = missingReport(of: attempt) {
      settled = .failed(StepFailure(.protocol, message: missing, isRetryable: false))
    }
    return finish(attempt, settled, moment) + grant(moment)
  }

  package mutating func wake(_ timer: Timer, _ moment: Moment) -> [Action] {
    switch timer {
    case .retry(let id, let position):
      guard runs[id]?.steps[position].status == .retrying else { return [] }
      runs[id]?.retryIsDue(position, at: moment.wall)
      enqueue(id, position)
      return grant(moment)
    case .timeOut(let id):
      guard let ticket = ticket(of: id), attempts[ticket]?.stopping == nil,
        let step = runs[id.run]?.plan[ticket.step]
      else { return [] }
      let limit = Duration.milliseconds(step.timeoutMilliseconds ?? 0).briefDescription
      return stop(
        ticket,
        because: StepFailure(.timedOut, message: "took longer than its timeout of \(limit)"),
        forced: false,
        moment
      )
    case .grace(let id):
      guard let ticket = ticket(of: id), let why = attempts[ticket]?.stopping else { return [] }
      return stop(ticket, because: why, forced: true, moment)
    }
  }

  /// The attempts of a run that are in flight, by position.
  package func liveAttempts(of id: RunID) -> [LiveAttempt] {
    attempts.values.filter { $0.id.run == id }.sorted { $0.position < $1.position }
  }

  /// Why a ready step has not started.
  package func holdReason(of id: RunID, position: Int) -> Dispatcher.HoldReason? {
    guard let step = runs[id]?.plan[position] else { return nil }
    return dispatcher.holdReason(of: .init(run: id, step: position), in: step.location)
  }

  package func isWaitingForARunSlot(_ id: RunID) -> Bool {
    runs[id] != nil && !activeRuns.contains(id)
  }

  /// Runs that are not finished, in no order.
  package var unfinishedRuns: [RunID] { Array(runs.keys) }

  // MARK: Inside

  private func ticket(of id: AttemptID) -> Dispatcher.Ticket? {
    guard let position = runs[id.run]?.position(of: id.step) else { return nil }
    let ticket = Dispatcher.Ticket(run: id.run, step: position)
    return attempts[ticket]?.id == id ? ticket : nil
  }

  private func ticket(
    of id: AttemptID,
    from location: LocationName,
    _ generation: Generation
  ) -> Dispatcher.Ticket? {
    guard let ticket = ticket(of: id), let attempt = attempts[ticket],
      attempt.location == location, attempt.generation == generation
    else { return nil }
    return ticket
  }

  private mutating func admit(_ id: RunID, _ moment: Moment) -> [Action] {
    guard activeRuns.count < rules.concurrentRuns else {
      waitingRuns.append(id)
      return []
    }
    activeRuns.insert(id)
    for position in runs[id]?.ready ?? [] { enqueue(id, position) }
    return conclude(id, moment) + grant(moment)
  }

  private mutating func enqueue(_ id: RunID, _ position: Int) {
    guard let location = runs[id]?.plan[position].location else { return }
    dispatcher.enqueue(Dispatcher.Ticket(run: id, step: position), to: location)
  }

  private mutating func grant(_ moment: Moment) -> [Action] {
    var actions: [Action] = []
    while let (ticket, location) = dispatcher.grantNext() {
      // Never a copy of the whole run: the next change would then copy all of its steps.
      guard let planned = runs[ticket.run]?.plan[ticket.step],
        let step = runs[ticket.run]?.steps[ticket.step], let generation = generations[location]
      else {
        dispatcher.release(ticket, from: location)
        continue
      }
      let id = AttemptID(
        run: ticket.run,
        step: planned.key,
        attempt: step.attempts + 1,
        epoch: epoch
      )
      attempts[ticket] = LiveAttempt(
        id: id,
        position: ticket.step,
        location: location,
        generation: generation,
        startedAt: moment.now
      )
      if runs[ticket.run]?.status == .queued {
        actions.append(record(ticket.run, payload: .runStarted, moment))
      }
      let queued = step.readyAt.map { moment.wall.since($0).wholeMilliseconds } ?? 0
      let started = EventPayload.stepStarted(queuedMilliseconds: max(0, queued))
      actions.append(record(ticket.run, ticket.step, attempt: id.attempt, started, moment))
      actions.append(
        .execute(id, step: planned, location: location, generation: generation)
      )
      if let limit = planned.timeoutMilliseconds {
        actions.append(.wakeUp(.timeOut(id), at: moment.now + .milliseconds(limit)))
      }
    }
    return actions
  }

  private mutating func stop(
    _ ticket: Dispatcher.Ticket,
    because why: StepFailure,
    forced: Bool,
    _ moment: Moment
  ) -> [Action] {
    guard let attempt = attempts[ticket] else { return [] }
    if attempt.stopping == nil { attempts[ticket]?.stopping = why }
    if forced {
      let grace = rules.grace.briefDescription
      let reason =
        why.code == .canceled
        ? "\(attempt.id) was canceled and had to be ended"
        : "\(attempt.id) \(why.message) and did not stop within \(grace)"
      return [.endLocation(attempt.location, attempt.generation, reason: reason)]
    }
    if attempt.stopping != nil { return [] }
    return [
      .cancel(attempt.id, location: attempt.location, generation: attempt.generation),
      .wakeUp(.grace(attempt.id), at: moment.now + rules.grace),
    ]
  }

  private func missingReport(of attempt: LiveAttempt) -> String? {
    guard let step = runs[attempt.id.run]?.plan[attempt.position],
      let missing = step.assets.first(where: { !attempt.reported.contains($0) })
    else { return nil }
    let location = attempt.location
    if let check = step.check {
      return "location \"\(location)\" said that check \"\(check)\" of asset \"\(missing)\" "
        + "succeeded without reporting its result"
    }
    return "location \"\(location)\" said that the step succeeded without reporting a "
      + "materialization of asset \"\(missing)\""
  }

  private mutating func finish(
    _ attempt: LiveAttempt,
    _ outcome: Outcome,
    _ moment: Moment
  ) -> [Action] {
    let id = attempt.id
    dispatcher.release(attempt.ticket, from: attempt.location)
    guard let retry = runs[id.run]?.plan[attempt.position].retry,
      let status = runs[id.run]?.status
    else { return [] }
    var actions: [Action] = []
    switch outcome {
    case .succeeded:
      let duration = (moment.now - attempt.startedAt).wholeMilliseconds
      actions.append(note(.stepSucceeded(durationMilliseconds: duration), of: attempt, moment))
    case .canceled where status != .canceling:
      let failure = StepFailure(.canceled, message: "the location canceled the step by itself")
      actions += fail(attempt, failure, retry, moment)
    case .canceled:
      let message = "stopped when the run was canceled"
      actions.append(note(.stepCanceled(message: message), of: attempt, moment))
    case .failed(let failure) where status == .canceling:
      let wasAsked = failure.code == .canceled || failure.code == .interrupted
      let payload: EventPayload =
        wasAsked
        ? .stepCanceled(message: failure.message) : .stepFailed(failure, retryInMilliseconds: nil)
      actions.append(note(payload, of: attempt, moment))
    case .failed(let failure):
      actions += fail(attempt, failure, retry, moment)
    }
    attempts[attempt.ticket] = nil
    return actions + conclude(id.run, moment)
  }

  private mutating func note(
    _ payload: EventPayload,
    of attempt: LiveAttempt,
    _ moment: Moment
  ) -> Action {
    record(attempt.id.run, attempt.position, attempt: attempt.id.attempt, payload, moment)
  }

  /// Records a failed attempt and either its next one or what it costs the steps behind it.
  private mutating func fail(
    _ attempt: LiveAttempt,
    _ failure: StepFailure,
    _ policy: RetryPolicy,
    _ moment: Moment
  ) -> [Action] {
    let id = attempt.id
    let failures = runs[id.run]?.steps[attempt.position].failures ?? 0
    let delay: Duration? =
      if failure.code == .interrupted {
        .zero
      } else if failure.isRetryable, failures < policy.maxRetries {
        policy.delay(beforeRetry: failures + 1, random: moment.random)
      } else {
        nil
      }
    let failed = EventPayload.stepFailed(failure, retryInMilliseconds: delay?.wholeMilliseconds)
    var actions = [record(id.run, attempt.position, attempt: id.attempt, failed, moment)]
    if let delay {
      actions.append(
        .wakeUp(.retry(id.run, step: attempt.position), at: moment.now + delay)
      )
      return actions
    }
    for position in runs[id.run]?.waitingDownstream(of: attempt.position) ?? [] {
      actions.append(
        record(id.run, position, attempt: nil, .stepSkipped(because: id.step), moment)
      )
    }
    return actions
  }

  /// Ends the run when its last step has, and lets the next one begin.
  private mutating func conclude(_ id: RunID, _ moment: Moment) -> [Action] {
    guard let (status, message) = runs[id]?.outcome else { return [] }
    var actions = [record(id, payload: .runFinished(status: status, message: message), moment)]
    actions.append(.finished(id, status))
    runs[id] = nil
    activeRuns.remove(id)
    waitingRuns.removeAll { runs[$0] == nil }
    if !waitingRuns.isEmpty, activeRuns.count < rules.concurrentRuns {
      actions += admit(waitingRuns.removeFirst(), moment)
    }
    return actions
  }

  private mutating func record(
    _ run: RunID,
    payload: EventPayload,
    _ moment: Moment
  ) -> Action {
    let record = EventRecord(
      time: moment.wall,
      run: run,
      partition: runs[run]?.creation.request.partition,
      payload: payload
    )
    runs[run]?.apply(record)
    return .record(record)
  }

  private mutating func record(
    _ run: RunID,
    _ position: Int,
    attempt: Int?,
    _ payload: EventPayload,
    _ moment: Moment
  ) -> Action {
    let planned = runs[run]?.plan[position]
    let live = attempts[Dispatcher.Ticket(run: run, step: position)]
    let record = EventRecord(
      time: moment.wall,
      location: planned?.location,
      generation: live?.generation,
      run: run,
      step: planned?.key,
      attempt: attempt,
      partition: runs[run]?.creation.request.partition,
      payload: payload
    )
    for released in runs[run]?.apply(record) ?? [] { enqueue(run, released) }
    return .record(record)
  }
}
