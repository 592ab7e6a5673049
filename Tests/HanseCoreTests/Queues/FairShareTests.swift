import HanseCore
import HanseModel
import Testing

/// That nobody is starved, and that weights are kept.
@Suite struct FairShareTests {
  typealias Ticket = Dispatcher.Ticket
  typealias Demand = Dispatcher.Demand

  private let now = HostInstant(nanoseconds: 0)

  private func dispatcher(_ names: [LocationName], workspace: Int = 1) -> Dispatcher {
    var dispatcher = Dispatcher(workspaceLimit: workspace)
    for name in names { dispatcher.setReady(name, true) }
    return dispatcher
  }

  private func fill(_ dispatcher: inout Dispatcher, _ demand: Demand, _ count: Int, run: RunID) {
    for step in 0..<count {
      dispatcher.enqueue(Ticket(run: run, step: step), demand, at: now)
    }
  }

  /// Gives out slots one at a time, and says who got them.
  private func serve(_ dispatcher: inout Dispatcher, _ count: Int) -> [Dispatcher.Grant] {
    var grants: [Dispatcher.Grant] = []
    for _ in 0..<count {
      guard let grant = dispatcher.grantNext(at: now) else { break }
      dispatcher.release(grant.ticket, at: now)
      grants.append(grant)
    }
    return grants
  }

  @Test(arguments: [2, 5, 50], [10, 1000, 20_000])
  func `of k locations a newcomer gets one of the next k slots, whatever the others' backlogs`(
    k: Int,
    backlog: Int
  ) {
    let names = (0..<k).map { LocationName("l\($0)") }
    var dispatcher = dispatcher(names)
    for name in names.dropLast() {
      fill(&dispatcher, Demand(name), backlog / (k - 1) + 1, run: RunID(name.text))
    }
    // The turns are somewhere in the middle when the newcomer comes.
    _ = serve(&dispatcher, k / 2)
    fill(&dispatcher, Demand(names[k - 1]), 1, run: "new")
    #expect(serve(&dispatcher, k).contains { $0.ticket.run == "new" })
  }

  @Test func `a newcomer gets one of the next two slots beside a million of another location`() {
    var dispatcher = dispatcher(["busy", "new"])
    fill(&dispatcher, Demand("busy"), 1_000_000, run: "busy")
    _ = serve(&dispatcher, 3)
    let before = dispatcher.examined
    fill(&dispatcher, Demand("new"), 1, run: "new")
    #expect(serve(&dispatcher, 2).contains { $0.ticket.run == "new" })
    #expect(dispatcher.examined - before <= 8)
  }

  @Test func `locations get slots in proportion to their weights`() {
    let weights: [LocationName: Double] = ["a": 1, "b": 2, "c": 4, "d": 0.5]
    var dispatcher = dispatcher(weights.keys.sorted())
    for (name, weight) in weights {
      dispatcher.setLocation(name, .init(concurrentSteps: 9, weight: weight), at: now)
      fill(&dispatcher, Demand(name), 6000, run: RunID(name.text))
    }
    let grants = serve(&dispatcher, 10_000)
    for (name, weight) in weights {
      let share = Double(grants.count { $0.location == name }) / 10_000
      #expect(abs(share / (weight / 7.5) - 1) < 0.02, "\(name) \(share)")
    }
  }

  @Test func `queues get slots in proportion to their weights, however many locations they have`() {
    var dispatcher = dispatcher(["a", "b", "c", "d"])
    dispatcher.setQueue("small", .init(weight: 0.25), at: now)
    fill(&dispatcher, Demand("a"), 10_000, run: "default")
    for name in ["b", "c", "d"] as [LocationName] {
      fill(&dispatcher, Demand(name, queue: "small"), 3000, run: "small")
    }
    let share = Double(serve(&dispatcher, 10_000).count { $0.ticket.run == "small" }) / 10_000
    #expect(abs(share / 0.2 - 1) < 0.02, "\(share)")
  }

  @Test func `locations that come together are first served within one round of each other`() {
    let names = (0..<40).map { LocationName("l\($0)") }
    var dispatcher = dispatcher(names)
    for name in names { fill(&dispatcher, Demand(name), 100, run: RunID(name.text)) }
    let grants = serve(&dispatcher, 4000)
    let first = names.compactMap { name in grants.firstIndex { $0.location == name } }
    #expect(first.count == 40 && (first.max() ?? 0) - (first.min() ?? 0) < 40)
    // Nobody of a location and priority is served before one that came earlier.
    for name in names {
      let steps = grants.filter { $0.location == name }.map(\.ticket.step)
      #expect(steps == steps.sorted() && steps.count == 100)
    }
  }

  @Test func `whoever had nothing to do has saved up no turns`() {
    var dispatcher = dispatcher(["busy", "idle"])
    fill(&dispatcher, Demand("busy"), 2000, run: "busy")
    _ = serve(&dispatcher, 1000)
    fill(&dispatcher, Demand("idle"), 500, run: "idle")
    let grants = serve(&dispatcher, 100)
    #expect(abs(grants.count { $0.location == "idle" } - 50) <= 1)
  }

  @Test func `priority orders, and starves nobody`() {
    var dispatcher = dispatcher(["a"])
    let low = Ticket(run: "low", step: 0)
    dispatcher.enqueue(low, Demand("a", priority: -5), at: now)
    var clock = now
    var served: [Ticket] = []
    // Every second another one of a higher priority becomes ready, and one slot comes free.
    for step in 0..<1000 where !served.contains(low) {
      clock = clock + .seconds(1)
      dispatcher.enqueue(Ticket(run: "high", step: step), Demand("a"), at: clock)
      guard let grant = dispatcher.grantNext(at: clock) else { continue }
      dispatcher.release(grant.ticket, at: clock)
      served.append(grant.ticket)
    }
    #expect(served.count == 300 && served.last == low)
  }
}
