package import HanseModel

/// Who is offered a turn, and what brings those back who could not take theirs.
extension Dispatcher {
  // MARK: Offers

  mutating func offer(lane: Int) {
    if !lanes[lane].isOffered {
      lanes[lane].isOffered = true
      queues[lanes[lane].queue].turns.push(lanes[lane].turn)
    }
    offer(queue: lanes[lane].queue)
  }

  mutating func offer(queue: Int) {
    guard !queues[queue].isOffered else { return }
    queues[queue].isOffered = true
    queueTurns.push(queues[queue].turn)
  }

  mutating func offer(location: Int) {
    for lane in locations[location].lanes { offer(lane: lane) }
  }

  /// Looks at everything again, after limits have changed.
  mutating func reconsider(at now: HostInstant) {
    for condition in Array(waitingFor.keys) { wake(condition, at: now) }
    for lane in lanes.indices { offer(lane: lane) }
  }

  /// Looks again at what waited for rates.
  mutating func reopen(at now: HostInstant) {
    while let alarm = alarms.min, alarm.time <= now {
      _ = alarms.popMin()
      alarmed.remove(alarm.gate)
      switch alarm.gate {
      case .queue(let index): offer(queue: index)
      case .location(let index): offer(location: index)
      case .pool(let index): wake(.poolRate(index), at: now)
      // They are reviewed with each grant.
      case .keeping: break
      }
    }
  }

  /// Whether a gate is open; if not it is looked at again when it should be.
  mutating func isOpen(_ gate: RateGate?, _ name: Alarm.Gate, at now: HostInstant) -> Bool {
    guard let gate, !gate.isOpen(at: now) else { return true }
    if alarmed.insert(name).inserted { alarms.push(Alarm(time: gate.opensAt, gate: name)) }
    return false
  }

  // MARK: Conditions

  /// What a step lacks besides its turn, or nil if it has it all.
  mutating func lack(_ needs: Needs, at now: HostInstant) -> Condition? {
    for share in needs.pools where pools[share.pool].settings.isPaused {
      return .poolPause(share.pool)
    }
    for key in needs.tags where tagUse[key, default: 0] >= tagLimits[key.limit].limit {
      return .tag(key)
    }
    for pool in needs.pools.lazy.map(\.pool) where !isOpen(pools[pool].gate, .pool(pool), at: now) {
      return .poolRate(pool)
    }
    // The units last: who lacks them lacks nothing else.
    if let bundle = needs.bundle, !hasUnits(bundle, in: needs.lane) { return .units(bundle) }
    return nil
  }

  private mutating func isMet(
    _ condition: Condition,
    in lane: Int?,
    at now: HostInstant
  ) -> Bool {
    switch condition {
    case .units(let bundle): hasUnits(bundle, in: lane)
    case .poolRate(let index): isOpen(pools[index].gate, .pool(index), at: now)
    case .poolPause(let index): !pools[index].settings.isPaused
    case .tag(let key): tagUse[key, default: 0] < tagLimits[key.limit].limit
    }
  }

  /// Gives those that waited for a condition another try, if it is met.
  mutating func wake(_ condition: Condition, at now: HostInstant) {
    guard let waiting = waitingFor[condition] else { return }
    if isMet(condition, in: nil, at: now) {
      for lane in waiting { wake(condition, in: lane) }
    } else if case .units(let bundle) = condition,
      let keeper = reservations.first(where: { $0.bundle == bundle })?.lane,
      waiting.contains(keeper), hasUnits(bundle, in: keeper)
    {
      wake(condition, in: keeper)
    }
    if waitingFor[condition]?.isEmpty == true { waitingFor[condition] = nil }
  }

  private mutating func wake(_ condition: Condition, in lane: Int) {
    // One that was parked since may come before the one that stands for them.
    let other = lanes[lane].represented[condition]
    if let first = lanes[lane].parked[condition]?.min, other.map({ first < $0 }) ?? true {
      unpark(condition, in: lane)
    }
    if lanes[lane].parked[condition] == nil { waitingFor[condition]?.remove(lane) }
    offer(lane: lane)
  }

