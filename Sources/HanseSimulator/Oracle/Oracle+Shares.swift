import HanseCore
import HanseModel

/// Limits, and who holds what of them: judged after each input, when all that it freed is free and
/// all that it gave is given.
extension Oracle {
  /// Takes an event about limits.
  mutating func judgeLimits(_ payload: EventPayload, at time: Timestamp) {
    if !isReplaying, case .limitsDrained(let target) = payload {
      sometimes.note(.drained)
      shares.drained.append(target)
    }
    shares.orders.apply(payload, at: time)
  }

  /// Judges what an input has made of slots.
  mutating func judgeShares(_ plane: ControlPlane) {
    for target in shares.drained where shares.counts[target, default: 0] > 0 {
      fail(.whatIsPausedStaysSo, "\(target) is said to be drained, and steps of it run")
    }
    if let told = shares.hasty.first { fail(.ratesAreKept, told) }
    for ticket in shares.acquired {
      guard let hold = shares.holds[ticket] else { continue }
      judge(hold, ticket)
      judgeOrder(of: ticket, hold)
    }
    shares.forgetInput()
    judgeCounts(plane)
  }

  private mutating func judge(_ hold: ShareAudit.Hold, _ ticket: ShareAudit.Ticket) {
    judge(.workspace, .limitsAreKept, ticket)
    judge(.location(hold.location), .limitsAreKept, ticket)
    judge(.queue(hold.queue), .sharedLimitsAreKept, ticket)
    for pool in hold.pools.keys.sorted() { judge(.pool(pool), .sharedLimitsAreKept, ticket) }
    for key in hold.tags where shares.isFull(tag: key, for: 0) {
      fail(.sharedLimitsAreKept, "tag \(key) has \(shares.tagCounts[key, default: 0]) steps")
    }
  }

  private mutating func judge(
    _ target: LimitTarget,
    _ invariant: Invariant,
    _ ticket: ShareAudit.Ticket
  ) {
    if shares.isPaused(target) {
      fail(.whatIsPausedStaysSo, "a step of \(ticket.run) starts, and \(target) is paused")
    }
    guard shares.isFull(target, for: 0) else { return }
    let (count, limit) = (shares.counts[target, default: 0], shares.limit(of: target) ?? 0)
    fail(invariant, "\(target) has \(count) of \(limit)")
  }

  /// Learns which steps of isolated runs have their slots and wait for their workers.
  mutating func noteReservations(_ plane: ControlPlane) {
    let waiting = names.indices.reduce(0) {
      isIsolated[$1] ? $0 + plane.runs.waitingForWorkers(at: names[$1]) : $0
    }
    guard waiting > 0 || reserved.count > 0 else { return }
    var now: [ShareAudit.Ticket] = []
    if waiting > 0 {
      now = plane.runs.slots().filter { $0.startedAt == nil }.map(\.holder.ticket)
    }
    for ticket in reserved where !now.contains(ticket) {
      guard shares.holds[ticket]?.isLive == false else { continue }
      shares.end(ticket.run, ticket.step)
    }
    for ticket in now where shares.holds[ticket] == nil {
      guard let run = open[ticket.run], run.status[ticket.step] == .ready else {
        fail(.slotsComeBack, "\(ticket) has slots for a worker, and is not ready")
        continue
      }
      shares.begin(run, ticket.step, sequence: nil, at: self.now)
    }
    reserved = now
  }

  /// What the dispatcher counts must be the steps that have slots, counted here.
  private mutating func judgeCounts(_ plane: ControlPlane) {
    let running = plane.runs.dispatcher.runningCount
    if running != shares.holds.count {
      fail(
        .slotsComeBack,
        "\(running) slots are taken, and \(shares.holds.count) steps have one"
      )
    }
    for name in names {
      let (told, right) = (
        plane.runs.dispatcher.runningCount(in: name), shares.counts[.location(name)] ?? 0
      )
      if told != right {
        fail(.slotsComeBack, "\(name) is said to have \(told) steps, not \(right)")
      }
    }
    if let wrong = plane.runs.recount().first {
      fail(.slotsComeBack, "slots are miscounted: \(wrong)")
    }
  }

  // MARK: Bounded lines

  /// How many steps of a location wait, for whatever they lack.
  private func waitingSteps(of index: Int) -> Int {
    unfinished[index] - shares.counts[.location(names[index]), default: 0]
  }

  /// Judges that a run was let in.
  mutating func judgeAdmission(of run: RunAudit) {
    for (name, count) in run.stepCounts {
      guard let index = indices[name] else { continue }
      let (waiting, limit) = (waitingSteps(of: index), shares.waitingSteps(of: name))
      guard waiting + count > limit else { continue }
      fail(
        .linesAreBounded,
        "\(run.id) brings \(count) steps of \(name), where \(waiting) of \(limit) wait"
      )
    }
  }

  /// Judges that a run was not let in.
  mutating func judgeRefusal(_ ticket: Int) {
    sometimes.note(.lineFull)
    let isFull = asked[ticket]?.contains { name, count in
      indices[name].map { waitingSteps(of: $0) + count > shares.waitingSteps(of: name) } ?? false
    }
    if isFull != true {
      fail(.linesAreBounded, "a run is refused, and all of its steps might wait")
    }
  }
}
