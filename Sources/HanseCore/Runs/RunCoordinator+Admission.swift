import HanseModel

/// How runs begin and end, and how their steps get slots.
extension RunCoordinator {
  mutating func admit(_ id: RunID, _ moment: Moment) -> [Action] {
    waitingRuns.append(id)
    return admitWaiting(moment) + grant(moment)
  }

  /// Ends the run when its last step has, and lets the next one begin.
  mutating func conclude(_ id: RunID, _ moment: Moment) -> [Action] {
    let actions = close(id, moment)
    return actions.isEmpty ? [] : actions + admitWaiting(moment)
  }

  mutating func admitWaiting(_ moment: Moment) -> [Action] {
    var actions: [Action] = []
    while activeRuns.count < limits.concurrentRuns, let id = waitingRuns.popFirst() {
      // It may have been canceled while it waited.
      guard runs[id] != nil else { continue }
      activeRuns.insert(id)
      for position in runs[id]?.ready ?? [] { enqueue(id, position, moment) }
      actions += close(id, moment)
    }
    return actions
  }

  private mutating func close(_ id: RunID, _ moment: Moment) -> [Action] {
    guard let (status, message) = runs[id]?.outcome else { return [] }
    let record = record(id, payload: .runFinished(status: status, message: message), moment)
    runs[id] = nil
    activeRuns.remove(id)
    return [record, .finished(id, status)]
  }

  mutating func enqueue(
    _ id: RunID,
    _ position: Int,
    keeping place: Dispatcher.Entry? = nil,
    _ moment: Moment
  ) {
    guard let demand = demand(of: id, position) else { return }
    let ticket = Dispatcher.Ticket(run: id, step: position)
    let alone = runs[id]?.steps[position].runsAlone == true || isCulprit(id, position)
    // With a worker of its own it is alone, and needs no others to wait.
    let isExclusive = alone && !isolated.contains(demand.location)
    dispatcher.enqueue(ticket, demand, alone: isExclusive, keeping: place, at: moment.now)
    if !alone, onLimit(ticket) != .queue { undecided.append(ticket) }
  }

  /// Starts steps for as long as there are slots.
  mutating func grant(_ moment: Moment) -> [Action] {
    var actions = grantSlots(moment)
    while !undecided.isEmpty || !coalescing.settled.isEmpty {
      actions += decide(moment) + grantSlots(moment)
    }
    return actions + waitForRates()
  }

  private mutating func grantSlots(_ moment: Moment) -> [Action] {
    var actions: [Action] = []
    while let grant = dispatcher.grantNext(at: moment.now) {
      let (ticket, location) = (grant.ticket, grant.location)
      guard let planned = runs[ticket.run]?.plan[ticket.step],
        let generation = generations[location]
      else { preconditionFailure("a slot was granted to a step that does not wait: \(ticket)") }
      if let failure = refusal(of: planned, moment) {
        dispatcher.release(ticket, at: moment.now)
        actions += giveUp(ticket.run, ticket.step, attempt: nil, failure, moment)
        actions += conclude(ticket.run, moment)
        continue
      }
      actions +=
        isolated.contains(location)
        ? place(ticket, at: location, moment) : begin(ticket, at: location, generation, moment)
    }
    return actions
  }

  /// Begins an attempt of a step that has its slots, in a process that serves.
  mutating func begin(
    _ ticket: Dispatcher.Ticket,
    at location: LocationName,
    _ generation: Generation,
    _ moment: Moment
  ) -> [Action] {
    guard let planned = runs[ticket.run]?.plan[ticket.step],
      let step = runs[ticket.run]?.steps[ticket.step]
    else { preconditionFailure("a step begins that nobody knows: \(ticket)") }
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
    var actions: [Action] = []
    // Before the start: what was sent is never without it.
    if let note = noteRates(of: ticket, moment) { actions.append(note) }
    if runs[ticket.run]?.status == .queued {
      actions.append(record(ticket.run, payload: .runStarted, moment))
    }
    let queued = step.readyAt.map { moment.wall.since($0).wholeMilliseconds } ?? 0
    let started = EventPayload.stepStarted(queuedMilliseconds: max(0, queued))
    actions.append(record(ticket.run, ticket.step, attempt: id.attempt, started, moment))
    actions.append(.execute(id, step: planned, location: location, generation: generation))
    if let limit = planned.timeoutMilliseconds {
      let due = moment.now + .milliseconds(limit)
      attempts[ticket]?.timeOutAt = due
      actions.append(.wakeUp(.timeOut(id), at: due))
    }
    return actions
  }

  private func noteRates(of ticket: Dispatcher.Ticket, _ moment: Moment) -> Action? {
    let debts = dispatcher.debts(of: ticket, at: moment.now)
    guard !debts.isEmpty else { return nil }
    let note = EventPayload.RateNote(
      clock: rules.clock,
      reading: moment.now.nanoseconds,
      debts: debts
    )
    return .record(EventRecord(time: moment.wall, payload: .ratesNoted(note)))
  }

  /// Asks to be woken when a rate that holds steps back lets the next one start.
  private mutating func waitForRates() -> [Action] {
    guard let due = dispatcher.nextWakeUp, admissionDue.map({ due < $0 }) ?? true else { return [] }
    admissionDue = due
    return [.wakeUp(.admission, at: due)]
  }

  // MARK: Events

  /// Makes an event of a run, and folds it.
  mutating func record(_ run: RunID, payload: EventPayload, _ moment: Moment) -> Action {
    let record = EventRecord(
      time: moment.wall,
      run: run,
      partition: runs[run]?.creation.request.partition,
      payload: payload
    )
    runs[run]?.apply(record)
    return .record(record)
  }

  /// Makes an event of a step, folds it, and lets those wait for slots that it released.
  mutating func record(
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
    let wasFinished = runs[run]?.steps[position].status.isFinished ?? true
    for released in runs[run]?.apply(record) ?? [] { enqueue(run, released, moment) }
    if !wasFinished, let planned, runs[run]?.steps[position].status.isFinished == true {
      unfinishedSteps[planned.location, default: 0] -= 1
      let isGood = runs[run]?.steps[position].status == .succeeded
      noteEnd(of: Dispatcher.Ticket(run: run, step: position), isGood: isGood)
    }
    return .record(record)
  }
}
