import HanseHost
import HanseModel
import HanseWorkspace
import Testing

/// What is told of limits and of what waits for them, with real processes.
@Suite(.serialized, .timeLimit(.minutes(10))) struct QueueReportTests {
  private let warehouse = ["MEMBERS": #"\"pools\":{\"warehouse\":1},"#]
  private let pool = #""pools":[{"name":"warehouse","units":1}]"#

  private func explain(_ run: RunID, in host: Host) throws -> StepExplanation {
    let found = try #require(try host.explain(.run(run), limit: 20))
    #expect(found.count == 1)
    return try #require(found.first)
  }

  @Test func `the report and the explanation name the pool and who has its unit`() throws {
    let bench = try Bench()
    let locations = [
      bench.script("alpha", "silent", environment: warehouse),
      bench.script("beta", environment: warehouse),
    ]
    try bench.withHost(locations, members: pool) { host in
      try host.settled()
      let holder = try host.launch("alpha/one")
      try host.started("alpha/one", of: holder)
      let waiting = try host.launch(RunRequest(selection: "beta/one", priority: 3))

      let report = try #require(host.queueReport())
      #expect(report.workspace.used == 1 && report.workspace.limit == 16)
      #expect(report.runs == RunSlots(used: 2, limit: 100, waiting: 0))
      #expect(report.queues.map(\.name) == ["default"] && report.queues.map(\.waiting) == [1])
      #expect(report.locations.map(\.name) == ["alpha", "beta"])
      #expect(report.locations.map(\.used) == [1, 0])
      #expect(report.pools.map(\.used) == [1] && report.pools.map(\.waiting) == [1])
      #expect(report.pools.first?.holders.map(\.step) == ["alpha/one"])
      #expect(report.running.map(\.run) == [holder] && report.runningCount == 1)
      #expect(report.waiting.map(\.run) == [waiting] && report.waitingCount == 1)
      #expect(report.waiting.first?.held == "pool warehouse is full")
      #expect(report.waiting.first?.priority == 3)
      #expect(report.miscounts == [])
      #expect(host.waiting(in: "default", limit: 9, after: 0)?.map(\.run) == [waiting])

      let found = try explain(waiting, in: host)
      #expect(found.reason == "waiting: 1 of 1 units of pool warehouse are taken")
      #expect(found.ahead == 0 && found.status == .ready && found.priority == 3)
      #expect(found.limits.map(\.kind) == [.workspace, .queue, .location, .pool])
      let blocking = found.limits.filter(\.blocks)
      #expect(blocking.map(\.name) == ["warehouse"] && blocking.map(\.needs) == [1])
      #expect(blocking.first?.holders.map(\.run) == [holder])
      #expect(
        found.estimate
          == "no estimate: alpha/one, which holds pool warehouse, was never measured"
      )
      #expect(found.estimatedStart == nil)
      #expect(try explain(holder, in: host).reason == "running, attempt 1")
      #expect(host.cancel(holder, forced: true))
      #expect(try host.course(of: waiting).status == .succeeded)
      #expect(try host.explain(.run(waiting), limit: 20) == [])
    }
  }

  @Test func `the start is estimated by how long the holder took before`() throws {
    let bench = try Bench()
    let locations = [
      bench.script("alpha", "silent", environment: warehouse),
      bench.script("beta", environment: warehouse),
    ]
    // With its mark there the location works as it should.
    try bench.write("alpha.mark", "")
    try bench.withHost(locations, members: pool) { host in
      try host.settled()
      let measured = try host.run("alpha/one")
      let took = try #require(
        measured.events.compactMap { event -> Int64? in
          guard case .stepSucceeded(let took) = event.record.payload else { return nil }
          return took
        }.first
      )
      try bench.shell("rm '\(bench.path("alpha.mark"))'")
      let holder = try host.launch("alpha/one")
      try host.started("alpha/one", of: holder)
      let waiting = try host.launch("beta/one")
      let found = try explain(waiting, in: host)
      #expect(
        found.estimate
          == "an estimate, by the median of the last 10 durations of each step that is before it"
      )
      let since = try #require(host.queueReport()?.running.first?.started)
      let start = try #require(found.estimatedStart)
      // It begins when the holder should end, or at once if that should have been. The times are
      // whole milliseconds, read from the clock of the wall at different moments.
      #expect(start.milliseconds >= since.milliseconds + took - 10)
      #expect(host.cancel(holder, forced: true))
      #expect(try host.course(of: waiting).status == .succeeded)
    }
  }

  @Test func `a rate that is used up says when it opens`() throws {
    let bench = try Bench()
    let rate = #""limits":{"rate":{"starts":1,"per":"1h","burst":1}}"#
    try bench.withHost([bench.script("alpha", members: rate)]) { host in
      try host.settled()
      #expect(try host.run("alpha/one").status == .succeeded)
      let waiting = try host.launch("alpha/one")
      let found = try explain(waiting, in: host)
      let blocking = found.limits.filter(\.blocks)
      #expect(blocking.map(\.kind) == [.location])
      let opens = try #require(blocking.first?.nextStart)
      #expect(
        found.estimatedStart.map { abs($0.milliseconds - opens.milliseconds) <= 1000 } == true
      )
      let report = try #require(host.queueReport())
      #expect(report.locations.first?.rate == RateLimit(starts: 1, per: .seconds(3600), burst: 1))
      #expect(report.locations.first?.nextStart != nil)
      #expect(host.cancel(waiting, forced: false))
      #expect(try host.course(of: waiting).status == .canceled)
    }
  }

  @Test func `what is before a step is told, and what its location lacks`() throws {
    let bench = try Bench()
    let locations = [
      try bench.fixture("up", environment: ["FIXTURE_STEPS": "0"]),
      try bench.fixture("down", environment: ["FIXTURE_UPSTREAM": "up/sleep"]),
      bench.script("gone"),
    ]
    try bench.withHost(locations) { host in
      try host.settled()
      host.stop("gone")
      try host.awaits("the stop") { $0.location("gone")?.state == .stopped }
      let run = try host.launch("up/sleep or down/next or gone/one")
      try host.started("up/sleep", of: run)
      let found = try #require(try host.explain(.run(run), limit: 20))
      // Those that wait for slots come first, then those that run.
      #expect(found.map(\.step) == ["gone/one", "up/sleep", "down/next"])
      #expect(found[0].reason == "waiting: location gone is stopped")
      #expect(found[0].estimate == "no estimate: location gone is stopped")
      #expect(found[0].limits.map(\.unavailable) == [nil, nil, "is stopped"])
      #expect(found[2].reason == "waiting for one step before it")
      #expect(found[2].upstream == [.init(step: "up/sleep", status: .running)])
      let one = try host.explain(.step(run, "down/next"), limit: 20)
      #expect(one?.map(\.step) == ["down/next"])
      #expect(try host.explain(.steps(["gone/one"]), limit: 20)?.map(\.run) == [run])
      #expect(try host.explain(.run(run), limit: 1, after: 1)?.map(\.step) == ["up/sleep"])
      #expect(host.cancel(run, forced: true))
      #expect(try host.course(of: run).status == .canceled)
    }
  }
}
