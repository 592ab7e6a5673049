import HanseCore
import HanseModel
import HanseSimulator
import Testing

/// Steps that leave their line for a while, and come back to it.
@Suite struct KeptPlaceTests {
  private static let held = Set((0..<9).map { StepKey("s\($0)") })

  @Test func `a step whose worker does not start keeps its place`() {
    let assets = (0..<2).map { AssetDefinition(key: AssetKey("s\($0)")) }
    var host = SimulatedHost(
      ["a": .init(mutes: [Generation(1, worker: 1)], assets: assets)],
      isolated: ["a"],
      concurrentSteps: 1
    )
    host.launch([Plans.step(0)], ticket: 1)
    host.launch([Plans.step(1)], ticket: 2)
    // It has the slot for as long as its worker may answer, and gives it back then.
    host.wait(.seconds(11))
    let started = host.log.filter { $0.record.payload.kind == "step.started" }
    #expect(started.map(\.record.step) == ["s0", "s1"])
  }

  @Test func `a suspect that is cleared goes before those that came after it`() {
    var host = SimulatedHost(["a": .init(holds: Self.held)], concurrentSteps: 2)
    host.launch([Plans.step(0), Plans.step(1)], ticket: 1)
    host.exit("a", "signal 11 (SIGSEGV)")
    host.handle(.tick)
    host.launch([Plans.step(2), Plans.step(3)], ticket: 2)
    host.wait(.seconds(2))
    let alone = Array(host.held.keys)
    #expect(alone == ["s0"] || alone == ["s1"])
    host.exit("a", "signal 11 (SIGSEGV)")
    host.handle(.tick)
    host.wait(.seconds(5))
    let cleared: StepKey = alone == ["s0"] ? "s1" : "s0"
    #expect(Set(host.held.keys) == [cleared, "s2"])
    #expect(host.plane.runs.recount() == [])
  }

  @Test func `a step that was taken back from a line and is moved to it later waits there once`() {
    let now = HostInstant(nanoseconds: 0)
    let ticket = Dispatcher.Ticket(run: "r", step: 0)
    let (here, there) = (Dispatcher.Demand("a"), Dispatcher.Demand("a", queue: "slow"))
    var dispatcher = Dispatcher(workspaceLimit: 1)
    dispatcher.setLocation("a", .init(concurrentSteps: 1), at: now)
    dispatcher.enqueue(ticket, here, at: now)
    dispatcher.withdraw(ticket, here)
    dispatcher.enqueue(ticket, there, at: now)
    dispatcher.move(where: { $0 == ticket }) { _ in here }
    #expect(dispatcher.explain(ticket, here, at: now)?.ahead == 0)
    #expect(dispatcher.waitingCount(in: "a") == 1)
    // Once more: it is to be found wherever it is moved.
    dispatcher.move(where: { $0 == ticket }) { _ in there }
    #expect(dispatcher.explain(ticket, there, at: now)?.ahead == 0)
    dispatcher.setReady("a", true)
    #expect(dispatcher.grantNext(at: now)?.ticket == ticket)
    dispatcher.release(ticket, at: now)
    #expect(dispatcher.grantNext(at: now) == nil)
    #expect(dispatcher.recount() == [])
  }

  @Test func `one that waits for a pool is not passed by those that waited for it before`() {
    let now = HostInstant(nanoseconds: 0)
    func ticket(_ step: Int) -> Dispatcher.Ticket { Dispatcher.Ticket(run: "r", step: step) }
    let pool = ["warehouse": 1]
    var dispatcher = Dispatcher(workspaceLimit: 9)
    for name in ["a", "b"] as [LocationName] {
      dispatcher.setLocation(name, .init(concurrentSteps: name == "a" ? 1 : 9), at: now)
      dispatcher.setReady(name, true)
    }
    dispatcher.setPool("warehouse", .init(units: 1), at: now)
    // Location a is full, and b has the pool; a step of a is next when that is free.
    for (step, demand) in [(1, Dispatcher.Demand("b", pools: pool)), (2, Dispatcher.Demand("a"))] {
      dispatcher.enqueue(ticket(step), demand, at: now)
    }
    dispatcher.enqueue(ticket(3), Dispatcher.Demand("a", pools: pool), at: now)
    while dispatcher.grantNext(at: now) != nil {}
    dispatcher.release(ticket(1), at: now)
    dispatcher.enqueue(ticket(4), Dispatcher.Demand("b", pools: pool), at: now)
    #expect(dispatcher.grantNext(at: now)?.ticket == ticket(4))
    // A more urgent one waits for the pool as well, and one in between for nothing but its slot.
    dispatcher.enqueue(ticket(5), Dispatcher.Demand("a", priority: 9, pools: pool), at: now)
    dispatcher.enqueue(ticket(6), Dispatcher.Demand("a", priority: 5), at: now)
    dispatcher.release(ticket(2), at: now)
    #expect(dispatcher.grantNext(at: now)?.ticket == ticket(6))
    dispatcher.release(ticket(4), at: now)
    dispatcher.release(ticket(6), at: now)
    #expect(dispatcher.grantNext(at: now)?.ticket == ticket(5))
    #expect(dispatcher.recount() == [])
  }
}
