import HanseCore
import HanseModel

/// A step that may start, as the events tell.
struct ReadyStep {
  let run: RunAudit
  let position: Int

  var ticket: ShareAudit.Ticket { ShareAudit.Ticket(run: run.id, step: position) }
}

/// Since when a step stands in line; the inputs since the beginning of the world are its clock.
struct Standing {
  var readyAt: Int64
  var input: Int

  /// The instant that counts, given that priority counts like having waited.
  func virtualReadiness(_ run: RunAudit) -> Int64 {
    readyAt - Int64(run.priority) * Dispatcher.ageing.wholeNanoseconds
  }
}

/// The order in which steps start, and those that stand for others.
extension Oracle {
  /// Gives a place to all that came into line with the input under way.
  mutating func noteLines(_ plane: ControlPlane) {
    for steps in ready {
      for step in steps where step.run.standing[step.position] == nil {
        if plane.runs.isWaitingForARunSlot(step.run.id) { continue }
        let standing = Standing(readyAt: now.nanoseconds, input: inputs)
        step.run.standing[step.position] = standing
      }
    }
  }

  /// Steps whose next attempt is due stand in line again; no event says so.
  mutating func noteRetries(_ plane: ControlPlane) {
    for step in retrying
    where plane.runs.runs[step.run.id]?.steps[step.position].status == .ready {
      move(step.run, step.position, to: .ready)
    }
  }

  /// Nobody of the same location and queue that came before, and needs no more, may still wait.
  mutating func judgeOrder(
    of ticket: ShareAudit.Ticket,
    _ hold: ShareAudit.Hold
  ) {
    guard let run = runs[ticket.run], let index = indices[hold.location], !ready[index].isEmpty
    else { return }
    let position = ticket.step
    // The ones come before all others, the others may have waited where nobody sees their place.
    guard !mustBeAlone(run, position), run.onLimit(position) != .coalesce else { return }
    let own = run.standing[position] ?? Standing(readyAt: now.nanoseconds, input: .max)
    let ownReadiness = own.virtualReadiness(run)
    for step in ready[index] {
      guard let standing = step.run.standing[step.position] else { continue }
      let readiness = standing.virtualReadiness(step.run)
      guard (readiness, standing.input) < (ownReadiness, own.input), standing.input < inputs,
        shares.holds[step.ticket] == nil, shares.queue(of: step.run, step.position) == hold.queue,
        hasSameUnits(step, as: hold),
        step.run.tagKeys.allSatisfy(hold.tags.contains),
        !mustBeAlone(step.run, step.position), step.run.onLimit(step.position) != .coalesce,
        !step.run.failedWorkers.contains(index)
      else { continue }
      fail(
        .linesAreInOrder,
        "\(run.plan[position].key) of \(run.id) starts before "
          + "\(step.run.plan[step.position].key) of \(step.run.id), which came first"
      )
    }
  }

  /// Whether a step needs no units, or the same: those may be kept for steps of other needs.
  private func hasSameUnits(_ step: ReadyStep, as hold: ShareAudit.Hold) -> Bool {
    let pools = step.run.plan[step.position].pools
    return pools.isEmpty || pools == hold.pools
  }

  /// Whether a step is one that a process may have ended with, and runs with nothing beside it.
  func mustBeAlone(_ run: RunAudit, _ position: Int) -> Bool {
    if run.suspected.contains(position) { return true }
    guard !proven.isEmpty, let location = indices[run.plan[position].location] else { return false }
    return proven[Culprit(location: location, step: run.plan[position].key)] != nil
  }

  // MARK: Steps that stand for others

