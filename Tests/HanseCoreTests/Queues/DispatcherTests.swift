import HanseCore
import HanseModel
import HanseSimulator
import Testing

@Suite struct DispatcherTests {
  typealias Ticket = Dispatcher.Ticket
  typealias Demand = Dispatcher.Demand
  typealias HoldReason = Dispatcher.HoldReason

  private let now = HostInstant(nanoseconds: 0)

  private func ticket(_ step: Int, of run: RunID = "r") -> Ticket { Ticket(run: run, step: step) }

  private func dispatcher(
    _ locations: [LocationName],
    limit: Int = 1000,
    workspace: Int = 1000
  ) -> Dispatcher {
    var dispatcher = Dispatcher(workspaceLimit: workspace)
    for name in locations {
      dispatcher.setLocation(name, .init(concurrentSteps: limit), at: now)
      dispatcher.setReady(name, true)
    }
    return dispatcher
  }

  @Test func `steps of a location are served in the order they became ready`() {
    var dispatcher = dispatcher(["a"])
    for step in 0..<5000 { dispatcher.enqueue(ticket(step), Demand("a"), at: now) }
    for step in 0..<1000 { #expect(dispatcher.grantNext(at: now)?.ticket == ticket(step)) }
    #expect(dispatcher.grantNext(at: now) == nil)
  }

  @Test func `a location that is not ready waits, and holds up nobody`() {
    var dispatcher = dispatcher(["a", "b"])
    dispatcher.setReady("a", false)
    dispatcher.enqueue(ticket(1), Demand("a"), at: now)
    dispatcher.enqueue(ticket(2), Demand("b"), at: now)
    #expect(dispatcher.grantNext(at: now)?.ticket == ticket(2))
    #expect(dispatcher.grantNext(at: now) == nil)
    dispatcher.setReady("a", true)
    #expect(dispatcher.grantNext(at: now)?.ticket == ticket(1))
  }

  @Test func `a step that lacks a pool holds nothing, and those behind it go on`() {
    var dispatcher = dispatcher(["a", "b"], limit: 2, workspace: 3)
    dispatcher.setPool("warehouse", .init(units: 3), at: now)
    let two = Demand("a", pools: ["warehouse": 2])
    for step in 0..<3 { dispatcher.enqueue(ticket(step), two, at: now) }
    dispatcher.enqueue(ticket(3), Demand("a"), at: now)
    dispatcher.enqueue(ticket(4), Demand("b", pools: ["warehouse": 1]), at: now)
    let granted = (0..<3).compactMap { _ in dispatcher.grantNext(at: now)?.ticket }
    #expect(granted == [ticket(0), ticket(4), ticket(3)])
    dispatcher.release(ticket(4), at: now)
    #expect(dispatcher.grantNext(at: now) == nil)
    dispatcher.release(ticket(0), at: now)
    #expect(dispatcher.grantNext(at: now)?.ticket == ticket(1))
    #expect(dispatcher.recount() == [])
  }

  @Test func `a step that must be alone comes first, and has its location to itself`() {
    var dispatcher = dispatcher(["a", "b"])
    dispatcher.enqueue(ticket(0), Demand("a"), at: now)
    #expect(dispatcher.grantNext(at: now)?.ticket == ticket(0))
    for step in [1, 2] { dispatcher.enqueue(ticket(step), Demand("a"), at: now) }
    dispatcher.enqueue(ticket(3), Demand("a"), alone: true, at: now)
    dispatcher.enqueue(ticket(4), Demand("b"), at: now)
    #expect(dispatcher.explain(ticket(3), Demand("a"), at: now)?.reason == .mustBeAlone)
    #expect(dispatcher.explain(ticket(1), Demand("a"), at: now)?.reason == .oneRunsAlone)
    #expect(dispatcher.grantNext(at: now)?.ticket == ticket(4))
    #expect(dispatcher.grantNext(at: now) == nil)
    dispatcher.release(ticket(0), at: now)
    #expect(dispatcher.grantNext(at: now)?.ticket == ticket(3))
    #expect(dispatcher.grantNext(at: now) == nil)
    dispatcher.release(ticket(3), at: now)
    #expect(dispatcher.grantNext(at: now)?.ticket == ticket(1))
    #expect(dispatcher.grantNext(at: now)?.ticket == ticket(2))
  }

  @Test func `a withdrawn ticket is never served, and one that comes back has its old place`() {
    var dispatcher = dispatcher(["a"])
    for step in 0..<3 { dispatcher.enqueue(ticket(step), Demand("a"), at: now) }
    dispatcher.withdraw(ticket(0), Demand("a"))
    dispatcher.withdraw(ticket(1), Demand("a"))
    #expect(dispatcher.explain(ticket(1), Demand("a"), at: now)?.reason == nil)
    dispatcher.enqueue(ticket(1), Demand("a"), at: now)
    #expect(dispatcher.grantNext(at: now)?.ticket == ticket(1))
    #expect(dispatcher.grantNext(at: now)?.ticket == ticket(2))
    #expect(dispatcher.grantNext(at: now) == nil)
  }

  @Test func `withdrawn tickets of a location that is away do not pile up`() {
    var dispatcher = dispatcher(["a"])
    dispatcher.setReady("a", false)
    dispatcher.enqueue(ticket(-1), Demand("a"), at: now)
    for step in 0..<10_000 {
      dispatcher.enqueue(ticket(step), Demand("a"), at: now)
      dispatcher.withdraw(ticket(step), Demand("a"))
    }
    dispatcher.setReady("a", true)
    #expect(dispatcher.waitingCount(in: "a") == 1)
    #expect(dispatcher.grantNext(at: now)?.ticket == ticket(-1))
    #expect(dispatcher.grantNext(at: now) == nil)
    #expect(dispatcher.examined < 200)
  }

  @Test(arguments: [10, 1000, 20_000])
  func `a grant costs the same whatever waits, and behind whatever it waits`(backlog: Int) {
    let names = (0..<50).map { LocationName("l\($0)") }
    var dispatcher = dispatcher(names, limit: 4, workspace: 8)
    dispatcher.setPool("full", .init(units: 0), at: now)
    for name in names {
      for step in 0..<(backlog / 10) {
        let blocked = Demand(name, pools: ["full": 1])
        dispatcher.enqueue(ticket(-1 - step, of: RunID(name.text)), blocked, at: now)
        dispatcher.enqueue(ticket(step, of: RunID(name.text)), Demand(name), at: now)
      }
    }
    var running: [Ticket] = []
    for _ in 0..<100 {
      while let granted = dispatcher.grantNext(at: now) { running.append(granted.ticket) }
      if running.isEmpty { break }
      dispatcher.release(running.removeFirst(), at: now)
    }
    #expect(dispatcher.examined <= 4 * (100 + 8) + 4 * names.count)
  }

  @Test func `of a long line only so many places are counted, for all questions once`() {
    var dispatcher = dispatcher(["a"], workspace: 1)
    let (a, urgent) = (Demand("a"), Demand("a", priority: 1))
    for step in 0..<(LanePlaces.counted + 500) { dispatcher.enqueue(ticket(step), a, at: now) }
    dispatcher.enqueue(ticket(-1), urgent, at: now)
    dispatcher.withdraw(ticket(7), a)
    var places = LanePlaces()
    func ahead(_ step: Int, _ demand: Demand) -> Int? {
      dispatcher.explain(ticket(step), demand, at: now, &places)?.ahead
    }
    #expect(ahead(-1, urgent) == 0 && ahead(0, a) == 1 && ahead(8, a) == 8)
    #expect(ahead(7, a) == nil)
    #expect(ahead(LanePlaces.counted - 1, a) == LanePlaces.counted - 1)
    for step in [LanePlaces.counted, LanePlaces.counted + 499] {
      #expect(ahead(step, a) == LanePlaces.counted)
    }
    // In a line that was counted to its end nobody else waits.
    _ = dispatcher.grantNext(at: now)
    #expect(dispatcher.explain(ticket(-1), urgent, at: now) == nil)
  }

  @Test func `every limit can be changed while steps wait for it`() {
    var dispatcher = dispatcher(["a"], limit: 1, workspace: 1)
    dispatcher.setQueue("default", .init(concurrentSteps: 1), at: now)
    dispatcher.setPool("p", .init(units: 1, isPaused: true), at: now)
    for step in 0..<4 { dispatcher.enqueue(ticket(step), Demand("a", pools: ["p": 1]), at: now) }
    #expect(dispatcher.grantNext(at: now) == nil)
    dispatcher.setPool("p", .init(units: 1), at: now)
    #expect(dispatcher.grantNext(at: now)?.ticket == ticket(0))
    let changes: [(inout Dispatcher) -> Void] = [
      { $0.setWorkspace(limit: 9) },
      { $0.setLocation("a", .init(concurrentSteps: 9), at: HostInstant(nanoseconds: 0)) },
      { $0.setPool("p", .init(units: 9), at: HostInstant(nanoseconds: 0)) },
    ]
    for change in changes {
      change(&dispatcher)
      #expect(dispatcher.grantNext(at: now) == nil)
    }
    dispatcher.setQueue("default", .init(), at: now)
    #expect((1..<4).map { _ in dispatcher.grantNext(at: now)?.ticket.step } == [1, 2, 3])
  }

  @Test func `steps that are moved keep the time they have waited for`() {
    var dispatcher = dispatcher(["a"], workspace: 1)
    for step in 0..<4 {
      let queue = step % 2 == 0 ? "default" : "other"
      dispatcher.enqueue(ticket(step), Demand("a", queue: queue), at: now)
    }
    let moved = dispatcher.move(where: { $0.step % 2 == 1 }) { demand in
      var changed = demand
      changed.queue = Dispatcher.defaultQueue
      return changed
    }
    #expect(moved == 2)
    for step in 0..<4 {
      #expect(dispatcher.grantNext(at: now)?.ticket == ticket(step))
      dispatcher.release(ticket(step), at: now)
    }
  }

  /// A step that must be alone waits elsewhere than the others, and was moved after them.
  @Test(arguments: [[0], [1], []])
  func `locations moved to a queue together have their first turns in the order of their steps`(
    alone: [Int]
  ) {
    var dispatcher = dispatcher(["a", "b"], workspace: 2)
    dispatcher.setQueue(Dispatcher.defaultQueue, .init(isPaused: true), at: now)
    for (step, location) in (["b", "a"] as [LocationName]).enumerated() {
      dispatcher.enqueue(ticket(step), Demand(location), alone: alone.contains(step), at: now)
    }
    let moved = dispatcher.move(where: { _ in true }) { demand in
      var changed = demand
      changed.queue = "other"
      return changed
    }
    #expect(moved == 2)
    #expect((0..<2).map { _ in dispatcher.grantNext(at: now)?.ticket.step } == [0, 1])
  }

  @Test func `a step that comes after those parked for the same units goes after them`() {
    var dispatcher = dispatcher(["a"])
    dispatcher.setPool("warehouse", .init(units: 1), at: now)
    let plain = Demand("a", pools: ["warehouse": 1])
    let tagged = Demand("a", pools: ["warehouse": 1], tags: ["team": "blue"])
    for (step, demand) in [plain, plain, tagged].enumerated() {
      dispatcher.enqueue(ticket(step), demand, at: now)
    }
    #expect(dispatcher.grantNext(at: now)?.ticket == ticket(0))
    #expect(dispatcher.grantNext(at: now) == nil)
    // The line of step 1 stands for all that lack the unit; it loses that step, and gets a later one.
    dispatcher.release(ticket(0), at: now)
    dispatcher.withdraw(ticket(1), plain)
    dispatcher.enqueue(ticket(3), plain, at: now)
    #expect(dispatcher.grantNext(at: now)?.ticket == ticket(2))
    #expect(dispatcher.grantNext(at: now) == nil)
    dispatcher.release(ticket(2), at: now)
    #expect(dispatcher.grantNext(at: now)?.ticket == ticket(3))
    #expect(dispatcher.recount() == [])
  }

  @Test func `every reason to wait is named`() {
    var dispatcher = dispatcher(["a", "b"], limit: 1, workspace: 2)
    func reason(_ step: Int, _ demand: Demand) -> HoldReason? {
      dispatcher.explain(ticket(step), demand, at: now)?.reason
    }
    let (a, b) = (Demand("a"), Demand("b"))
    dispatcher.enqueue(ticket(1), a, at: now)
    dispatcher.enqueue(ticket(2), a, at: now)
    #expect(reason(2, a) == .behind(count: 1))
    _ = dispatcher.grantNext(at: now)
    #expect(reason(1, a) == nil)
    #expect(reason(2, a) == .isFull(.location("a"), used: 1, of: 1))
    dispatcher.setLocation("a", .init(concurrentSteps: 5), at: now)
    _ = dispatcher.grantNext(at: now)
    dispatcher.enqueue(ticket(3), b, at: now)
    #expect(reason(3, b) == .isFull(.workspace, used: 2, of: 2))
    dispatcher.setReady("b", false)
    #expect(reason(3, b) == .locationIsNotReady)
    dispatcher.enqueue(ticket(4), Demand("gone"), at: now)
    #expect(reason(4, Demand("gone")) == .locationIsNotReady)
    dispatcher.setReady("b", true)
    dispatcher.setWorkspace(limit: 9)
    dispatcher.setQueue("default", .init(isPaused: true), at: now)
    #expect(reason(3, b) == .isPaused(.queue("default")))
    dispatcher.setQueue("default", .init(), at: now)
    let greedy = Demand("b", pools: ["p": 3])
    dispatcher.setPool("p", .init(units: 2), at: now)
    dispatcher.enqueue(ticket(5), greedy, at: now)
    #expect(reason(5, greedy) == .isFull(.pool("p"), used: 0, of: 2))
    let pool = dispatcher.explain(ticket(5), greedy, at: now)?.limits.last
    #expect(pool?.isTooSmall == true && pool?.needs == 3)
    let slow = RateLimit(starts: 1, per: .seconds(1), burst: 1)
    dispatcher.setQueue("slow", .init(rate: slow), at: now)
    for step in [6, 7] {
      dispatcher.enqueue(ticket(step), Demand("a", queue: "slow"), at: now)
    }
    while dispatcher.grantNext(at: now) != nil {}
    let due = HostInstant(nanoseconds: 1_000_000_000)
    #expect(reason(7, Demand("a", queue: "slow")) == .rateIsUsedUp(.queue("slow"), until: due))
    #expect(dispatcher.nextWakeUp == due)
    #expect(dispatcher.grantNext(at: due)?.ticket == ticket(7))
  }

  @Test func `a limit on a tag holds for each of its values, or for all`() {
    for perValue in [true, false] {
      let limit = Dispatcher.TagLimit(tag: "customer", perValue: perValue, limit: 1)
      var dispatcher = Dispatcher(workspaceLimit: 9, tagLimits: [limit])
      dispatcher.setReady("a", true)
      for (step, customer) in ["x", "x", "y"].enumerated() {
        dispatcher.enqueue(ticket(step), Demand("a", tags: ["customer": customer]), at: now)
      }
      var granted: [Int] = []
      while let grant = dispatcher.grantNext(at: now) { granted.append(grant.ticket.step) }
      #expect(granted == (perValue ? [0, 2] : [0]))
      dispatcher.release(ticket(0), at: now)
      #expect(dispatcher.grantNext(at: now)?.ticket == ticket(1))
    }
  }
}
