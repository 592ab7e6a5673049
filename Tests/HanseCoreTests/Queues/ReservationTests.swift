import HanseCore
import HanseModel
import HanseSimulator
import Testing

/// That steps which need several units at once are not passed for ever.
@Suite struct ReservationTests {
  typealias Ticket = Dispatcher.Ticket
  typealias Demand = Dispatcher.Demand

  private let now = HostInstant(nanoseconds: 0)
  private let patience = Dispatcher.patience

  private func dispatcher(units: [String: Int], _ names: [LocationName]) -> Dispatcher {
    var dispatcher = Dispatcher(workspaceLimit: 1000)
    for (name, count) in units { dispatcher.setPool(name, .init(units: count), at: now) }
    for name in names { dispatcher.setReady(name, true) }
    return dispatcher
  }

  /// Steps that take units as they come, so that they are never free all at once.
  private struct Stream {
    var demands: [Demand]
    /// Those that run, the first one first.
    var running: [Ticket] = []
    var next = 0

    /// Takes so many units, one after the other.
    mutating func begin(_ count: Int, _ dispatcher: inout Dispatcher, _ now: HostInstant) {
      for _ in 0..<count { enqueue(&dispatcher, now) }
      while let grant = dispatcher.grantNext(at: now) { running.append(grant.ticket) }
    }

    private mutating func enqueue(_ dispatcher: inout Dispatcher, _ now: HostInstant) {
      let ticket = Ticket(run: "small", step: next)
      dispatcher.enqueue(ticket, demands[next % demands.count], at: now)
      next += 1
    }

    /// Ends the one that began first, and gives out what can be.
    mutating func turn(_ dispatcher: inout Dispatcher, _ now: HostInstant) -> [Ticket] {
      if !running.isEmpty { dispatcher.release(running.removeFirst(), at: now) }
      for _ in demands { enqueue(&dispatcher, now) }
      var granted: [Ticket] = []
      while let grant = dispatcher.grantNext(at: now) {
        granted.append(grant.ticket)
        if grant.ticket.run == "small" { running.append(grant.ticket) }
      }
      return granted
    }
  }

  @Test(arguments: [2, 3, 4])
  func `a step that needs several units is passed so often, and not more`(units: Int) {
    var dispatcher = dispatcher(units: ["p": 4], ["a", "b"])
    var stream = Stream(demands: [Demand("a", pools: ["p": 1])])
    stream.begin(4, &dispatcher, now)
    let (large, demand) = (Ticket(run: "large", step: 0), Demand("b", pools: ["p": units]))
    dispatcher.enqueue(large, demand, at: now)
    for passes in 1...patience {
      #expect(stream.turn(&dispatcher, now).count == 1, "after \(passes)")
      let why = dispatcher.explain(large, demand, at: now)
      #expect(why?.passes == passes && why?.isReserved == (passes == patience))
    }
    // From now on each unit that comes back is kept.
    for missing in stride(from: units, to: 1, by: -1) {
      #expect(stream.turn(&dispatcher, now) == [], "\(missing) units are missing")
      #expect(dispatcher.recount() == [])
    }
    #expect(stream.turn(&dispatcher, now).first == large)
    dispatcher.release(large, at: now)
    #expect(stream.turn(&dispatcher, now).count == min(4, units + 1))
    #expect(dispatcher.recount() == [])
  }

  @Test func `a step that needs units of two pools is not passed for ever at each of them`() {
    var dispatcher = dispatcher(units: ["p": 1, "q": 1], ["a", "b", "c"])
    var streams = [
      Stream(demands: [Demand("a", pools: ["p": 1])]),
      Stream(demands: [Demand("b", pools: ["q": 1])]),
    ]
    for index in streams.indices { streams[index].next = index * 1_000_000 }
    for index in streams.indices { streams[index].begin(1, &dispatcher, now) }
    let large = Ticket(run: "large", step: 0)
    dispatcher.enqueue(large, Demand("c", pools: ["p": 1, "q": 1]), at: now)
    var turns = 0
    while turns < 100, !streams[turns % 2].turn(&dispatcher, now).contains(large) { turns += 1 }
    // The passes, and then one unit of each.
    #expect(turns == patience + 1)
  }

