import HanseCore
import HanseModel

/// Says of single steps why they have not started.
struct StepExplaining {
  /// Steps whose turns are looked at to find who is before a step.
  private static let turnsLookedAt = 1000
  private static let holdersShown = 20
  private static let upstreamShown = 20
  private static let followersShown = 20

  let reporting: QueueReporting
  private var plane: ControlPlane { reporting.plane }
  private var now: HostInstant { reporting.now }
  /// Who gets turns next, in order.
  private let turns: [WaitingOrder.Waiting]
  private let turnPlaces: [Dispatcher.Ticket: Int]
  private let slots: [RunCoordinator.Slot]
  private let rates: [Dispatcher.LimitName: RateLimit]
  // What has been found for one step is found for the next ones too.
  private var places = LanePlaces()
  private var shares: [Dispatcher.LimitName: Shares] = [:]

  /// Who has something of a limit, and who takes turns to have some.
  private struct Shares {
    var holders: [StepSituation.Share] = []
    var ahead: [StepSituation.Share] = []
    /// The turns of ``ahead``, which go up.
    var turns: [Int] = []
  }

  init(_ reporting: QueueReporting) {
    self.reporting = reporting
    let dispatcher = reporting.plane.runs.dispatcher
    turns = dispatcher.waiting(first: Self.turnsLookedAt)
    turnPlaces = Dictionary(
      turns.enumerated().map { ($1.ticket, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    slots = reporting.plane.runs.slots()
    rates = Dictionary(
      dispatcher.uses(at: reporting.now).compactMap { use in use.rate.map { (use.name, $0) } },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// What one step waits for, and what an estimate of its start needs.
  mutating func situation(of id: RunID, _ position: Int) -> StepSituation? {
    guard let run = plane.runs.runs[id], run.steps.indices.contains(position) else { return nil }
    let (step, planned) = (run.steps[position], run.plan[position])
    let standing = plane.runs.standing(of: id, position)
    var found = StepExplanation(
      run: id,
      step: planned.key,
      location: planned.location,
      status: step.status,
      reason: "",
      queue: standing?.queue ?? Dispatcher.defaultQueue,
      priority: standing?.priority ?? 0
    )
    found.since = step.readyAt
    let followers = plane.runs.followers(of: id, position: position)
    found.followerCount = followers.count
    found.followers = Array(followers.prefix(Self.followersShown))
    switch step.status {
    case .ready: return ready(found, id, position)
    case .waiting:
      let missing = planned.dependsOn.filter { run.steps[$0].status != .succeeded }
      found.upstreamCount = missing.count
      found.upstream = missing.prefix(Self.upstreamShown).map {
        StepExplanation.Upstream(step: run.plan[$0].key, status: run.steps[$0].status)
      }
      let count = missing.count == 1 ? "one step" : "\(missing.count) steps"
      found.reason = "waiting for \(count) before it"
      found.estimate = "no estimate: it is not ready"
    case .running:
      let attempt = plane.runs.attempt(at: position, of: id)
      found.since = attempt.map { reporting.time($0.startedAt) }
      found.reason = "running, attempt \(attempt?.id.attempt ?? step.attempts)"
    case .retrying: found.reason = "waiting for its next attempt"
    case .succeeded, .failed, .skipped, .canceled:
      found.reason = "has ended: \(step.status.rawValue)"
    }
    return StepSituation(explanation: found)
  }

  // MARK: Inside

  private mutating func ready(
    _ explanation: StepExplanation,
    _ id: RunID,
    _ position: Int
  ) -> StepSituation {
    var found = explanation
    if let ahead = plane.runs.runsAhead(of: id) {
      let (used, limit, _) = plane.runs.runSlots
      found.reason =
        "waiting: \(used) of \(limit) runs of the workspace are under way, and "
        + (ahead == 1 ? "1 run waits" : "\(ahead) runs wait") + " before this one"
      found.estimate = "no estimate: its run has not begun"
      return StepSituation(explanation: found)
    }
    if let leader = plane.runs.leader(of: id, position: position) {
      found.leader = leader
      found.reason = LimitWords.follows(leader)
      found.estimate = "no estimate: it ends with the step of run \(leader)"
      return StepSituation(explanation: found)
    }
    let reason = plane.runs.holdReason(of: id, position: position, at: now, &places)
    found.reason = LimitWords.reason(reason, found.location, in: plane, at: now)
    guard let (_, why) = plane.runs.explain(id, position: position, at: now, &places) else {
      found.estimate = "no estimate: it has its slots"
      return StepSituation(explanation: found)
    }
    (found.ahead, found.passes, found.isReserved) = (why.ahead, why.passes, why.isReserved)
    if why.passes != nil { found.passesAllowed = Dispatcher.patience }
    var situation = StepSituation(explanation: found)
    for use in why.limits {
      var limit = reporting.limit(use)
      if use.blocks {
        limit.holders = reporting.holders(of: use.name, among: slots, first: Self.holdersShown)
      }
      situation.explanation.limits.append(limit)
      if use.blocks { situation.contests.append(contest(for: use, id, position, why.ahead)) }
    }
    situation.obstacle = obstacle(why, found.reason)
    return situation
  }

  /// Why nobody can know when it starts; nil when that can be estimated.
  private func obstacle(
    _ why: Dispatcher.Explanation,
    _ reason: String
  ) -> String? {
    if let small = why.limits.first(where: \.isTooSmall) {
      return "\(LimitWords.text(small.name)) has less than it needs"
    }
    if let paused = why.limits.first(where: \.isPaused) {
      return "\(LimitWords.text(paused.name)) is paused"
    }
    switch why.reason {
    case .locationIsNotReady, .workerIsNotReady, .workersFail:
      return reason.hasPrefix("waiting: ") ? String(reason.dropFirst(9)) : reason
    case .oneRunsAlone, .mustBeAlone: return "nobody knows when it has the location to itself"
    case .behind: return "no limit holds it; it starts when its turn comes"
    case .isKept(_, _, let other): return "a step of location \(other) goes before it"
    case nil: return "no limit holds it"
    case .isFull, .rateIsUsedUp, .isPaused: return nil
    }
  }

  /// Who has what of a limit, and who gets it before the step.
  private mutating func contest(
    for use: Dispatcher.LimitUse,
    _ id: RunID,
    _ position: Int,
    _ ahead: Int
  ) -> StepSituation.Contest {
    let place = turnPlaces[Dispatcher.Ticket(run: id, step: position)]
    let all = shares[use.name] ?? makeShares(of: use.name)
    shares[use.name] = all
    let end = place.map { place in all.turns.firstIndex { $0 >= place } ?? all.turns.count }
    let before = all.ahead[..<(end ?? all.ahead.count)]
    return StepSituation.Contest(
      name: LimitWords.text(use.name),
      total: use.total,
      needs: use.needs,
      holders: all.holders,
      ahead: before,
      more: place == nil ? max(0, ahead - before.count) : 0,
      opensIn: use.opensAt.map { max(.zero, $0 - now) },
      interval: rates[use.name].map { $0.per / max(1, $0.starts) }
    )
  }

  private func makeShares(of limit: Dispatcher.LimitName) -> Shares {
    var found = Shares()
    for slot in slots {
      let units = slot.holder.takes(limit)
      let elapsed = reporting.elapsed(slot)
      if let share = share(of: slot.holder.ticket, units, elapsed: elapsed) {
        found.holders.append(share)
      }
    }
    for (turn, waiting) in turns.enumerated() {
      let units = plane.runs.dispatcher.units(of: limit, waiting.demand)
      guard let share = share(of: waiting.ticket, units, elapsed: .zero) else { continue }
      found.ahead.append(share)
      found.turns.append(turn)
    }
    return found
  }

  private func share(
    of ticket: Dispatcher.Ticket,
    _ units: Int,
    elapsed: Duration
  ) -> StepSituation.Share? {
    guard units > 0, let planned = plane.runs.runs[ticket.run]?.plan[ticket.step],
      let asset = planned.assets.first
    else { return nil }
    return StepSituation.Share(step: planned.key, asset: asset, units: units, elapsed: elapsed)
  }
}