  /// Judges the end of a step that another run's stood for.
  mutating func judgeCoalesced(_ run: RunAudit, _ position: Int, into leader: RunID) {
    guard !isReplaying else { return }
    sometimes.note(.coalesced)
    let step = run.plan[position]
    let told = "\(step.key) of \(run.id) is done with \(leader)'s"
    if run.onLimit(position) != .coalesce {
      fail(.coalescedAreAsOne, "\(told), and nobody said that it may be")
    }
    guard let other = runs[leader], let place = other.positions[step.key],
      other.plan[place].location == step.location, other.plan[place].config == step.config,
      other.request.partition == run.request.partition
    else { return fail(.coalescedAreAsOne, "\(told), which is another request") }
    if other.status[place] != .succeeded || other.succeededAt[place] <= lastBefore {
      fail(.coalescedAreAsOne, "\(told), which has not just succeeded")
    }
    if other.startedAt[place] < run.readySince[position] {
      fail(.coalescedAreAsOne, "\(told), which had started before")
    }
  }

  /// Nobody waits for one that has ended.
  mutating func judgeFollowers(_ plane: ControlPlane) {
    for step in ready.joined() where step.run.coalesces {
      guard let leader = plane.runs.leader(of: step.run.id, position: step.position) else {
        continue
      }
      let key = step.run.plan[step.position].key
      let place = open[leader]?.positions[key]
      if place.flatMap({ open[leader]?.status[$0].isFinished }) ?? true {
        fail(.coalescedAreAsOne, "\(key) of \(step.run.id) waits for \(leader)'s, which has ended")
      }
    }
  }

  // MARK: Steps that make room, or do not wait

  /// Whether a step may be asked to stop by itself.
  mutating func judgeAsking(_ run: RunAudit, _ position: Int) {
    guard !isReplaying, !mayCancelSteps else { return }
    let step = run.plan[position]
    // One whose next attempt has just become due is not known to be ready yet.
    let isReplaced = [ready.joined().map(\.self), retrying].joined().contains { other in
      other.run !== run && other.run.plan[other.position].key == step.key
        && other.run.plan[other.position].location == step.location
        && other.run.onLimit(other.position) == .cancelRunning
    }
    if isReplaced { return sometimes.note(.replaced) }
    fail(.cancelOrCompletion, "\(step.key) of \(run.id) is asked to stop, and nobody wanted that")
  }

  /// Whether a step may be canceled that has not started, in a run that goes on.
  mutating func judgeDrop(_ run: RunAudit, _ position: Int) {
    guard !isReplaying, !mayCancelSteps, !run.askedToStop.contains(position) else { return }
    let key = run.plan[position].key
    guard run.onLimit(position) == .dropNew, run.status[position] != .running else {
      return fail(.cancelOrCompletion, "\(key) is canceled and its run is not")
    }
    sometimes.note(.dropped)
    dropped.append(ReadyStep(run: run, position: position))
  }

  /// What was dropped must have met a limit.
  mutating func judgeDropped(_ plane: ControlPlane) {
    for step in dropped {
      let name = step.run.plan[step.position].location
      guard let index = indices[name], !shares.isClosed(.workspace, at: now),
        !shares.isClosed(.location(name), at: now), plane.runs.dispatcher.isReady(name),
        !shares.isBlocked(step.run, step.position, at: now), !hasLoner(index),
        !isHeldOtherwise(step, plane)
      else { continue }
      fail(.slotsAreUsed, "\(step.run.plan[step.position].key) is dropped, and there is a slot")
    }
    dropped.removeAll(keepingCapacity: true)
  }

  /// Whether a rate that owes more than is known here keeps a step back, or units that are kept for
  /// others.
  func isHeldOtherwise(_ step: ReadyStep, _ plane: ControlPlane) -> Bool {
    guard sharesLimits else { return false }
    let planned = step.run.plan[step.position]
    let demand = Dispatcher.Demand(
      planned.location,
      queue: shares.queue(of: step.run, step.position),
      pools: planned.pools
    )
    return plane.runs.dispatcher.blocking(demand, at: now).contains {
      $0.opensAt != nil || $0.kept > 0
    }
  }

  /// Whether a step of the location waits, or is at work, that must be alone there.
  func hasLoner(_ index: Int) -> Bool {
    if ready[index].contains(where: { mustBeAlone($0.run, $0.position) }) { return true }
    return live.contains { attempt, place in
      guard place.location == index, let run = runs[attempt.run],
        let position = run.positions[attempt.step]
      else { return false }
      return alone[index] == attempt || mustBeAlone(run, position)
    }
  }
}