  @Test func `while units are kept for a step, others may use what it leaves`() {
    var dispatcher = dispatcher(units: ["p": 4], ["a", "b"])
    var stream = Stream(demands: [Demand("a", pools: ["p": 1])])
    stream.begin(4, &dispatcher, now)
    let large = Ticket(run: "large", step: 0)
    dispatcher.setLocation("b", .init(concurrentSteps: 1), at: now)
    dispatcher.enqueue(large, Demand("b", pools: ["p": 2]), at: now)
    for _ in 0..<patience { _ = stream.turn(&dispatcher, now) }
    // Its location is full now: it holds up two units, and the other two go on.
    let other = Ticket(run: "other", step: 0)
    dispatcher.enqueue(other, Demand("b", priority: 1), at: now)
    #expect(stream.turn(&dispatcher, now) == [other])
    #expect(stream.turn(&dispatcher, now) == [])
    #expect(stream.turn(&dispatcher, now).count == 1)
    let small = Ticket(run: "small", step: stream.next - 1)
    let why = dispatcher.explain(small, Demand("a", pools: ["p": 1]), at: now)
    #expect(why?.reason == .isKept(.pool("p"), units: 2, for: "b"))
    let pool = dispatcher.uses(at: now).first { $0.name == .pool("p") }
    #expect(pool?.kept == 2 && pool?.keptFor == "b" && pool?.used == 2)
    dispatcher.release(other, at: now)
    #expect(stream.turn(&dispatcher, now).first == large)
  }

