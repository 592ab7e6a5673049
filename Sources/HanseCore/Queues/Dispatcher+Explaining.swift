package import HanseModel

/// What people ask of a step that waits.
extension Dispatcher {
  /// One limit that a waiting step is subject to.
  package struct LimitUse: Hashable, Sendable {
    package var name: LimitName
    package var used: Int
    /// Nil for no limit.
    package var total: Int?
    /// How much of it the step takes.
    package var needs: Int
    /// Units of it that are kept for steps of another location, or of other needs.
    package var kept = 0
    /// Whose steps they are kept for.
    package var keptFor: LocationName?
    package var isPaused: Bool
    /// When its rate lets the next one through, if that is to come.
    package var opensAt: HostInstant?

    /// Whether it alone would keep the step from starting now.
    package var blocks: Bool {
      isPaused || opensAt != nil || total.map { used + kept + needs > $0 } ?? false
    }

    /// Whether the step could not start even if nothing else were there.
    package var isTooSmall: Bool { total.map { needs > $0 } ?? false }
  }

  package struct Explanation: Hashable, Sendable {
    /// How many of its location and queue go first; at most ``LanePlaces/counted`` are counted.
    package var ahead: Int
    /// All limits it is subject to, from the workspace down.
    package var limits: [LimitUse]
    package var reason: HoldReason?
    /// How often grants have passed it at its pools; nil for a step that cannot be passed there, or
    /// that has not had its turn.
    package var passes: Int?
    /// Whether what comes free of its pools is kept for it, or for one before it of the same needs.
    package var isReserved = false
  }

  /// Why a step waits, with every limit it is subject to; nil if it does not wait.
  package func explain(_ ticket: Ticket, _ demand: Demand, at now: HostInstant) -> Explanation? {
    var places = LanePlaces()
    return explain(ticket, demand, at: now, &places)
  }

  /// Why a step waits, one question of several at one moment.
  ///
  /// Looks along the lines of its location, as far as ``LanePlaces`` counts.
  package func explain(
    _ ticket: Ticket,
    _ demand: Demand,
    at now: HostInstant,
    _ places: inout LanePlaces
  ) -> Explanation? {
    guard let location = locationIndices[demand.location].map({ locations[$0] }) else { return nil }
    let alone = location.alone.elements.firstIndex { $0.entry.ticket == ticket }
    let limits = limits(of: demand, at: now)
    if let alone {
      let ahead = alone - location.alone.elements.startIndex
      let mine: HoldReason = location.running == 0 ? .behind(count: ahead) : .mustBeAlone
      let reason = ahead > 0 || location.runsAlone ? .oneRunsAlone : mine
      var found = Explanation(
        ahead: ahead,
        limits: limits,
        reason: location.isReady ? hold(limits) ?? reason : .locationIsNotReady
      )
      notePassing(demand, in: &found)
      return found
    }
    guard let ahead = places.ahead(of: ticket, demand, in: self) else { return nil }
    let reason: HoldReason =
      if !location.isReady {
        .locationIsNotReady
      } else if location.runsAlone || location.alone.count > 0 {
        .oneRunsAlone
      } else {
        hold(limits) ?? .behind(count: ahead)
      }
    var found = Explanation(ahead: ahead, limits: limits, reason: reason)
    notePassing(demand, in: &found)
    return found
  }

