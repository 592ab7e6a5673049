package import HanseModel

/// How runs, and single steps of them, are stopped.
extension RunCoordinator {
  /// Stops a run.
  ///
  /// Steps that have not started never will. A step in flight is asked to stop and gets a time of
  /// grace; when forced, or after that time, its location's process is ended.
  ///
  /// - Parameters:
  ///   - id: Which; one that is not under way is passed over.
  ///   - forced: Whether the process of a step that runs is ended at once.
  ///   - principal: Who orders it; nil where nobody can know it.
  ///   - moment: When.
  /// - Returns: What to do.
  package mutating func cancel(
    _ id: RunID,
    forced: Bool,
    by principal: Principal? = nil,
    _ moment: Moment
  ) -> [Action] {
    guard let plan = runs[id]?.plan else { return [] }
    let canceled = EventPayload.stepCanceled(message: "the run was canceled")
    var actions = [record(id, payload: .runCanceling(forced: forced, by: principal), moment)]
    for position in plan.indices {
      let ticket = Dispatcher.Ticket(run: id, step: position)
      switch runs[id]?.steps[position].status {
      case .waiting, .retrying, .ready:
        withdraw(id, position, moment)
        actions.append(record(id, position, attempt: nil, canceled, moment))
      case .running:
        let why = StepFailure(.canceled, message: "the run was canceled", isRetryable: false)
        actions += stop(ticket, because: why, forced: forced, moment)
      case .succeeded, .failed, .skipped, .canceled, nil: break
      }
    }
    return actions + conclude(id, moment) + grant(moment)
  }

  /// Stops the steps of some assets, and lets the rest of their runs go on.
  ///
  /// What is behind such a step in its run can never start, and is skipped.
  ///
  /// - Parameters:
  ///   - assets: Those whose steps, and the steps of whose checks, are meant.
  ///   - run: Of which run; nil for all that are under way.
  ///   - forced: Whether the process of a step that runs is ended at once.
  ///   - principal: Who orders it; nil where nobody can know it.
  ///   - moment: When.
  /// - Returns: What to do, and how many steps had been waiting and running.
  /// - Throws: ``OrderRefusal`` when the run is not under way.
  package mutating func cancelSteps(
    of assets: Set<AssetKey>,
    in run: RunID?,
    forced: Bool,
    by principal: Principal? = nil,
    _ moment: Moment
  ) throws(OrderRefusal) -> (actions: [Action], outcome: OrderOutcome) {
    if let run, runs[run] == nil { throw .notUnderWay(run) }
    var actions: [Action] = []
    var outcome = OrderOutcome()
    let canceled = EventPayload.stepCanceled(message: "the step was canceled", by: principal)
    for id in run.map({ [$0] }) ?? runs.keys.sorted() where runs[id]?.status != .canceling {
      let chosen = (runs[id]?.plan ?? []).enumerated()
        .filter { $0.element.assets.contains(where: assets.contains) }.map(\.offset)
      var ended: [Int] = []
      for position in chosen {
        switch runs[id]?.steps[position].status {
        case .waiting, .ready, .retrying:
          withdraw(id, position, moment)
          actions.append(record(id, position, attempt: nil, canceled, moment))
          ended.append(position)
          outcome.waiting += 1
        case .running:
          actions += cancelRunning(id, position, forced: forced, by: principal, moment)
          outcome.running += 1
        case .succeeded, .failed, .skipped, .canceled, nil: break
        }
      }
      for position in ended { actions += skip(behind: position, of: id, moment) }
      if !ended.isEmpty { actions += conclude(id, moment) }
    }
    return (actions + grant(moment), outcome)
  }

  /// Asks a step in flight to stop, for itself and not with its run.
  mutating func cancelRunning(
    _ id: RunID,
    _ position: Int,
    forced: Bool,
    by principal: Principal? = nil,
    _ moment: Moment
  ) -> [Action] {
    let ticket = Dispatcher.Ticket(run: id, step: position)
    guard let attempt = attempts[ticket] else { return [] }
    let why = StepFailure(.canceled, message: "the step was canceled", isRetryable: false)
    let asked = EventPayload.stepCanceling(forced: forced, by: principal)
    return [record(id, position, attempt: attempt.id.attempt, asked, moment)]
      + stop(ticket, because: why, forced: forced, moment)
  }

  /// Skips what waits behind a step that will never succeed.
  mutating func skip(behind position: Int, of run: RunID, _ moment: Moment) -> [Action] {
    guard let key = runs[run]?.plan[position].key else { return [] }
    return (runs[run]?.waitingDownstream(of: position) ?? []).map { behind in
      record(run, behind, attempt: nil, .stepSkipped(because: key), moment)
    }
  }

  /// Takes a step out of what it waits in, if it does: a line, or for its worker with its slots.
  mutating func withdraw(_ id: RunID, _ position: Int, _ moment: Moment) {
    guard runs[id]?.steps[position].status == .ready, activeRuns.contains(id) else { return }
    takeBack(Dispatcher.Ticket(run: id, step: position), moment)
  }
}