  /// Lets the first of the lines parked for a condition stand for them among the ready ones.
  mutating func unpark(_ condition: Condition, in lane: Int) {
    guard let place = lanes[lane].parked[condition]?.popMin() else { return }
    if lanes[lane].parked[condition]?.isEmpty == true { lanes[lane].parked[condition] = nil }
    lanes[lane].represented[condition] = place
    lanes[lane].ready.push(place)
    lines[place.line].standing = .ready(standingFor: condition)
  }

  private mutating func park(_ line: Int, _ place: Place, for condition: Condition) {
    let lane = lines[line].needs.lane
    lines[line].standing = .parked(condition)
    lanes[lane].parked[condition, default: MinHeap()].push(place)
    waitingFor[condition, default: []].insert(lane)
    guard case .units(let bundle) = condition, bundles[bundle].canBePassed, !lines[line].isShort
    else { return }
    lines[line].isShort = true
    noteShortage(lines[line].needs)
  }

  /// Takes the first ready line out, and lets the next one stand for what it stood for.
  ///
  /// - Parameters:
  ///   - lane: Whose.
  ///   - place: Where its line belongs now; nil when nothing is left in it.
  ///   - lack: What it waits for, if it is to be parked.
  ///   - now: When.
  private mutating func settleFirst(
    of lane: Int,
    at place: Place?,
    lacking lack: Condition?,
    _ now: HostInstant
  ) {
    guard let line = lanes[lane].ready.popMin()?.line else { return }
    let stoodFor: Condition?
    if case .ready(let condition) = lines[line].standing {
      stoodFor = condition
    } else {
      stoodFor = nil
    }
    if let stoodFor { lanes[lane].represented[stoodFor] = nil }
    if let place, let lack {
      park(line, place, for: lack)
    } else if let place {
      // Its next step has its own turn: what that lacks is not known.
      lines[line].standing = .ready(standingFor: nil)
      lanes[lane].ready.push(place)
    } else {
      discard(line)
    }
    if let stoodFor, isMet(stoodFor, in: lane, at: now), lanes[lane].represented[stoodFor] == nil {
      unpark(stoodFor, in: lane)
    }
  }

  // MARK: The choice

  enum Choice { case first, alone }

  /// What the lane would start now: its first line, or what must be alone.
  private mutating func choice(of lane: Int, at now: HostInstant) -> Choice? {
    let location = lanes[lane].location
    if let loner = locations[location].alone.first {
      guard loner.needs.lane == lane, locations[location].running == 0 else { return nil }
      guard let lack = lack(loner.needs, at: now) else { return .alone }
      waitingFor[lack, default: []].insert(lane)
      if case .units(let bundle) = lack, bundles[bundle].canBePassed,
        locations[location].shortLoner == nil
      {
        locations[location].shortLoner = loner
        noteShortage(loner.needs)
      }
      return nil
    }
    while let first = lanes[lane].ready.min {
      examined += 1
      let place = place(of: first.line)
      if place != first {
        settleFirst(of: lane, at: place, lacking: nil, now)
      } else if let lack = lack(lines[first.line].needs, at: now) {
        settleFirst(of: lane, at: place, lacking: lack, now)
      } else {
        return .first
      }
    }
    return nil
  }

  private mutating func isOpen(location index: Int, at now: HostInstant) -> Bool {
    let location = locations[index]
    guard location.isReady, !location.runsAlone, !location.settings.isPaused,
      location.running < location.settings.concurrentSteps
    else { return false }
    return isOpen(location.gate, .location(index), at: now)
  }

  private mutating func isOpen(queue index: Int, at now: HostInstant) -> Bool {
    let queue = queues[index]
    guard !queue.settings.isPaused, queue.running < queue.settings.concurrentSteps ?? .max
    else { return false }
    return isOpen(queue.gate, .queue(index), at: now)
  }

  /// Takes the lanes' turns in a queue until one can be used.
  private mutating func nextLane(of queue: Int, at now: HostInstant) -> (lane: Int, Choice)? {
    while let turn = queues[queue].turns.popMin() {
      examined += 1
      let lane = turn.index
      if turn.pass < queues[queue].pass {
        // Nobody saves up turns for later.
        lanes[lane].turn.pass = queues[queue].pass
        queues[queue].turns.push(lanes[lane].turn)
      } else if isOpen(location: lanes[lane].location, at: now),
        let choice = choice(of: lane, at: now)
      {
        return (lane, choice)
      } else {
        lanes[lane].isOffered = false
      }
    }
    return nil
  }