  /// What does not agree with the leases: empty, unless there is a defect in here.
  ///
  /// Every number that limits are compared with is counted anew from the steps that hold slots, and
  /// those that wait are counted line by line.
  package func recount() -> [String] {
    var perQueue = [Int](repeating: 0, count: queues.count)
    var perPool = [Int](repeating: 0, count: pools.count)
    var perLocation = [Int](repeating: 0, count: locations.count)
    var perTag: [TagKey: Int] = [:]
    for lease in leases.values {
      let lane = lanes[lease.needs.lane]
      perQueue[lane.queue] += 1
      perLocation[lane.location] += 1
      for share in lease.needs.pools { perPool[share.pool] += share.units }
      for key in lease.needs.tags { perTag[key, default: 0] += 1 }
    }
    var found: [String] = []
    for index in queues.indices where queues[index].running != perQueue[index] {
      found.append("queue \(queues[index].name): \(queues[index].running) of \(perQueue[index])")
    }
    for index in pools.indices where pools[index].used != perPool[index] {
      found.append("pool \(pools[index].name): \(pools[index].used) of \(perPool[index])")
    }
    for index in locations.indices where locations[index].running != perLocation[index] {
      let (name, running) = (locations[index].name, locations[index].running)
      found.append("location \(name): \(running) of \(perLocation[index])")
    }
    var waiting = locations.map(\.alone.count)
    for line in lineIndices.values {
      waiting[lanes[lines[line].needs.lane].location] +=
        lines[line].entries.count - lines[line].withdrawn.count
    }
    for index in locations.indices where locations[index].waiting != waiting[index] {
      let (name, count) = (locations[index].name, locations[index].waiting)
      found.append("location \(name): \(count) waiting of \(waiting[index])")
    }
    for (key, count) in perTag where tagUse[key] != count {
      found.append("tag \(tagLimits[key.limit].tag): \(tagUse[key, default: 0]) of \(count)")
    }
    if tagUse.count != perTag.count { found.append("tags: \(tagUse.count) of \(perTag.count)") }
    return found + reservationsAmiss
  }

  // MARK: Inside

  private func notePassing(_ demand: Demand, in explanation: inout Explanation) {
    guard let own = reservation(for: demand),
      let candidate = bundles[own.bundle].candidates.first(where: { $0.lane == own.lane })
    else { return }
    explanation.passes = bundles[own.bundle].passes(of: candidate)
    explanation.isReserved = reservations.contains(own)
  }

  private func hold(_ limits: [LimitUse]) -> HoldReason? {
    for limit in limits where limit.blocks {
      if limit.isPaused { return .isPaused(limit.name) }
      if let total = limit.total, limit.used + limit.needs > total {
        return .isFull(limit.name, used: limit.used, of: total)
      }
      if limit.kept > 0, let total = limit.total, limit.used + limit.kept + limit.needs > total {
        return .isKept(limit.name, units: limit.kept, for: limit.keptFor ?? "")
      }
      if let time = limit.opensAt { return .rateIsUsedUp(limit.name, until: time) }
    }
    return nil
  }

  func limits(of demand: Demand, at now: HostInstant) -> [LimitUse] {
    func closed(_ gate: RateGate?) -> HostInstant? {
      gate.flatMap { $0.isOpen(at: now) ? nil : $0.opensAt }
    }
    var found = [
      LimitUse(
        name: .workspace,
        used: leases.count,
        total: workspaceLimit,
        needs: 1,
        isPaused: isPaused
      )
    ]
    if let queue = queue(known: demand.queue) {
      found.append(
        LimitUse(
          name: .queue(queue.name),
          used: queue.running,
          total: queue.settings.concurrentSteps,
          needs: 1,
          isPaused: queue.settings.isPaused,
          opensAt: closed(queue.gate)
        )
      )
    }
    if let location = locationIndices[demand.location].map({ locations[$0] }) {
      found.append(
        LimitUse(
          name: .location(location.name),
          used: location.running,
          total: location.settings.concurrentSteps,
          needs: 1,
          isPaused: location.settings.isPaused,
          opensAt: closed(location.gate)
        )
      )
    }
    for (name, units) in demand.pools.sorted(by: { $0.key < $1.key }) where units > 0 {
      guard let pool = poolIndices[name].map({ pools[$0] }) else { continue }
      var use = LimitUse(
        name: .pool(name),
        used: pool.used,
        total: pool.settings.units,
        needs: units,
        isPaused: pool.settings.isPaused,
        opensAt: closed(pool.gate)
      )
      if let keeper = pool.keptFor, keeper != reservation(for: demand) {
        (use.kept, use.keptFor) = (pool.kept, locations[lanes[keeper.lane].location].name)
      }
      found.append(use)
    }
    for (index, limit) in tagLimits.enumerated() {
      guard let value = demand.tags[limit.tag] else { continue }
      let key = TagKey(limit: index, value: limit.perValue ? value : "")
      found.append(
        LimitUse(
          name: .tag(limit.tag, value: key.value),
          used: tagUse[key, default: 0],
          total: limit.limit,
          needs: 1,
          isPaused: false
        )
      )
    }
    return found
  }
}
