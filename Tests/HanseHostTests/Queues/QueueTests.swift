import HanseHost
import HanseModel
import HanseStore
import HanseWorkspace
import Testing

/// Queues, pools and rates of the workspace, with real processes.
@Suite(.serialized, .timeLimit(.minutes(10))) struct QueueTests {
  private let warehouse = ["MEMBERS": #"\"pools\":{\"warehouse\":1},"#]

  private func held(_ run: RunID, in host: Host) -> [String] {
    host.live(run)?.held.map(\.reason) ?? []
  }

  @Test func `a unit of a pool is lent to one step at a time, whatever its location`() throws {
    let bench = try Bench()
    let locations = [
      bench.script("alpha", "silent", environment: warehouse),
      bench.script("beta", environment: warehouse), bench.script("gamma"),
    ]
    let members = #""pools":[{"name":"warehouse","units":1}]"#
    try bench.withHost(locations, members: members) { host in
      try host.settled()
      let holder = try host.launch("alpha/one")
      try host.started("alpha/one", of: holder)
      let waiting = try host.launch("beta/one")
      #expect(held(waiting, in: host) == ["waiting: 1 of 1 units of pool warehouse are taken"])
      #expect(try host.run("gamma/one").status == .succeeded)
      #expect(held(waiting, in: host) == ["waiting: 1 of 1 units of pool warehouse are taken"])
      #expect(host.cancel(holder, forced: true))
      #expect(try host.course(of: waiting).status == .succeeded)
    }
  }

  @Test func `a rate that is used up holds back its location, and no other`() throws {
    let bench = try Bench()
    let rate = #""limits":{"rate":{"starts":1,"per":"1h","burst":2}}"#
    let locations = [bench.script("alpha", members: rate), bench.script("beta")]
    try bench.withHost(locations) { host in
      try host.settled()
      for _ in 0..<2 { #expect(try host.run("alpha/one").status == .succeeded) }
      let third = try host.launch("alpha/one")
      let reasons = held(third, in: host)
      #expect(reasons.count == 1)
      #expect(
        reasons.allSatisfy {
          $0.hasPrefix("waiting: the rate of location alpha is used up for another 59m")
        },
        "\(reasons)"
      )
      for _ in 0..<3 { #expect(try host.run("beta/one").status == .succeeded) }
      #expect(host.cancel(third, forced: false))
      #expect(try host.course(of: third).status == .canceled)
    }
  }

  @Test func `a rate that is used up stays so in the next host, which starts without a burst`()
    throws
  {
    let bench = try Bench()
    let rate = #""limits":{"rate":{"starts":1,"per":"1h","burst":2}}"#
    let locations = [bench.script("alpha", members: rate), bench.script("beta")]
    try bench.withHost(locations) { host in
      try host.settled()
      for _ in 0..<2 { #expect(try host.run("alpha/one").status == .succeeded) }
    }
    try bench.withHost(locations) { host in
      try host.settled()
      let third = try host.launch("alpha/one")
      let reasons = held(third, in: host)
      #expect(
        reasons.count == 1
          && reasons[0].hasPrefix("waiting: the rate of location alpha is used up for another 59m"),
        "\(reasons)"
      )
      #expect(try host.run("beta/one").status == .succeeded)
    }
  }

  @Test func `a limit on a tag holds for each of its values`() throws {
    let bench = try Bench()
    let members = #""tagLimits":[{"tag":"customer","limit":1}]"#
    let locations = [bench.script("alpha", "silent"), bench.script("beta")]
    try bench.withHost(locations, members: members) { host in
      try host.settled()
      let holder = try host.launch(
        RunRequest(selection: "alpha/one", tags: ["customer": "x"])
      )
      try host.started("alpha/one", of: holder)
      let same = try host.launch(RunRequest(selection: "beta/one", tags: ["customer": "x"]))
      #expect(held(same, in: host) == ["waiting: 1 of 1 slots of tag customer=x are taken"])
      let other = try host.launch(RunRequest(selection: "beta/one", tags: ["customer": "y"]))
      #expect(try host.course(of: other).status == .succeeded)
      #expect(host.cancel(holder, forced: true))
      #expect(try host.course(of: same).status == .succeeded)
    }
  }

  @Test func `a run that would pass a location's line is refused, and nothing of it is queued`()
    throws
  {
    let bench = try Bench()
    let members = #""limits":{"concurrentSteps":1,"waitingSteps":2}"#
    let locations = [bench.script("alpha", "silent", members: members), bench.script("beta")]
    try bench.withHost(locations) { host in
      try host.settled()
      let holder = try host.launch("alpha/one")
      try host.started("alpha/one", of: holder)
      for _ in 0..<2 { _ = try host.launch("alpha/one") }
      let error = #expect(throws: HostError.self) { try host.launch("*") }
      #expect(
        error
          == HostError(
            .queueFull,
            "queue is full: 2 steps of location alpha wait, and the run has 1 more; 2 may wait "
              + "(limits.waitingSteps)"
          )
      )
      #expect(try host.run("beta/one").status == .succeeded)
      #expect(try host.makeReader().runs(RunFilter(limit: 100)).count == 4)
      try host.changeLimit(of: .location("alpha"), LimitOrder(waitingSteps: 3))
      _ = try host.launch("alpha/one")
    }
  }

  @Test func `what waits for a rate starts by itself when the rate allows it`() throws {
    let bench = try Bench()
    let rate = #""limits":{"rate":{"starts":1,"per":"300ms","burst":1}}"#
    try bench.withHost([bench.script("alpha", members: rate)]) { host in
      try host.settled()
      let runs = try (0..<3).map { _ in try host.launch("alpha/one") }
      for run in runs { #expect(try host.course(of: run).status == .succeeded) }
    }
  }

  @Test func `a run that names a queue waits in that, and one that names none in its location's`()
    throws
  {
    let bench = try Bench()
    let members = #""queues":[{"name":"slow","concurrentSteps":1}]"#
    let locations = [
      bench.script("alpha", "silent", members: #""queue":"slow""#), bench.script("beta"),
    ]
    try bench.withHost(locations, members: members) { host in
      try host.settled()
      let holder = try host.launch("alpha/one")
      try host.started("alpha/one", of: holder)
      let queued = try host.launch(RunRequest(selection: "beta/one", queue: "slow"))
      #expect(held(queued, in: host) == ["waiting: 1 of 1 slots of queue slow are taken"])
      #expect(try host.run("beta/one").status == .succeeded)
      #expect(host.cancel(holder, forced: true))
      #expect(try host.course(of: queued).status == .succeeded)
    }
  }

  @Test func `a queue that nobody knows and a priority out of range are refused`() throws {
    let bench = try Bench()
    let members = #""queues":[{"name":"backfills"}]"#
    try bench.withHost([bench.script("alpha")], members: members) { host in
      try host.settled()
      let file = host.configuration.workspace.file
      let refused: [(RunRequest, String)] = [
        (
          RunRequest(selection: "*", queue: "backfils"),
          "there is no queue \"backfils\" in \(file); did you mean \"backfills\"? "
            + "(its queues: default, backfills)"
        ),
        (
          RunRequest(selection: "*", priority: 1001),
          "priority 1001 is out of range; it goes from -1000 to 1000"
        ),
      ]
      for (request, message) in refused {
        let error = #expect(throws: HostError.self) { try host.launch(request) }
        #expect(error?.description == message)
      }
    }
  }
}
