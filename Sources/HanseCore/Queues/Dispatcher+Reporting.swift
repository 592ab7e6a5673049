package import HanseModel

/// What people ask of all limits at once.
extension Dispatcher {
  /// How much of one limit is taken at one moment.
  package struct Use: Hashable, Sendable {
    package var name: LimitName
    package var used: Int
    /// Nil for no limit.
    package var total: Int?
    /// Its share beside others of its kind; nil where there are no shares.
    package var weight: Double?
    package var rate: RateLimit?
    /// When its rate lets the next one through, if that is to come.
    package var opensAt: HostInstant?
    package var isPaused = false
    /// Units that are kept for a step that was passed too often.
    package var kept = 0
    /// Whose step that is.
    package var keptFor: LocationName?
    /// Steps that wait for slots and are subject to it.
    package var waiting = 0
  }

  /// A step that holds slots, and what it takes.
  package struct Holder: Hashable, Sendable {
    package var ticket: Ticket
    package var queue: String
    package var location: LocationName
    /// Units of pools by name.
    package var pools: [String: Int]
    /// The limits on tags that it counts for.
    package var tags: [LimitName]

    /// How many slots or units of a limit it takes.
    package func takes(_ limit: LimitName) -> Int {
      switch limit {
      case .workspace: 1
      case .queue(let name): queue == name ? 1 : 0
      case .location(let name): location == name ? 1 : 0
      case .pool(let name): pools[name] ?? 0
      case .tag: tags.contains(limit) ? 1 : 0
      }
    }
  }

  /// The state of every limit: the workspace, then queues, locations, pools and tags in their order.
  ///
  /// Costs as much as there are limits, and different demands among what waits; not as much as
  /// steps wait.
  package func uses(at now: HostInstant) -> [Use] {
    let waiting = waitingCounts()
    func closed(_ gate: RateGate?) -> HostInstant? {
      gate.flatMap { $0.isOpen(at: now) ? nil : $0.opensAt }
    }
    var found = [Use(name: .workspace, used: leases.count, total: workspaceLimit)]
    found[0].isPaused = isPaused
    found[0].waiting = waitingCount
    for queue in queues {
      var use = Use(
        name: .queue(queue.name),
        used: queue.running,
        total: queue.settings.concurrentSteps
      )
      (use.weight, use.rate) = (queue.settings.weight, queue.settings.rate)
      (use.opensAt, use.isPaused) = (closed(queue.gate), queue.settings.isPaused)
      found.append(use)
    }
    for location in locations {
      let limit = location.settings.concurrentSteps
      var use = Use(name: .location(location.name), used: location.running)
      use.total = limit == .max ? nil : limit
      (use.weight, use.rate) = (location.settings.weight, location.settings.rate)
      (use.opensAt, use.isPaused) = (closed(location.gate), location.settings.isPaused)
      found.append(use)
    }
    for pool in pools {
      var use = Use(name: .pool(pool.name), used: pool.used)
      use.total = pool.settings.units == .max ? nil : pool.settings.units
      use.rate = pool.settings.rate
      use.kept = pool.kept
      use.keptFor = pool.keptFor.map { locations[lanes[$0.lane].location].name }
      (use.opensAt, use.isPaused) = (closed(pool.gate), pool.settings.isPaused)
      found.append(use)
    }
    found += tagUses()
    for index in found.indices.dropFirst() {
      found[index].waiting = waiting[found[index].name] ?? 0
    }
    return found
  }

  /// Steps that wait for slots, in all locations.
  package var waitingCount: Int { locations.reduce(0) { $0 + $1.waiting } }

  /// The steps that hold slots, in no order; with a limit only those that take something of it.
  package func holders(of limit: LimitName? = nil) -> [Holder] {
    leases.compactMap { ticket, lease in
      let lane = lanes[lease.needs.lane]
      let holder = Holder(
        ticket: ticket,
        queue: queues[lane.queue].name,
        location: locations[lane.location].name,
        pools: Dictionary(
          lease.needs.pools.map { (pools[$0.pool].name, $0.units) },
          uniquingKeysWith: +
        ),
        tags: lease.needs.tags.map(name)
      )
      return limit.map { holder.takes($0) > 0 } ?? true ? holder : nil
    }
  }

  /// What a step of a demand takes of a limit.
  package func units(of limit: LimitName, _ demand: Demand) -> Int {
    switch limit {
    case .workspace: return 1
    case .queue(let name): return demand.queue == name ? 1 : 0
    case .location(let name): return demand.location == name ? 1 : 0
    case .pool(let name): return demand.pools[name] ?? 0
    case .tag: return tagNames(of: demand).contains(limit) ? 1 : 0
    }
  }

  /// The limits that keep a step of this demand from starting now, whoever is before it.
  package func blocking(_ demand: Demand, at now: HostInstant) -> [LimitUse] {
    limits(of: demand, at: now).filter(\.blocks)
  }

  package func isReady(_ demand: Demand) -> Bool { isReady(demand.location) }

  // MARK: Inside

  private func name(_ key: TagKey) -> LimitName { .tag(tagLimits[key.limit].tag, value: key.value) }

  private func tagNames(of demand: Demand) -> [LimitName] {
    tagLimits.compactMap { limit in
      demand.tags[limit.tag].map { .tag(limit.tag, value: limit.perValue ? $0 : "") }
    }
  }

  /// Those in use, and those that all values share.
  private func tagUses() -> [Use] {
    var shown = Set(tagUse.keys)
    for (index, limit) in tagLimits.enumerated() where !limit.perValue {
      shown.insert(TagKey(limit: index, value: ""))
    }
    return shown.sorted { ($0.limit, $0.value) < ($1.limit, $1.value) }.map { key in
      Use(name: name(key), used: tagUse[key, default: 0], total: tagLimits[key.limit].limit)
    }
  }

  private func waitingCounts() -> [LimitName: Int] {
    var counts: [LimitName: Int] = [:]
    for (demand, index) in lineIndices {
      let count = lines[index].entries.count - lines[index].withdrawn.count
      counts[.queue(demand.queue), default: 0] += count
      for (pool, units) in demand.pools where units > 0 { counts[.pool(pool), default: 0] += count }
      for tag in tagNames(of: demand) { counts[tag, default: 0] += count }
    }
    for location in locations {
      counts[.location(location.name)] = location.waiting
      for needs in location.alone.elements.lazy.map(\.needs) {
        counts[.queue(queues[lanes[needs.lane].queue].name), default: 0] += 1
        for share in needs.pools { counts[.pool(pools[share.pool].name), default: 0] += 1 }
        for tag in needs.tags { counts[name(tag), default: 0] += 1 }
      }
    }
    return counts
  }
}
