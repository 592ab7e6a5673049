package import HanseModel

/// What people ask about who holds slots, and who waits for them.
extension RunCoordinator {
  /// A step that holds slots.
  package struct Slot: Sendable {
    package var holder: Dispatcher.Holder
    package var step: StepKey
    package var attempt: Int
    /// Nil while it waits for its worker process.
    package var startedAt: HostInstant?
  }

  /// The steps that hold something of a limit, the one that began first before all others; without
  /// a limit, all of them.
  package func slots(of limit: Dispatcher.LimitName? = nil) -> [Slot] {
    func isBefore(_ left: Slot, _ right: Slot) -> Bool {
      let last = HostInstant(nanoseconds: .max)
      return (left.startedAt ?? last, left.holder.ticket.run.text, left.holder.ticket.step)
        < (right.startedAt ?? last, right.holder.ticket.run.text, right.holder.ticket.step)
    }
    return dispatcher.holders(of: limit).compactMap { holder in
      guard let run = runs[holder.ticket.run] else { return nil }
      let live = attempts[holder.ticket]
      return Slot(
        holder: holder,
        step: run.plan[holder.ticket.step].key,
        attempt: live?.id.attempt ?? run.steps[holder.ticket.step].attempts + 1,
        startedAt: live?.startedAt
      )
    }
    .sorted(by: isBefore)
  }

  /// How many runs are under way, may be, and wait for that.
  package var runSlots: (used: Int, limit: Int, waiting: Int) {
    (activeRuns.count, limits.concurrentRuns, runs.count - activeRuns.count)
  }

  /// How many runs begin before one that waits for that; nil for any other.
  package func runsAhead(of id: RunID) -> Int? {
    guard isWaitingForARunSlot(id) else { return nil }
    var ahead = 0
    for other in waitingRuns.elements where runs[other] != nil {
      if other == id { return ahead }
      ahead += 1
    }
    return nil
  }

  /// Why a ready step waits, with every limit it is subject to; nil when it does not wait for slots.
  package func explain(
    _ id: RunID,
    position: Int,
    at now: HostInstant,
    _ places: inout LanePlaces
  ) -> (demand: Dispatcher.Demand, explanation: Dispatcher.Explanation)? {
    let ticket = Dispatcher.Ticket(run: id, step: position)
    // With a slot it is in no line, however long that is.
    guard reservations[ticket] == nil, attempts[ticket] == nil,
      let demand = demand(of: id, position)
    else { return nil }
    return dispatcher.explain(ticket, demand, at: now, &places).map { (demand, $0) }
  }

  /// The attempt at a step that is in flight.
  package func attempt(at position: Int, of id: RunID) -> LiveAttempt? {
    attempts[Dispatcher.Ticket(run: id, step: position)]
  }

  /// The queue and priority that a step waits or runs with.
  package func standing(of id: RunID, _ position: Int) -> (queue: String, priority: Int)? {
    demand(of: id, position).map { ($0.queue, $0.priority) }
  }
}
