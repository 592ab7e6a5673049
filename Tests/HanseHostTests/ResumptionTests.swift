import HanseHost
import HanseModel
import HanseStore
import HanseSystem
import Testing

@Suite(.timeLimit(.minutes(10))) struct ResumptionTests {
  @Test func `a host for one command leaves unfinished runs alone, and one that stays carries on`()
    throws
  {
    let bench = try Bench()
    let locations = [try bench.fixture("alpha")]
    let run = try bench.withHost(locations) { host in
      try host.settled()
      let run = try host.launch("alpha/sleep")
      try host.started("alpha/sleep", of: run)
      return run
    }

    var configuration = try bench.configuration(locations)
    configuration.resumesRuns = false
    let passing = try Host.start(configuration)
    try passing.settled()
    let events = try passing.makeReader().runEvents(run, limit: .max)
    passing.stop()
    #expect(passing.waitUntilStopped() == nil)
    #expect(events.count { $0.record.payload.kind == "step.started" } == 1)
    #expect(events.last?.record.payload.kind != "run.finished")

    try bench.withHost(locations) { host in
      try host.event("a second attempt") { $0.run == run && $0.attempt == 2 }
      #expect(host.cancel(run, forced: false))
      #expect(try host.course(of: run).status == .canceled)
    }
  }

  @Test func `a host that must end at once takes its locations with it`() throws {
    let bench = try Bench()
    let host = try Host.start(
      try bench.configuration([try bench.fixture("alpha", "hang-at-start")])
    )
    let pid = try #require(
      try host.awaits("a process") { $0.location("alpha")?.processID != nil }
        .location("alpha")?.processID
    )
    host.endNow()
    #expect(host.waitUntilStopped(for: .seconds(10)))
    #expect(try ForeignProcess.waitForEnd(of: Int32(pid), limitMilliseconds: 10_000))
  }
}
