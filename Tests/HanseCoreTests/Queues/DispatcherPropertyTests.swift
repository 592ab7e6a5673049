import HanseCore
import HanseModel
import HanseSimulator
import Testing

/// ``Dispatcher`` beside ``ReferenceDispatcher``, over random workloads.
@Suite struct DispatcherPropertyTests {
  typealias Ticket = Dispatcher.Ticket
  typealias Demand = Dispatcher.Demand

  /// Both, fed with the same.
  private struct Pair {
    var fast: Dispatcher
    var plain: ReferenceDispatcher
    var now = HostInstant(nanoseconds: 1_000_000_000)
    var steps = 0
    var granted = 0
    /// How often units were kept for a step that others had passed.
    var reserved = 0
    /// All tags of each step's run; the demand has those that there are limits on.
    var tags: [Ticket: [String: String]] = [:]

    init(_ chance: inout Chance) {
      let limits = [
        Dispatcher.TagLimit(tag: "customer", perValue: true, limit: 1 + chance.below(2)),
        Dispatcher.TagLimit(tag: "heavy", perValue: false, limit: 1 + chance.below(3)),
      ]
      let workspace = 1 + chance.below(8)
      fast = Dispatcher(workspaceLimit: workspace, tagLimits: limits)
      plain = ReferenceDispatcher(workspaceLimit: workspace, tagLimits: limits)
    }

    /// Sets all up so that nothing but these pools holds anything back.
    mutating func settle(_ units: [String: Int]) {
      fast.setWorkspace(limit: 50)
      plain.workspaceLimit = 50
      for name in ["a", "b", "c", "d"] as [LocationName] {
        fast.setReady(name, true)
        plain.ready.insert(name)
      }
      for (name, count) in units {
        fast.setPool(name, .init(units: count), at: now)
        plain.pools[name] = .init(units: count)
      }
    }

    mutating func change(_ chance: inout Chance) {
      switch chance.below(6) {
      case 4:
        let (limit, isPaused) = (1 + chance.below(8), chance.isHeads(oneIn: 6))
        fast.setWorkspace(limit: limit, isPaused: isPaused)
        plain.workspaceLimit = limit
        plain.isPaused = isPaused
      case 5: changeTagLimits(&chance)
      case 0:
        let name = ["default", "slow", "other"][chance.below(3)]
        let settings = Dispatcher.QueueSettings(
          concurrentSteps: chance.isHeads(oneIn: 2) ? nil : 1 + chance.below(4),
          weight: [0.25, 1, 2, 4][chance.below(4)],
          rate: rate(&chance),
          isPaused: chance.isHeads(oneIn: 6)
        )
        fast.setQueue(name, settings, at: now)
        plain.mention(name)
        plain.queues[name] = settings
        plain.set(gate: "queue \(name)", settings.rate, at: now)
      case 1:
        let name = LocationName(["a", "b", "c", "d"][chance.below(4)])
        let settings = Dispatcher.LocationSettings(
          concurrentSteps: 1 + chance.below(4),
          weight: [0.5, 1, 3][chance.below(3)],
          rate: rate(&chance),
          isPaused: chance.isHeads(oneIn: 6)
        )
        fast.setLocation(name, settings, at: now)
        plain.locations[name] = settings
        plain.set(gate: "location \(name)", settings.rate, at: now)
      case 2:
        let name = ["warehouse", "licence"][chance.below(2)]
        let settings = Dispatcher.PoolSettings(
          units: 1 + chance.below(5),
          rate: rate(&chance),
          isPaused: chance.isHeads(oneIn: 6)
        )
        fast.setPool(name, settings, at: now)
        plain.pools[name] = settings
        plain.set(gate: "pool \(name)", settings.rate, at: now)
      default:
        let name = LocationName(["a", "b", "c", "d"][chance.below(4)])
        let isReady = !chance.isHeads(oneIn: 4)
        fast.setReady(name, isReady)
        if isReady { plain.ready.insert(name) } else { plain.ready.remove(name) }
      }
    }

    private mutating func changeTagLimits(_ chance: inout Chance) {
      var limits = plain.tagLimits
      if chance.isHeads(oneIn: 2), !limits.isEmpty {
        limits[chance.below(limits.count)].limit = 1 + chance.below(4)
      } else {
        limits = ["customer", "heavy", "team"].filter { _ in chance.isHeads(oneIn: 2) }.map {
          .init(tag: $0, perValue: chance.isHeads(oneIn: 2), limit: 1 + chance.below(3))
        }
      }
      let tags = tags
      fast.setTagLimits(limits, tags: { tags[$0] ?? [:] }, at: now)
      plain.setTagLimits(limits, tags)
    }

    private func rate(_ chance: inout Chance) -> RateLimit? {
      guard chance.isHeads(oneIn: 3) else { return nil }
      return RateLimit(
        starts: 1 + chance.below(5),
        per: .seconds(1 + chance.below(3)),
        burst: 1 + chance.below(3)
      )
    }

