import HanseCore
import HanseModel
import HanseSimulator
import Testing

/// While the host does not read from a process, that is not charged with saying nothing.
@Suite struct HoldTests {
  typealias Conduct = SimulatedHost.Conduct

  private func host(obeysCancel: Bool = false) -> SimulatedHost {
    SimulatedHost(["a": Conduct(holds: ["s0"], obeysCancel: obeysCancel)])
  }

  private func kinds(_ host: SimulatedHost) -> [String] {
    host.log.filter { $0.record.step == "s0" }.map(\.record.payload.kind)
  }

  private func hold(_ host: inout SimulatedHost, _ isHeld: Bool) throws {
    let (name, generation, _) = try #require(host.held["s0"])
    host.handle(.location(name, .held(generation, isHeld)))
  }

  private func succeed(_ host: inout SimulatedHost) throws {
    let (name, generation, attempt) = try #require(host.held["s0"])
    host.held["s0"] = nil
    let made = EventPayload.materialized(Materialization(asset: "s0"))
    host.handle(.stepEvent(name, generation, attempt, made))
    host.handle(.stepAnswer(name, generation, attempt, .succeeded))
  }

  @Test func `the time in which a location is held back is not a step's`() throws {
    var host = host()
    host.launch([Plans.step(0, timeout: 1000)])
    host.wait(.milliseconds(900))
    try hold(&host, true)
    host.wait(.seconds(60))
    #expect(kinds(host) == ["step.started"])
    try hold(&host, false)
    // It had a tenth of a second left; to be read it gets a whole one.
    host.wait(.milliseconds(990))
    try succeed(&host)
    #expect(kinds(host) == ["step.started", "asset.materialized", "step.succeeded"])
    #expect(host.killed.isEmpty)
  }

  @Test func `a step that hangs is ended after the hold, with what time it had left`() throws {
    var host = host()
    host.launch([Plans.step(0, timeout: 10_000)])
    host.wait(.seconds(3))
    try hold(&host, true)
    host.wait(.seconds(60))
    try hold(&host, false)
    host.wait(.milliseconds(6990))
    #expect(kinds(host) == ["step.started"] && host.killed.isEmpty)
    // Asked to stop it does not, and five seconds later its process is ended.
    host.wait(.milliseconds(20))
    host.wait(.milliseconds(4900))
    #expect(host.killed.isEmpty)
    host.wait(.milliseconds(200))
    #expect(host.killed == ["a"])
  }

  @Test func `the time to stop stands still as well, and force does not wait`() throws {
    var host = host()
    host.launch([Plans.step(0, timeout: 1000)])
    host.wait(.milliseconds(1100))
    host.wait(.seconds(2))
    // Two of its five seconds to stop are over.
    try hold(&host, true)
    host.wait(.seconds(60))
    #expect(host.killed.isEmpty)
    try hold(&host, false)
    host.wait(.milliseconds(2500))
    #expect(host.killed.isEmpty)
    try hold(&host, true)
    host.wait(.seconds(60))
    let run = try #require(host.launched.values.first)
    host.handle(.cancel(run, forced: true, ticket: 9))
    #expect(host.killed == ["a"])
  }

  @Test func `an answer that only waits to be told ends the step's time`() throws {
    var host = host()
    host.launch([Plans.step(0, timeout: 1000)])
    host.wait(.milliseconds(900))
    let (name, generation, attempt) = try #require(host.held["s0"])
    host.handle(.stepAnswerWaits(name, generation, attempt))
    host.wait(.seconds(60))
    try succeed(&host)
    #expect(kinds(host) == ["step.started", "asset.materialized", "step.succeeded"])
    #expect(host.killed.isEmpty)
  }

  @Test func `the hold of another process changes nothing`() throws {
    var host = host()
    host.launch([Plans.step(0, timeout: 1000)])
    host.handle(.location("a", .held(Generation(99), true)))
    host.wait(.milliseconds(1100))
    host.wait(.seconds(6))
    #expect(host.killed == ["a"])
  }

  // MARK: The process itself

  @Test(arguments: [false, true])
  func `a process that is held back as it starts has its time afterwards`(isLoading: Bool) {
    var driver = MachineDriver()
    driver.take(.startRequested)
    if isLoading { driver.take(.initialized(Generation(1))) }
    let limit: Duration = isLoading ? .seconds(30) : .seconds(10)
    driver.wake(after: limit - .seconds(4))
    driver.take(.held(Generation(1), true))
    #expect(driver.wake(after: .seconds(100)) == [])
    driver.take(.held(Generation(1), false))
    #expect(driver.wake(after: .milliseconds(3900)) == [])
    #expect(driver.wake(after: .milliseconds(200)) == [.kill(Generation(1))])
    #expect(driver.machine.fault == (isLoading ? .definitionsTimedOut : .handshakeTimedOut))
  }

  @Test func `no ping is missed while the host does not read`() {
    var driver = MachineDriver()
    driver.serve()
    driver.wake(after: .seconds(5))
    driver.wake(after: .seconds(5))
    driver.take(.held(Generation(1), true))
    for _ in 0..<10 { #expect(driver.wake(after: .seconds(5)).first == .sendPing(Generation(1))) }
    driver.take(.held(Generation(1), false))
    for _ in 0..<3 { #expect(driver.wake(after: .seconds(5)).first == .sendPing(Generation(1))) }
    // From then on its silence is its own.
    #expect(driver.wake(after: .seconds(5)) == [.kill(Generation(1))])
    #expect(driver.machine.fault == .hung)
  }

  @Test func `a process that is held back is ended all the same when it was asked to leave`() {
    var driver = MachineDriver()
    driver.serve()
    driver.take(.held(Generation(1), true))
    #expect(driver.take(.stopRequested).first == .askToLeave(Generation(1)))
    #expect(driver.wake(after: .seconds(5)).first == .terminate(Generation(1)))
    #expect(driver.wake(after: .seconds(5)) == [.kill(Generation(1))])
  }
}
