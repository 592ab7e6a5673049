import HanseModel

/// The worker processes of isolated runs.
extension ControlPlane {
  /// Records that a process runs: of a location, or of a run at one.
  mutating func noteStart(of name: LocationName, _ generation: Generation, _ processID: Int) {
    guard let worker = locations[name]?.supervisor.workers.worker(generation) else {
      return record(name, generation, .locationStarting(processID: processID))
    }
    record(.workerStarting(processID: processID), of: worker.seat, at: name, generation)
    emit(.publish)
  }

  mutating func perform(_ action: WorkerPool.Action, of name: LocationName) {
    switch action {
    case .process: break
    case .ready(let seat, let generation):
      perform(runs.workerIsReady(at: name, seat, generation, moment))
    case .away(let seat, let generation): runs.workerIsAway(at: name, seat, generation)
    case .failed(let seat, let generation, let reason, let code):
      let message = "its worker could not take a step: \(reason)"
      record(
        .workerFailed(message: message, code: code.rawValue),
        of: seat,
        at: name,
        generation
      )
    case .closed(let until):
      if !isStopping { perform(runs.workersAreClosed(at: name, until: until, moment)) }
    case .reopened: if !isStopping { perform(runs.workersAreOpen(at: name, moment)) }
    }
  }

  /// A run has ended: nobody else is to use its workers.
  mutating func endWorkers(of run: RunID) {
    for name in isolated
    where locations[name]?.supervisor.workers.workers.contains(where: { $0.seat.run == run })
      == true
    {
      drive(name, .workers(.runEnded(run)))
    }
  }

  /// Starts the workers that steps wait for, and ends those that one step had to itself.
  mutating func tendWorkers() {
    guard !isolated.isEmpty, !isStopping else { return }
    for name in isolated {
      guard let index = locations.index(of: name) else { continue }
      let seats = runs.reservations.isEmpty ? [] : runs.seatsWanted(at: name)
      if !seats.isEmpty, locations.rows[index].supervisor.serving.state == .running,
        locations.rows[index].supervisor.workers.lacks(seats)
      {
        let busy = runs.busyWorkers(at: name)
        let limit = runs.dispatcher.limit(of: name)
        drive(name, .workers(.wanted(seats, busy: busy, limit: limit)))
      }
      guard
        locations.rows[index].supervisor.workers.workers.contains(where: { $0.seat.step != nil })
      else { continue }
      let busy = runs.busyWorkers(at: name)
      if locations.rows[index].supervisor.workers.hasIdleLone(busy: busy, wanted: seats) {
        drive(name, .workers(.retireLone(busy: busy)))
      }
    }
  }

  /// A worker is gone, with the steps it had; nobody else's are touched.
  mutating func workerExited(
    _ name: LocationName,
    _ generation: Generation,
    reason: String,
    code: FaultCode?,
    tail: [String]
  ) {
    guard let worker = locations[name]?.supervisor.workers.worker(generation) else { return }
    let (isExpected, fault) = worker.machine.end
    let shown = fault.map { "\(reason), ended by the host: \($0)" } ?? reason
    record(
      .workerExited(
        reason: shown,
        expected: isExpected,
        standardErrorTail: tail,
        code: worker.machine.fault(ofExit: code)?.rawValue
      ),
      of: worker.seat,
      at: name,
      generation
    )
    let endedForStep = locations[name]?.endedForStep.removeValue(forKey: generation)
    drive(name, .process(.exited(generation, reason: shown, code: code)))
    locations[name]?.processIDs[generation] = nil
    emit(.publish)
    guard !isStopping else { return }
    let what = "the worker of run \(worker.seat.run) at location \"\(name)\""
    let why = endedForStep ?? (isExpected ? "asked to" : nil)
    let failure = Self.failure(endOf: what, shown, endedBecause: why, tail)
    perform(runs.locationIsGone(name, generation, failure: failure, moment))
  }

  private mutating func record(
    _ payload: EventPayload,
    of seat: WorkerPool.Seat,
    at name: LocationName,
    _ generation: Generation
  ) {
    append(
      EventRecord(
        time: moment.wall,
        location: name,
        generation: generation,
        run: seat.run,
        payload: payload
      )
    )
  }
}
