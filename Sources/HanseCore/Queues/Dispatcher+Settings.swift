package import HanseModel

/// What can be changed while steps run and wait.
extension Dispatcher {
  package mutating func setWorkspace(limit: Int, isPaused: Bool = false) {
    workspaceLimit = limit
    self.isPaused = isPaused
  }

  package mutating func setQueue(_ name: String, _ settings: QueueSettings, at now: HostInstant) {
    let index = queue(named: name)
    queues[index].gate = Self.gate(settings.rate, from: queues[index].gate, at: now)
    queues[index].settings = settings
    alarmed.remove(.queue(index))
    reconsider(at: now)
  }

  package mutating func setLocation(
    _ name: LocationName,
    _ settings: LocationSettings,
    at now: HostInstant
  ) {
    let index = location(named: name)
    locations[index].gate = Self.gate(settings.rate, from: locations[index].gate, at: now)
    locations[index].settings = settings
    alarmed.remove(.location(index))
    reconsider(at: now)
  }

  package mutating func setPool(_ name: String, _ settings: PoolSettings, at now: HostInstant) {
    let index = pool(named: name)
    pools[index].gate = Self.gate(settings.rate, from: pools[index].gate, at: now)
    pools[index].settings = settings
    alarmed.remove(.pool(index))
    reconsider(at: now)
  }

  /// Whether steps may go to the location: it serves.
  package mutating func setReady(_ name: LocationName, _ isReady: Bool) {
    let index = location(named: name)
    locations[index].isReady = isReady
    offer(location: index)
  }

  /// The rate's debt survives a change of the rate.
  private static func gate(
    _ rate: RateLimit?,
    from old: RateGate?,
    at now: HostInstant
  ) -> RateGate? {
    rate.map { old?.changed(to: $0, at: now) ?? RateGate($0, at: now) }
  }

  static func stride(of weight: Double) -> UInt64 {
    UInt64(max(1, stride / min(max(weight, 0.001), 1_000_000)))
  }

  /// Changes the limits on tags, for what runs and what waits too.
  ///
  /// Where only numbers change it looks at what is parked; else at all that waits.
  ///
  /// - Parameters:
  ///   - limits: All there are from now on.
  ///   - tags: All tags of the run of a step that waits or runs.
  ///   - now: When.
  package mutating func setTagLimits(
    _ limits: [TagLimit],
    tags: (Ticket) -> [String: String],
    at now: HostInstant
  ) {
    guard limits != tagLimits else { return }
    let isSame = limits.map(\.scope) == tagLimits.map(\.scope)
    tagLimits = limits
    if !isSame {
      tagUse = [:]
      for ticket in Array(leases.keys) {
        let keys = keys(of: tags(ticket))
        leases[ticket]?.needs.tags = keys
        for key in keys { tagUse[key, default: 0] += 1 }
      }
      rebuildLines { [self] ticket, demand in
        var demand = demand
        demand.tags = limited(tags(ticket))
        return demand
      }
    }
    reconsider(at: now)
  }

  // MARK: Debts of rates

  /// What the rates that a step with a slot has just gone through have let through, where that is
  /// remembered for long.
  func debts(of ticket: Ticket, at now: HostInstant) -> [EventPayload.RateNote.Debt] {
    guard let needs = leases[ticket]?.needs else { return [] }
    let (queue, location) = (queues[lanes[needs.lane].queue], locations[lanes[needs.lane].location])
    var gates: [(LimitTarget, RateGate?)] = [
      (.queue(queue.name), queue.gate), (.location(location.name), location.gate),
    ]
    gates += needs.pools.map { (.pool(pools[$0.pool].name), pools[$0.pool].gate) }
    return gates.compactMap { target, gate in
      guard let gate, gate.memory > RateGate.shortMemory else { return nil }
      return .init(target: target, nanoseconds: gate.debt(at: now).wholeNanoseconds)
    }
  }

  /// Lets all rates owe what an earlier host had let through.
  ///
  /// - Parameters:
  ///   - rest: What is left of a rate's debt, for rates with a long memory; those with a short one owe
  ///     all they can, which they have paid off before anybody notices.
  ///   - now: When.
  mutating func inheritDebts(_ rest: (LimitTarget) -> Duration, at now: HostInstant) {
    func owing(_ gate: RateGate?, _ target: LimitTarget) -> RateGate? {
      gate.map { gate in
        let debt = gate.memory > RateGate.shortMemory ? rest(target) : gate.memory
        return RateGate(gate.rate, debt: debt, at: now)
      }
    }
    for index in queues.indices {
      queues[index].gate = owing(queues[index].gate, .queue(queues[index].name))
    }
    for index in locations.indices {
      locations[index].gate = owing(locations[index].gate, .location(locations[index].name))
    }
    for index in pools.indices {
      pools[index].gate = owing(pools[index].gate, .pool(pools[index].name))
    }
    alarmed = []
    reconsider(at: now)
  }

  // MARK: Looks

  /// How many steps hold something of it.
  package func runningCount(of target: LimitTarget) -> Int {
    switch target {
    case .workspace: leases.count
    case .queue(let name): queueIndices[name].map { queues[$0].running } ?? 0
    case .location(let name): runningCount(in: name)
    case .pool(let name):
      poolIndices[name].map { pool in
        leases.values.count { $0.needs.pools.contains { $0.pool == pool } }
      } ?? 0
    }
  }

  package func hasSlots(_ ticket: Ticket) -> Bool { leases[ticket] != nil }

  /// All that hold a slot, in no order.
  package var ticketsWithSlots: Set<Ticket> { Set(leases.keys) }

  /// The pools that steps have named or somebody has set up, in order.
  package var poolNames: [String] { poolIndices.keys.sorted() }
}

extension Dispatcher.TagLimit {
  /// What it counts, whatever its limit is.
  fileprivate var scope: [String] { [tag, perValue ? "each" : "all"] }
}
