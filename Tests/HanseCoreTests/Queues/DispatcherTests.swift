import HanseCore
import HanseModel
import HanseSimulator
import Testing

@Suite struct DispatcherTests {
  typealias Ticket = Dispatcher.Ticket

  private func ticket(_ step: Int, of run: RunID = "r") -> Ticket { Ticket(run: run, step: step) }

  private func dispatcher(
    _ locations: [LocationName],
    limit: Int = 1000,
    workspace: Int = 1000
  ) -> Dispatcher {
    var dispatcher = Dispatcher(workspaceLimit: workspace)
    for name in locations {
      dispatcher.addLocation(name, limit: limit)
      dispatcher.setReady(name, true)
    }
    return dispatcher
  }

  @Test func `steps of a location are served in the order they became ready`() {
    var dispatcher = dispatcher(["a"])
    for step in 0..<5000 { dispatcher.enqueue(ticket(step), to: "a") }
    for step in 0..<1000 { #expect(dispatcher.grantNext()?.ticket == ticket(step)) }
    #expect(dispatcher.grantNext() == nil)
  }

  @Test func `neither limit is ever passed and no slot is lost`() {
    var chance = Chance(for: "neither limit is ever passed")
    let names: [LocationName] = ["a", "b", "c", "d"]
    for _ in 0..<20 {
      let limit = 1 + chance.below(4)
      let workspace = 1 + chance.below(10)
      var dispatcher = dispatcher(names, limit: limit, workspace: workspace)
      var waiting: [(Ticket, LocationName)] = []
      var running: [(Ticket, LocationName)] = []
      var served = 0
      for step in 0..<2000 {
        switch chance.below(5) {
        case 0, 1:
          let name = names[chance.below(4)]
          dispatcher.enqueue(ticket(step), to: name)
          waiting.append((ticket(step), name))
        case 2:
          dispatcher.setReady(names[chance.below(4)], !chance.isHeads(oneIn: 3))
        case 3 where !waiting.isEmpty && chance.isHeads(oneIn: 3):
          let (withdrawn, name) = waiting.remove(at: chance.below(waiting.count))
          dispatcher.withdraw(withdrawn, from: name)
        default:
          guard !running.isEmpty else { continue }
          let (done, name) = running.remove(at: chance.below(running.count))
          dispatcher.release(done, from: name)
          dispatcher.release(done, from: name)
        }
        while let (granted, name) = dispatcher.grantNext() {
          let place = waiting.firstIndex { $0.1 == name }
          #expect(place.map { waiting[$0].0 } == granted)
          if let place { running.append(waiting.remove(at: place)) }
          served += 1
        }
        #expect(running.count <= workspace && dispatcher.runningCount == running.count)
        for name in names {
          #expect(running.count { $0.1 == name } <= limit)
          #expect(dispatcher.waitingCount(in: name) == waiting.count { $0.1 == name })
        }
      }
      for name in names { dispatcher.setReady(name, true) }
      while !running.isEmpty || !waiting.isEmpty {
        for (done, name) in running { dispatcher.release(done, from: name) }
        running = []
        while let granted = dispatcher.grantNext() {
          running.append(granted)
          waiting.removeAll { $0.0 == granted.ticket }
        }
        if running.isEmpty { break }
      }
      #expect(waiting.isEmpty && dispatcher.runningCount == 0 && served > 0)
    }
  }

  @Test(arguments: [1, 2, 5, 50])
  func `of k locations each gets one of the next k slots, however long the queues`(k: Int) {
    let names = (0..<k).map { LocationName("l\($0)") }
    var dispatcher = dispatcher(names, workspace: 1)
    for name in names.dropLast() {
      for step in 0..<500 { dispatcher.enqueue(ticket(step, of: RunID(name.text)), to: name) }
    }
    // The turns are somewhere in the middle when the newcomer comes.
    for _ in 0..<(k / 2) {
      if let (granted, name) = dispatcher.grantNext() { dispatcher.release(granted, from: name) }
    }
    dispatcher.enqueue(ticket(0, of: "new"), to: names[k - 1])
    var grants = 0
    while let (granted, name) = dispatcher.grantNext() {
      grants += 1
      dispatcher.release(granted, from: name)
      if granted.run == "new" { break }
    }
    #expect(grants <= k)
  }

  @Test func `a location that is not ready waits, and holds up nobody`() {
    var dispatcher = dispatcher(["a", "b"])
    dispatcher.setReady("a", false)
    dispatcher.enqueue(ticket(1), to: "a")
    dispatcher.enqueue(ticket(2), to: "b")
    #expect(dispatcher.grantNext()?.ticket == ticket(2))
    #expect(dispatcher.grantNext() == nil)
    dispatcher.setReady("a", true)
    #expect(dispatcher.grantNext()?.ticket == ticket(1))
  }

  @Test func `a withdrawn ticket is never served, and one that comes back is`() {
    var dispatcher = dispatcher(["a"])
    for step in 0..<3 { dispatcher.enqueue(ticket(step), to: "a") }
    dispatcher.withdraw(ticket(0), from: "a")
    dispatcher.withdraw(ticket(1), from: "a")
    #expect(dispatcher.holdReason(of: ticket(1), in: "a") == nil)
    dispatcher.enqueue(ticket(1), to: "a")
    #expect(dispatcher.grantNext()?.ticket == ticket(1))
    #expect(dispatcher.grantNext()?.ticket == ticket(2))
    #expect(dispatcher.grantNext() == nil)
  }

  @Test func `withdrawn tickets of a location that is away do not pile up`() {
    var dispatcher = dispatcher(["a"])
    dispatcher.setReady("a", false)
    dispatcher.enqueue(ticket(-1), to: "a")
    for step in 0..<10_000 {
      dispatcher.enqueue(ticket(step), to: "a")
      dispatcher.withdraw(ticket(step), from: "a")
    }
    dispatcher.setReady("a", true)
    #expect(dispatcher.waitingCount(in: "a") == 1)
    #expect(dispatcher.grantNext()?.ticket == ticket(-1))
    #expect(dispatcher.grantNext() == nil)
    #expect(dispatcher.examined < 200)
  }

  @Test(arguments: [10, 1000, 20_000])
  func `a grant costs the same whatever waits`(backlog: Int) {
    let names = (0..<50).map { LocationName("l\($0)") }
    var dispatcher = dispatcher(names, limit: 4, workspace: 8)
    for name in names {
      for step in 0..<(backlog / 10) {
        dispatcher.enqueue(ticket(step, of: RunID(name.text)), to: name)
      }
    }
    var running: [(ticket: Ticket, location: LocationName)] = []
    for _ in 0..<100 {
      while let granted = dispatcher.grantNext() { running.append(granted) }
      if running.isEmpty { break }
      let done = running.removeFirst()
      dispatcher.release(done.ticket, from: done.location)
    }
    #expect(dispatcher.examined <= 2 * (100 + 8) + names.count)
  }

  @Test func `every reason to wait is named`() {
    var dispatcher = dispatcher(["a", "b"], limit: 1, workspace: 2)
    dispatcher.enqueue(ticket(1), to: "a")
    dispatcher.enqueue(ticket(2), to: "a")
    #expect(dispatcher.holdReason(of: ticket(2), in: "a") == .behind(count: 1))
    _ = dispatcher.grantNext()
    #expect(dispatcher.holdReason(of: ticket(1), in: "a") == nil)
    #expect(dispatcher.holdReason(of: ticket(2), in: "a") == .locationIsFull(limit: 1))
    dispatcher.addLocation("a", limit: 5)
    _ = dispatcher.grantNext()
    dispatcher.enqueue(ticket(3), to: "b")
    #expect(dispatcher.holdReason(of: ticket(3), in: "b") == .workspaceIsFull(limit: 2))
    dispatcher.setReady("b", false)
    #expect(dispatcher.holdReason(of: ticket(3), in: "b") == .locationIsNotReady)
    dispatcher.enqueue(ticket(4), to: "gone")
    #expect(dispatcher.holdReason(of: ticket(4), in: "gone") == .locationIsNotReady)
  }
}
