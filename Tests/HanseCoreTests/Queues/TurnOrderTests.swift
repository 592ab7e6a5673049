import HanseCore
import HanseModel
import HanseSimulator
import Testing

/// What people are shown of those that wait, beside what then happens.
@Suite struct TurnOrderTests {
  typealias Ticket = Dispatcher.Ticket
  typealias Demand = Dispatcher.Demand

  private static let names: [LocationName] = ["a", "b", "c", "d"]

  /// A dispatcher in the middle of its work, with lines of many kinds.
  private static func busy(_ chance: inout Chance) -> (Dispatcher, waiting: [Ticket: Demand]) {
    var now = HostInstant(nanoseconds: 1_000_000_000)
    var dispatcher = Dispatcher(workspaceLimit: 1)
    for name in names {
      let weight = [0.5, 1, 3][chance.below(3)]
      dispatcher.setLocation(name, .init(concurrentSteps: 9, weight: weight), at: now)
      dispatcher.setReady(name, true)
    }
    for name in ["default", "slow", "other"] {
      dispatcher.setQueue(name, .init(weight: [0.25, 1, 2][chance.below(3)]), at: now)
    }
    var waiting: [Ticket: Demand] = [:]
    for step in 0..<(20 + chance.below(200)) {
      now = now + .milliseconds(chance.below(90_000))
      var demand = Demand(names[chance.below(4)])
      demand.queue = ["default", "slow", "other"][chance.below(3)]
      demand.priority = [0, 0, 1, -1, 5][chance.below(5)]
      if chance.isHeads(oneIn: 3) { demand.pools["warehouse"] = 1 }
      let ticket = Ticket(run: "r", step: step)
      dispatcher.enqueue(ticket, demand, at: now)
      waiting[ticket] = demand
      if chance.isHeads(oneIn: 4), let grant = dispatcher.grantNext(at: now) {
        dispatcher.release(grant.ticket, at: now)
        waiting[grant.ticket] = nil
      }
      if chance.isHeads(oneIn: 6), let gone = chance.pick(waiting.keys.sorted { $0.step < $1.step })
      {
        if let demand = waiting.removeValue(forKey: gone) { dispatcher.withdraw(gone, demand) }
      }
    }
    if chance.isHeads(oneIn: 2) {
      // Those that come late into a line stand before others of it.
      let some = 2 + chance.below(3)
      dispatcher.move(where: { $0.step % some == 0 }) { demand in
        var moved = demand
        moved.queue = "slow"
        return moved
      }
      for (ticket, _) in waiting where ticket.step % some == 0 { waiting[ticket]?.queue = "slow" }
    }
    return (dispatcher, waiting)
  }

  @Test(arguments: 0..<6)
  func `steps start in the order in which they were shown to wait`(round: Int) {
    var chance = Chance(for: "steps start in the order shown (round \(round))")
    for _ in 0..<40 {
      let (start, waiting) = Self.busy(&chance)
      let shown = start.waiting(first: 1000).map(\.ticket)
      #expect(shown.count == waiting.count && start.waitingCount == waiting.count)
      var dispatcher = start
      var started: [Ticket] = []
      let end = HostInstant(nanoseconds: .max / 2)
      while let grant = dispatcher.grantNext(at: end) {
        dispatcher.release(grant.ticket, at: end)
        started.append(grant.ticket)
      }
      #expect(shown == started)
      let part = start.waiting(first: 7, after: 5).map(\.ticket)
      #expect(part == Array(shown.dropFirst(5).prefix(7)))
    }
  }

  @Test func `a step's place in its line is what is shown before it`() {
    var chance = Chance(for: "a step's place in its line")
    for _ in 0..<20 {
      let (dispatcher, waiting) = Self.busy(&chance)
      let shown = dispatcher.waiting(first: 1000)
      for (index, step) in shown.enumerated() {
        let lane = shown[..<index].count {
          $0.demand.location == step.demand.location && $0.demand.queue == step.demand.queue
        }
        let found = dispatcher.explain(step.ticket, step.demand, at: HostInstant(nanoseconds: 0))
        #expect(found?.ahead == lane, "\(step)")
        #expect(waiting[step.ticket] == step.demand)
      }
    }
  }

  @Test func `what cannot start is shown behind all that can`() {
    let now = HostInstant(nanoseconds: 0)
    var dispatcher = Dispatcher(workspaceLimit: 1)
    dispatcher.setReady("a", true)
    dispatcher.setQueue("off", .init(isPaused: true), at: now)
    let demands = [Demand("gone"), Demand("a", queue: "off"), Demand("a")]
    for (step, demand) in demands.enumerated() {
      dispatcher.enqueue(Ticket(run: "r", step: step), demand, at: now)
    }
    #expect(dispatcher.waiting(first: 9).first?.demand == Demand("a"))
    #expect(Set(dispatcher.waiting(first: 9).map(\.ticket.step)) == [0, 1, 2])
    #expect(dispatcher.waiting(first: 9, in: "off").map(\.ticket.step) == [1])
    #expect(dispatcher.waiting(first: 9, in: "nowhere").isEmpty)
  }

  @Test func `each limit says how much is taken of it and who waits for it`() throws {
    let now = HostInstant(nanoseconds: 0)
    var dispatcher = Dispatcher(
      workspaceLimit: 4,
      tagLimits: [.init(tag: "customer", perValue: true, limit: 1)]
    )
    dispatcher.setReady("a", true)
    dispatcher.setPool("warehouse", .init(units: 3), at: now)
    let demand = Demand("a", pools: ["warehouse": 2], tags: ["customer": "x"])
    for step in 0..<3 { dispatcher.enqueue(Ticket(run: "r", step: step), demand, at: now) }
    dispatcher.enqueue(Ticket(run: "r", step: 3), Demand("b", queue: "slow"), alone: true, at: now)
    #expect(dispatcher.grantNext(at: now)?.ticket.step == 0)
    #expect(dispatcher.grantNext(at: now) == nil)

    let uses = Dictionary(
      dispatcher.uses(at: now).map { ($0.name, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    let expected: [(Dispatcher.LimitName, used: Int, total: Int?, waiting: Int)] = [
      (.workspace, 1, 4, 3), (.queue("default"), 1, nil, 2), (.queue("slow"), 0, nil, 1),
      (.location("a"), 1, nil, 2), (.location("b"), 0, nil, 1), (.pool("warehouse"), 2, 3, 2),
      (.tag("customer", value: "x"), 1, 1, 2),
    ]
    for (name, used, total, waiting) in expected {
      let use = try #require(uses[name], "\(name)")
      #expect(use.used == used && use.total == total && use.waiting == waiting, "\(use)")
    }
    #expect(uses.count == expected.count)
    let holders = dispatcher.holders(of: .pool("warehouse"))
    #expect(holders.map(\.ticket.step) == [0])
    #expect(holders.first?.takes(.pool("warehouse")) == 2)
    #expect(holders.first?.takes(.tag("customer", value: "x")) == 1)
    #expect(dispatcher.holders(of: .queue("slow")).isEmpty)
  }
}