  @Test func `units that a full location does not take within a minute are given back`() {
    var dispatcher = dispatcher(units: ["p": 4], ["a", "b", "c"])
    var stream = Stream(demands: [Demand("a", pools: ["p": 1])])
    stream.begin(4, &dispatcher, now)
    let (large, next) = (Ticket(run: "large", step: 0), Ticket(run: "large", step: 1))
    dispatcher.setLocation("b", .init(concurrentSteps: 1), at: now)
    // It hangs: what is kept for the large one would be idle for ever.
    let hung = Ticket(run: "other", step: 0)
    dispatcher.enqueue(hung, Demand("b", priority: 1), at: now)
    dispatcher.enqueue(large, Demand("b", pools: ["p": 2]), at: now)
    dispatcher.setReady("b", false)
    dispatcher.enqueue(next, Demand("c", pools: ["p": 2]), at: now)
    dispatcher.setReady("b", true)
    dispatcher.withdraw(hung, Demand("b", priority: 1))
    for _ in 0..<patience { _ = stream.turn(&dispatcher, now) }
    dispatcher.enqueue(hung, Demand("b", priority: 1), at: now)
    for _ in 0..<6 { _ = stream.turn(&dispatcher, now) }
    #expect(dispatcher.explain(large, Demand("b", pools: ["p": 2]), at: now)?.isReserved == true)
    #expect(stream.running.count == 2)

    let late = now + Dispatcher.keeping
    #expect(dispatcher.nextWakeUp == late)
    #expect(dispatcher.grantNext(at: late + .nanoseconds(-1)) == nil)
    // Another that has been passed as often gets them, and then they come and go again.
    #expect(dispatcher.grantNext(at: late)?.ticket == next)
    #expect(dispatcher.uses(at: late).allSatisfy { $0.kept == 0 })
    dispatcher.release(next, at: late)
    for _ in 0..<patience { #expect(stream.turn(&dispatcher, late).count > 0) }
    // They are kept for it again after as many passes, and it starts as soon as there is room.
    for _ in 0..<6 { _ = stream.turn(&dispatcher, late) }
    #expect(stream.running.count == 2)
    dispatcher.release(hung, at: late)
    #expect(stream.turn(&dispatcher, late).first == large)
    #expect(dispatcher.recount() == [])
  }

  /// What ends a reservation without a start.
  enum Ending: CaseIterable {
    case withdrawn, locationAway, locationPaused, queuePaused, poolPaused, poolTooSmall, moved
  }

  @Test(arguments: Ending.allCases)
  func `nothing is kept for a step that could not use it`(ending: Ending) {
    var dispatcher = dispatcher(units: ["p": 4, "z": 9], ["a", "b"])
    var stream = Stream(demands: [Demand("a", pools: ["p": 1])])
    stream.begin(4, &dispatcher, now)
    let (large, demand) = (Ticket(run: "large", step: 0), Demand("b", queue: "q", pools: ["p": 3]))
    dispatcher.enqueue(large, demand, at: now)
    for _ in 0..<patience { _ = stream.turn(&dispatcher, now) }
    #expect(stream.turn(&dispatcher, now) == [])
    #expect(dispatcher.uses(at: now).contains { $0.kept == 3 })
    switch ending {
    case .withdrawn: dispatcher.withdraw(large, demand)
    case .locationAway: dispatcher.setReady("b", false)
    case .locationPaused:
      dispatcher.setLocation("b", .init(concurrentSteps: 9, isPaused: true), at: now)
    case .queuePaused: dispatcher.setQueue("q", .init(isPaused: true), at: now)
    case .poolPaused: dispatcher.setPool("p", .init(units: 4, isPaused: true), at: now)
    case .poolTooSmall: dispatcher.setPool("p", .init(units: 2), at: now)
    case .moved:
      dispatcher.move(where: { $0 == large }) { old in
        var demand = old
        demand.queue = "other"
        return demand
      }
    }
    let granted = stream.turn(&dispatcher, now)
    switch ending {
    case .poolPaused, .poolTooSmall: #expect(granted == [])
    default: #expect(granted.count == 2)
    }
    #expect(dispatcher.uses(at: now).allSatisfy { $0.kept == 0 })
    #expect(dispatcher.recount() == [])
  }

  /// Steps of one set of units, and steps of several that have a pool in common.
  @Test(arguments: [[2, 2, 2], [2, 3, 4], [4, 3, 2]])
  func `of those that lack units the one that came first is served first`(units: [Int]) {
    var dispatcher = dispatcher(units: ["p": 12], ["a", "b", "c", "d"])
    var stream = Stream(demands: [Demand("a", pools: ["p": 1])])
    stream.begin(12, &dispatcher, now)
    // All three have been passed equally often at any time.
    for (step, name) in (["b", "c", "d"] as [LocationName]).enumerated() {
      let demand = Demand(name, pools: ["p": units[step]])
      dispatcher.enqueue(Ticket(run: "large", step: step), demand, at: now)
    }
    var (order, passes, bounds) = ([Int](), 0, [Int]())
    for _ in 0..<200 where order.count < 3 {
      for ticket in stream.turn(&dispatcher, now) {
        if ticket.run == "small" {
          passes += 1
          continue
        }
        // It keeps its units, so that no others come free at once.
        order.append(ticket.step)
        bounds.append(passes)
      }
      #expect(dispatcher.recount() == [])
    }
    #expect(order == [0, 1, 2])
    #expect(zip(bounds, 1...).allSatisfy { $0 <= $1 * patience }, "\(bounds)")
  }

  @Test(arguments: 0..<4)
  func `whom units are kept for starts when those have ended that had some`(round: Int) {
    var chance = Chance(for: "whom units are kept for starts (round \(round))")
    var starts = 0
    for _ in 0..<6 {
      let units = ["p": 2 + chance.below(5), "q": 1 + chance.below(4)]
      let names = (0..<6).map { LocationName("l\($0)") }
      var dispatcher = dispatcher(units: units, names)
      var (running, waiting): ([Ticket: Demand], [Ticket: Demand]) = ([:], [:])
      /// Whom units are kept for, and who has to end before it starts.
      var owed: [Ticket: Set<Ticket>] = [:]
      for step in 0..<160 {
        var demand = Demand(names[chance.below(6)], pools: ["p": 1])
        let isLarge = chance.isHeads(oneIn: 8)
        if isLarge { demand.pools["p"] = 1 + chance.below(units["p"] ?? 1) }
        if chance.isHeads(oneIn: 4) { demand.pools["q"] = 1 }
        let ticket = Ticket(run: isLarge ? "large" : "small", step: step)
        dispatcher.enqueue(ticket, demand, at: now)
        waiting[ticket] = demand
        if step % 4 != 0, let ended = chance.pick(running.keys.sorted { $0.step < $1.step }) {
          running[ended] = nil
          dispatcher.release(ended, at: now)
        }
        while let grant = dispatcher.grantNext(at: now) {
          running[grant.ticket] = waiting.removeValue(forKey: grant.ticket)
          if owed.removeValue(forKey: grant.ticket) != nil { starts += 1 }
        }
        for (ticket, others) in owed where others.isDisjoint(with: running.keys) {
          Issue.record("\(ticket) has not started, with \(running.count) others running")
          return
        }
        // Asking for a reason looks through a line; it is asked now and then.
        for (ticket, demand) in waiting where step % 4 == 0 && owed[ticket] == nil {
          let why = dispatcher.explain(ticket, demand, at: now)
          // The first of its kind in its location is the one that is served.
          guard why?.isReserved == true, why?.ahead == 0 else { continue }
          owed[ticket] = Set(running.keys)
        }
      }
    }
    #expect(starts > 5, "\(starts)")
  }
}