  // MARK: Grants

  /// Grants one slot, if any can be granted now.
  package mutating func grantNext(at now: HostInstant) -> Grant? {
    reopen(at: now)
    reviewReservations(at: now)
    guard !isPaused, leases.count < workspaceLimit else { return nil }
    while let turn = queueTurns.popMin() {
      examined += 1
      let queue = turn.index
      if turn.pass < queuePass {
        queues[queue].turn.pass = queuePass
        queueTurns.push(queues[queue].turn)
      } else if isOpen(queue: queue, at: now), let (lane, choice) = nextLane(of: queue, at: now) {
        return grant(choice, in: lane, at: now)
      } else {
        queues[queue].isOffered = false
      }
    }
    return nil
  }

  private mutating func grant(_ choice: Choice, in lane: Int, at now: HostInstant) -> Grant? {
    let (queue, location) = (lanes[lane].queue, lanes[lane].location)
    let entry: Entry
    let needs: Needs
    switch choice {
    case .alone:
      guard let head = locations[location].alone.popFirst() else { return nil }
      (entry, needs) = (head.entry, head.needs)
      locations[location].runsAlone = true
      forgetShortLoner(of: location)
      take(needs, at: now)
    case .first:
      guard let line = lanes[lane].ready.min?.line, let head = lines[line].entries.popMin()
      else { return nil }
      (entry, needs) = (head, lines[line].needs)
      if lines[line].isShort {
        lines[line].isShort = false
        forgetShortage(needs)
      }
      take(needs, at: now)
      settleFirst(of: lane, at: place(of: line), lacking: nil, now)
    }
    leases[entry.ticket] = Lease(entry: entry, needs: needs, isAlone: choice == .alone)
    locations[location].running += 1
    locations[location].waiting -= 1
    queues[queue].running += 1
    locations[location].gate?.take(at: now)
    queues[queue].gate?.take(at: now)
    grants += 1
    queues[queue].pass = lanes[lane].turn.pass
    lanes[lane].turn.pass += Self.stride(of: locations[location].settings.weight)
    lanes[lane].turn.lastGrant = grants
    queues[queue].turns.push(lanes[lane].turn)
    queuePass = queues[queue].turn.pass
    queues[queue].turn.pass += Self.stride(of: queues[queue].settings.weight)
    queues[queue].turn.lastGrant = grants
    queueTurns.push(queues[queue].turn)
    return Grant(ticket: entry.ticket, location: locations[location].name)
  }

  private mutating func take(_ needs: Needs, at now: HostInstant) {
    notePasses(by: needs)
    for share in needs.pools {
      pools[share.pool].used += share.units
      pools[share.pool].gate?.take(at: now)
    }
    noteStart(needs)
    for key in needs.tags { tagUse[key, default: 0] += 1 }
  }

  /// Gives everything back that a step had; a ticket without a lease has nothing to give back.
  ///
  /// - Parameters:
  ///   - ticket: Whose.
  ///   - now: When.
  /// - Returns: The place it had in line.
  @discardableResult
  package mutating func release(_ ticket: Ticket, at now: HostInstant) -> Entry? {
    guard let lease = leases.removeValue(forKey: ticket) else { return nil }
    let lane = lanes[lease.needs.lane]
    locations[lane.location].running -= 1
    if lease.isAlone { locations[lane.location].runsAlone = false }
    queues[lane.queue].running -= 1
    for share in lease.needs.pools { pools[share.pool].used -= share.units }
    for share in lease.needs.pools {
      for bundle in pools[share.pool].bundles { wake(.units(bundle), at: now) }
    }
    for key in lease.needs.tags {
      tagUse[key, default: 0] -= 1
      if tagUse[key] == 0 { tagUse[key] = nil }
      wake(.tag(key), at: now)
    }
    offer(location: lane.location)
    offer(queue: lane.queue)
    return lease.entry
  }
}
