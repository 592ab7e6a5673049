import HanseCore
import HanseModel
import HanseSimulator
import Testing

/// That a rate goes on over restarts of the host as if there had been none.
@Suite struct RateRestartTests {
  private static let names = (0..<40).map { StepKey("s\($0)") }

  private func host(
    _ rate: RateLimit,
    log: [Event] = [],
    at now: HostInstant = .at(seconds: 0),
    clock: String = "boot",
    wallAhead: Duration = .zero
  ) -> SimulatedHost {
    let file = LimitBook.File(
      concurrentSteps: 100,
      queues: ["slow": .init(rate: rate)],
      pools: ["p": .init(units: 1000, rate: rate)],
      locations: ["a": .init(.init(concurrentSteps: 100, rate: rate))]
    )
    return SimulatedHost(
      ["a": .init(holds: Set(Self.names)), "b": .init(holds: Set(Self.names))],
      log: log,
      at: now,
      limits: file,
      clock: clock,
      wallAhead: wallAhead
    )
  }

  /// What goes through the rate of a location, of a queue or of a pool.
  enum Way: CaseIterable { case location, queue, pool }

  private func launch(_ host: inout SimulatedHost, _ steps: Range<Int>, _ way: Way) {
    for step in steps {
      var planned = Plans.step(step, at: way == .location ? "a" : "b")
      if way == .pool { planned.pools = ["p": 1] }
      var creation = Plans.creation([planned])
      if way == .queue { creation.request.queue = "slow" }
      host.handle(.launch(creation, ticket: step))
    }
  }

  private func starts(_ host: SimulatedHost) -> Int {
    host.log.count { $0.record.payload.kind == "step.started" }
  }

  @Test(arguments: Way.allCases, [0, 86_400, -86_400])
  func `whatever the wall clock does, the next host starts when this one would have`(
    way: Way,
    jump: Int
  ) {
    let rate = RateLimit(starts: 1, per: .seconds(60), burst: 2)
    var host = host(rate)
    launch(&host, 0..<5, way)
    #expect(starts(host) == 2)
    host.wait(.seconds(20))
    // The steps in flight are lost with the host and count as starts again.
    var next = self.host(rate, log: host.log, at: host.now, wallAhead: .seconds(jump))
    next.handle(.tick)
    #expect(starts(next) == 2)
    next.wait(.seconds(39))
    #expect(starts(next) == 2)
    next.wait(.seconds(2))
    #expect(starts(next) == 3)
    next.wait(.seconds(60))
    #expect(starts(next) == 4)
  }

  @Test(arguments: [(30, 2, 3), (90, 3, 4), (-86_400, 2, 2), (86_400, 4, 4)])
  func
    `after a restart of the machine the wall clock decides, and nobody waits for more than a burst`(
      wallSeconds: Int,
      atOnce: Int,
      afterHalfAMinute: Int
    )
  {
    let rate = RateLimit(starts: 1, per: .seconds(60), burst: 2)
    var host = host(rate)
    launch(&host, 0..<9, .location)
    // The new machine's clock begins anew, behind the old one's.
    var next = self.host(
      rate,
      log: host.log,
      at: .at(seconds: 1),
      clock: "another boot",
      wallAhead: .seconds(wallSeconds)
    )
    next.handle(.tick)
    #expect(starts(next) == atOnce)
    next.wait(.seconds(30))
    #expect(starts(next) == afterHalfAMinute)
    next.wait(.seconds(91))
    #expect(starts(next) > 3)
  }

  @Test
  func `a step that gave its slots back, because its worker did not start, pays a rate again`() {
    let rate = RateLimit(starts: 1, per: .seconds(60), burst: 3)
    let assets = (0..<3).map { AssetDefinition(key: AssetKey("s\($0)")) }
    var host = SimulatedHost(
      ["a": .init(mutes: [Generation(1, worker: 1)], assets: assets)],
      limits: LimitBook.File(
        concurrentSteps: 100,
        locations: ["a": .init(.init(concurrentSteps: 9, rate: rate))]
      ),
      isolated: ["a"]
    )
    host.launch((0..<3).map { Plans.step($0) }, ticket: 1)
    #expect(host.plane.runs.waitingForWorkers(at: "a") == 3)
    // The first worker says nothing for ten seconds; then all three wait for the rate.
    host.wait(.seconds(59))
    #expect(starts(host) == 0 && host.plane.runs.waitingForWorkers(at: "a") == 0)
    host.wait(.seconds(2))
    #expect(starts(host) == 1)
    host.wait(.seconds(120))
    #expect(starts(host) == 3)
    #expect(host.plane.runs.recount() == [])
  }

  @Test func `a rate that forgets within a second starts evenly after a restart, and soon`() {
    let rate = RateLimit(starts: 20, per: .seconds(1), burst: 20)
    var host = host(rate)
    launch(&host, 0..<30, .location)
    #expect(starts(host) == 20)
    #expect(!host.log.contains { $0.record.payload.kind == "rates.noted" })
    var next = self.host(rate, log: host.log, at: host.now)
    let before = starts(next)
    next.wait(.milliseconds(51))
    #expect(starts(next) == before + 1)
    next.wait(.milliseconds(100))
    #expect(starts(next) == before + 3)
  }

  @Test func `a first host may begin with a burst`() {
    var host = host(RateLimit(starts: 20, per: .seconds(1), burst: 20))
    launch(&host, 0..<30, .location)
    #expect(starts(host) == 20)
  }

  @Test(arguments: 0..<4)
  func
    `no window holds more than a burst and the rate, over any restarts and jumps of the wall clock`(
      round: Int
    )
  {
    var chance = Chance(for: "no window over restarts (round \(round))")
    for _ in 0..<5 {
      let rate = RateLimit(
        starts: chance.between(1...4),
        per: .seconds(chance.between(2...30)),
        burst: chance.between(1...5)
      )
      var host = host(rate)
      launch(&host, 0..<30, .location)
      var times: [HostInstant] = []
      func note(_ host: SimulatedHost) {
        while times.count < starts(host) { times.append(host.now) }
      }
      note(host)
      for _ in 0..<40 {
        for _ in 0..<10 {
          host.wait(.milliseconds(chance.below(700)))
          note(host)
        }
        if chance.isHeads(oneIn: 2) {
          host = self.host(
            rate,
            log: host.log,
            at: host.now,
            wallAhead: .seconds(chance.below(200_000) - 100_000)
          )
          host.handle(.tick)
          note(host)
        }
      }
      // Seen at the end of a wait of at most 700 ms.
      let interval = Double(rate.per.wholeMilliseconds) / Double(rate.starts)
      for first in times.indices {
        for last in times.indices[first...] {
          let span = Double((times[last] - times[first]).wholeMilliseconds) + 700
          let most = Double(rate.burst) + span / interval + 1
          #expect(Double(last - first + 1) <= most, "\(rate) \(first) \(last)")
        }
      }
      // And nothing stalls: what the rate allows in the whole time has been used.
      let total = Double((host.now - times[0]).wholeMilliseconds)
      #expect(times.count >= min(30, Int(total / interval) - 1), "\(rate) \(times.count)")
    }
  }
}
