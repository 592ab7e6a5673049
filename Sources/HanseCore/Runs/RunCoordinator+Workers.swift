package import HanseModel

/// Runs that have a worker process of their own at a location.
///
/// A step of such a location gets its slots first and then waits for its worker: it holds what it
/// needs, and no attempt begins before there is somebody to send it to. When workers fail to start,
/// or the location is away, it gives the slots back and waits in line again.
extension RunCoordinator {
  /// A step that has its slots and waits for its worker.
  struct Reservation: Sendable {
    var location: LocationName
    var seat: WorkerPool.Seat
    /// The order in which they came.
    var number: Int
  }

  // MARK: Readiness

  /// Steps go to a location that serves and whose workers do not fail to start.
  mutating func updateReadiness(of name: LocationName) {
    dispatcher.setReady(name, servingLocations.contains(name) && closedUntil[name] == nil)
  }

  /// The location's workers do not start; its steps wait for the next try.
  mutating func workersAreClosed(
    at name: LocationName,
    until: HostInstant,
    _ moment: Moment
  ) -> [Action] {
    closedUntil[name] = until
    updateReadiness(of: name)
    takeBackReservations(at: name, moment)
    return grant(moment)
  }

  mutating func workersAreOpen(at name: LocationName, _ moment: Moment) -> [Action] {
    closedUntil[name] = nil
    updateReadiness(of: name)
    return grant(moment)
  }

  // MARK: Workers

  /// A worker serves: what waited for it begins.
  mutating func workerIsReady(
    at name: LocationName,
    _ seat: WorkerPool.Seat,
    _ generation: Generation,
    _ moment: Moment
  ) -> [Action] {
    workers[name, default: [:]][seat] = generation
    let waiting = reservations.filter { $0.value.location == name && $0.value.seat == seat }
    var actions: [Action] = []
    for ticket in waiting.sorted(by: { $0.value.number < $1.value.number }).map(\.key) {
      reservations[ticket] = nil
      actions += begin(ticket, at: name, generation, moment)
    }
    return actions
  }

  /// A worker takes no more steps; those in flight go on.
  mutating func workerIsAway(
    at name: LocationName,
    _ seat: WorkerPool.Seat,
    _ generation: Generation
  ) {
    if workers[name]?[seat] == generation { workers[name]?[seat] = nil }
  }

  /// Whose workers are waited for, in the order in which that began.
  func seatsWanted(at name: LocationName) -> [WorkerPool.Seat] {
    var seen: Set<WorkerPool.Seat> = []
    return reservations.values.filter { $0.location == name }.sorted { $0.number < $1.number }
      .map(\.seat).filter { seen.insert($0).inserted }
  }

  /// The workers that have steps in flight.
  func busyWorkers(at name: LocationName) -> Set<Generation> {
    Set(
      attempts.values.lazy.filter { $0.location == name && $0.generation.isWorker }
        .map(\.generation)
    )
  }

  /// How many steps of a location have their slots and wait for a worker.
  package func waitingForWorkers(at name: LocationName) -> Int {
    reservations.isEmpty ? 0 : reservations.values.count { $0.location == name }
  }

  // MARK: Reservations

  /// Gives a step that has its slots to its worker, or lets it wait for that.
  mutating func place(
    _ ticket: Dispatcher.Ticket,
    at name: LocationName,
    _ moment: Moment
  ) -> [Action] {
    let seat = seat(of: ticket)
    if let generation = workers[name]?[seat] { return begin(ticket, at: name, generation, moment) }
    reservationCount += 1
    reservations[ticket] = Reservation(location: name, seat: seat, number: reservationCount)
    return []
  }

  private func seat(of ticket: Dispatcher.Ticket) -> WorkerPool.Seat {
    let isAlone =
      runs[ticket.run]?.steps[ticket.step].runsAlone == true || isCulprit(ticket.run, ticket.step)
    return WorkerPool.Seat(run: ticket.run, step: isAlone ? ticket.step : nil)
  }

  /// Takes a ready step out of whatever it waits in, its slots included.
  ///
  /// - Parameters:
  ///   - ticket: Which.
  ///   - moment: When.
  /// - Returns: Its place, for one that is to wait elsewhere.
  @discardableResult
  mutating func takeBack(_ ticket: Dispatcher.Ticket, _ moment: Moment) -> Dispatcher.Entry? {
    if coalescing.remove(follower: ticket) { return nil }
    if reservations.removeValue(forKey: ticket) != nil {
      return dispatcher.release(ticket, at: moment.now)
    }
    return demand(of: ticket.run, ticket.step).flatMap { dispatcher.withdraw(ticket, $0) }
  }

  /// Lets all that wait for workers of a location wait in line again, where they stood.
  mutating func takeBackReservations(at name: LocationName, _ moment: Moment) {
    let waiting = reservations.filter { $0.value.location == name }
    for ticket in waiting.sorted(by: { $0.value.number < $1.value.number }).map(\.key) {
      let place = takeBack(ticket, moment)
      enqueue(ticket.run, ticket.step, keeping: place, moment)
    }
  }
}
