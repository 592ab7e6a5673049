import HanseCore
import HanseModel
import Testing

/// Whose turn it is when a unit of a pool comes free.
@Suite struct PoolTurnTests {
  typealias Ticket = Dispatcher.Ticket
  typealias Demand = Dispatcher.Demand

  private let now = HostInstant(nanoseconds: 0)

  @Test(arguments: [2, 5, 40], [10, 5000])
  func `of k locations that all need a unit each gets one of the next k, whatever their lines`(
    k: Int,
    backlog: Int
  ) {
    let names = (0..<k).map { LocationName("l\($0)") }
    var dispatcher = Dispatcher(workspaceLimit: 100)
    dispatcher.setPool("p", .init(units: 1), at: now)
    func fill(_ name: LocationName, _ count: Int, run: RunID) {
      for step in 0..<count {
        dispatcher.enqueue(Ticket(run: run, step: step), Demand(name, pools: ["p": 1]), at: now)
      }
    }
    /// Gives the unit on, so often, and says whose steps had it.
    func serve(_ count: Int) -> [RunID] {
      var served: [RunID] = []
      for _ in 0..<count {
        guard let grant = dispatcher.grantNext(at: now) else { break }
        served.append(grant.ticket.run)
        #expect(dispatcher.grantNext(at: now) == nil)
        dispatcher.release(grant.ticket, at: now)
      }
      return served
    }
    for (index, name) in names.enumerated() {
      dispatcher.setReady(name, true)
      if index < k - 1 { fill(name, max(k, backlog / (index + 1)), run: RunID(name.text)) }
    }
    _ = serve(k / 2)
    fill(names[k - 1], 1, run: "new")
    #expect(serve(k).contains("new"))
    #expect(Set(serve(k - 1)).count == k - 1)
  }

  @Test func `a step in a queue of its own gets one of the next units, whatever else starts`() {
    var dispatcher = Dispatcher(workspaceLimit: 3)
    dispatcher.setPool("p", .init(units: 1), at: now)
    for name in ["l", "m"] as [LocationName] { dispatcher.setReady(name, true) }
    for step in 0..<200 {
      dispatcher.enqueue(Ticket(run: "plain", step: step), Demand("l"), at: now)
      let unit = Demand("m", pools: ["p": 1])
      dispatcher.enqueue(Ticket(run: "unit", step: step), unit, at: now)
    }
    var running: [RunID: [Ticket]] = [:]
    func grantAll() {
      while let grant = dispatcher.grantNext(at: now) {
        running[grant.ticket.run, default: []].append(grant.ticket)
      }
    }
    func end(_ run: RunID) {
      guard let first = running[run]?.first else { return }
      running[run]?.removeFirst()
      dispatcher.release(first, at: now)
      grantAll()
    }
    grantAll()
    for _ in 0..<5 { end("plain") }
    let own = Ticket(run: "own", step: 0)
    dispatcher.enqueue(own, Demand("l", queue: "own", pools: ["p": 1]), at: now)
    var units = 0
    while running["own"] == nil, units < 20 {
      // Its location goes on to start others, and uses up its turns with that.
      for _ in 0..<7 { end("plain") }
      end("unit")
      units += 1
    }
    #expect(units <= 2)
    #expect(dispatcher.recount() == [])
  }
}