    mutating func enqueue(_ chance: inout Chance, poolsOneIn one: Int = 3) {
      var demand = Demand(LocationName(["a", "b", "c", "d"][chance.below(4)]))
      demand.queue = ["default", "default", "slow", "other"][chance.below(4)]
      demand.priority = [0, 0, 0, 1, -1, 5][chance.below(6)]
      if chance.isHeads(oneIn: one) {
        demand.pools["warehouse"] = chance.isHeads(oneIn: 2) ? 1 : 1 + chance.below(3)
      }
      if chance.isHeads(oneIn: 5) { demand.pools["licence"] = 1 }
      if chance.isHeads(oneIn: 3) { demand.tags["customer"] = "c\(chance.below(4))" }
      if chance.isHeads(oneIn: 6) { demand.tags["heavy"] = "yes" }
      if chance.isHeads(oneIn: 4) { demand.tags["team"] = "t\(chance.below(2))" }
      steps += 1
      tags[Ticket(run: "r", step: steps)] = demand.tags
      demand.tags = fast.limited(demand.tags)
      let alone = chance.isHeads(oneIn: 25)
      fast.enqueue(Ticket(run: "r", step: steps), demand, alone: alone, at: now)
      plain.enqueue(Ticket(run: "r", step: steps), demand, alone: alone, at: now)
    }

    mutating func withdraw(_ chance: inout Chance) {
      guard let gone = chance.pick(plain.waiting) else { return }
      fast.withdraw(gone.ticket, gone.demand)
      plain.withdraw(gone.ticket)
    }

    mutating func move(_ chance: inout Chance) {
      let (some, priority) = (2 + chance.below(4), chance.below(5) - 2)
      let queue = ["default", "slow"][chance.below(2)]
      let change: (Demand) -> Demand = { demand in
        var moved = demand
        moved.priority = priority
        moved.queue = queue
        return moved
      }
      fast.move(where: { $0.step % some == 0 }, to: change)
      plain.move(where: { $0.step % some == 0 }, to: change)
    }

    mutating func release(_ chance: inout Chance) {
      let running = plain.leases.keys.sorted { $0.step < $1.step }
      guard let done = chance.pick(running) else { return }
      fast.release(done, at: now)
      fast.release(done, at: now)
      plain.release(done)
    }

    /// Grants all that can be granted; both must grant the same, and leave nothing that could start.
    mutating func grantAll() -> Bool {
      while true {
        let kept = plain.kept
        let expected = plain.grantNext(at: now)
        reserved += plain.kept.count { !kept.contains($0) }
        let found = fast.grantNext(at: now)?.ticket
        if expected != found {
          Issue.record("granted \(String(describing: found)), not \(String(describing: expected))")
          return false
        }
        if found == nil { return true }
        granted += 1
      }
    }
  }

  @Test(arguments: 0..<8)
  func `it grants what the plain rules grant, whatever happens`(round: Int) {
    var chance = Chance(for: "it grants what the plain rules grant (round \(round))")
    var granted = 0
    // Some worlds are narrow: as many as it takes to see enough.
    for world in 0..<60 where world < 6 || granted <= 100 {
      var pair = Pair(&chance)
      for name in ["a", "b", "c", "d"] as [LocationName] {
        pair.fast.setReady(name, true)
        pair.plain.ready.insert(name)
      }
      for _ in 0..<300 {
        switch chance.below(12) {
        case 0: pair.change(&chance)
        case 1: pair.withdraw(&chance)
        case 2 where chance.isHeads(oneIn: 3): pair.move(&chance)
        case 3...6: pair.enqueue(&chance)
        case 7, 8: pair.release(&chance)
        default: pair.now = pair.now + .milliseconds(chance.below(2000))
        }
        guard pair.grantAll() else { return }
        #expect(pair.fast.recount() == [])
        #expect(pair.fast.runningCount == pair.plain.leases.count)
        for name in ["a", "b", "c", "d"] as [LocationName] {
          let count = pair.plain.waiting.count { $0.demand.location == name }
          #expect(pair.fast.waitingCount(in: name) == count)
        }
        for step in pair.plain.waiting.prefix(5) {
          let said = pair.fast.explain(step.ticket, step.demand, at: pair.now)
          #expect(said?.reason != nil && said?.reason != .behind(count: 0), "\(step)")
        }
      }
      granted += pair.granted
    }
    #expect(granted > 100)
  }

  /// Many steps that need several units at once, and few changes, so that units are kept for some.
  @Test(arguments: 0..<4)
  func `it keeps units for whom the plain rules keep them`(round: Int) {
    var chance = Chance(for: "it keeps units for whom the plain rules keep them (round \(round))")
    var reserved = 0
    for world in 0..<60 where world < 4 || reserved <= 4 {
      var pair = Pair(&chance)
      pair.settle(["warehouse": 4, "licence": 2])
      for _ in 0..<250 {
        switch chance.below(24) {
        case 0 where chance.isHeads(oneIn: 4): pair.change(&chance)
        case 1: pair.withdraw(&chance)
        case 2 where chance.isHeads(oneIn: 4): pair.move(&chance)
        case 3...13: pair.enqueue(&chance, poolsOneIn: 1)
        case 14...22: pair.release(&chance)
        case 23 where chance.isHeads(oneIn: 6): pair.now = pair.now + .seconds(61)
        default: pair.now = pair.now + .milliseconds(chance.below(2000))
        }
        guard pair.grantAll() else { return }
        #expect(pair.fast.recount() == [])
        let kept = pair.fast.uses(at: pair.now).reduce(0) { $0 + $1.kept }
        #expect(kept == pair.plain.kept.reduce(0) { $0 + $1.pools.values.reduce(0, +) })
      }
      reserved += pair.reserved
    }
    #expect(reserved > 4, "\(reserved)")
  }
}
