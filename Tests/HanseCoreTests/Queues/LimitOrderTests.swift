import HanseCore
import HanseModel
import HanseSimulator
import Testing

/// Limits that are changed while steps run and wait.
@Suite struct LimitOrderTests {
  typealias Outcome = RunCoordinator.OrderOutcome

  private static let everything = Set((0..<30).map { StepKey("s\($0)") })

  /// A host with two locations that keep each step in flight until it is let go.
  private func host(_ file: LimitBook.File, log: [Event] = []) -> SimulatedHost {
    let conduct = SimulatedHost.Conduct(
      assets: (0..<30).map { AssetDefinition(key: AssetKey("s\($0)")) },
      holds: Self.everything
    )
    return SimulatedHost(
      ["a": conduct, "b": SimulatedHost.Conduct(holds: Self.everything)],
      log: log,
      limits: file
    )
  }

  private func order(
    _ host: inout SimulatedHost,
    _ target: LimitTarget,
    _ change: LimitOrder = LimitOrder(),
    resets: Bool = false
  ) -> Outcome? {
    host.handle(.order(.limit(target, change, resets: resets), ticket: 900))
    return try? host.answers.removeValue(forKey: 900)?.get()
  }

  private func launch(_ host: inout SimulatedHost, _ steps: Range<Int>, queue: String? = nil) {
    for step in steps {
      var planned = Plans.step(step)
      planned.pools = ["warehouse": 2]
      var creation = Plans.creation([planned])
      creation.request.queue = queue
      host.handle(.launch(creation, ticket: step))
    }
  }

  static let file = LimitBook.File(
    concurrentSteps: 3,
    queues: ["slow": .init(concurrentSteps: 3)],
    pools: ["warehouse": .init(units: 6)],
    locations: ["a": .init(.init(concurrentSteps: 3))]
  )

  static let changes: [(LimitTarget, LimitOrder, LimitOrder)] = [
    (.workspace, .init(concurrentSteps: .value(1)), .init(concurrentSteps: .value(5))),
    (.queue("slow"), .init(concurrentSteps: .value(1)), .init(concurrentSteps: .unlimited)),
    (.pool("warehouse"), .init(units: 2), .init(units: 10)),
    (.location("a"), .init(concurrentSteps: .value(1)), .init(concurrentSteps: .value(5))),
  ]

  @Test(arguments: changes)
  func `a limit that is changed holds for what waits, and a reset brings the file's back`(
    target: LimitTarget,
    less: LimitOrder,
    more: LimitOrder
  ) {
    // All other limits leave room for what this one is raised to.
    var file = Self.file
    if target != .workspace { file.concurrentSteps = 20 }
    if target != .pool("warehouse") { file.pools = ["warehouse": .init(units: 40)] }
    if target != .location("a") { file.locations = [:] }
    if target != .queue("slow") { file.queues = ["slow": .init()] }
    var host = host(file)
    launch(&host, 0..<10, queue: "slow")
    #expect(host.held.count == 3)
    // What runs goes on; nothing new starts before there is room under the lower limit.
    #expect(order(&host, target, less) == Outcome(running: 3))
    for step in ["s0", "s1"] as [StepKey] { host.succeed(step) }
    #expect(host.held.count == 1)
    host.succeed("s2")
    #expect(host.held.keys.map(\.self) == ["s3"])
    #expect(order(&host, target, more) == Outcome(running: 1))
    #expect(host.held.count >= 5)
    let raised = host.held.count
    #expect(order(&host, target, resets: true) == Outcome(running: raised))
    for step in host.held.keys.sorted().prefix(raised - 2) { host.succeed(step) }
    #expect(host.held.count == 3 || host.plane.runs.runs.count < 3)
    #expect(host.plane.runs.recount() == [])
  }

  @Test(arguments: [
    LimitTarget.workspace, .queue("slow"), .pool("warehouse"), .location("a"),
  ])
  func `what is paused starts nothing, what runs goes on, and a resumption starts the rest`(
    target: LimitTarget
  ) {
    var host = host(Self.file)
    launch(&host, 0..<6, queue: "slow")
    #expect(order(&host, target, .init(flow: .paused)) == Outcome(running: 3))
    for step in ["s0", "s1", "s2"] as [StepKey] { host.succeed(step) }
    #expect(host.held.isEmpty && host.finished.count == 3)
    #expect(host.kinds(of: "a").count { $0 == "location.exited" } == 0)
    let reason = host.plane.runs.holdReason(of: host.launched[4] ?? "", position: 0, at: host.now)
    let name: Dispatcher.LimitName =
      switch target {
      case .workspace: .workspace
      case .queue(let name): .queue(name)
      case .pool(let name): .pool(name)
      case .location(let name): .location(name)
      }
    #expect(reason == .isPaused(name))
    #expect(order(&host, target, .init(flow: .open)) == Outcome(running: 0))
    #expect(host.held.count == 3)
  }

  @Test(arguments: [
    LimitTarget.workspace, .queue("slow"), .pool("warehouse"), .location("a"),
  ])
  func `a drain tells when the last step that runs has ended, and stays paused`(
    target: LimitTarget
  ) {
    var host = host(Self.file)
    launch(&host, 0..<6, queue: "slow")
    #expect(order(&host, target, .init(flow: .draining)) == Outcome(running: 3))
    let drained = { (host: SimulatedHost) in
      host.log.count { $0.record.payload == .limitsDrained(target) }
    }
    for step in ["s0", "s1"] as [StepKey] { host.succeed(step) }
    #expect(drained(host) == 0)
    host.succeed("s2")
    #expect(drained(host) == 1 && host.held.isEmpty)
    var next = self.host(Self.file, log: host.log)
    #expect(drained(next) == 1 && next.held.isEmpty)
    #expect(order(&next, target, .init(flow: .open)) == Outcome(running: 0))
    #expect(next.held.count == 3)
  }

  @Test func `the number of runs at once is changed for runs that wait`() {
    var file = Self.file
    (file.concurrentSteps, file.concurrentRuns, file.locations) = (20, 2, [:])
    file.pools = ["warehouse": .init(units: 40)]
    var host = host(file)
    launch(&host, 0..<8)
    #expect(host.held.count == 2)
    #expect(order(&host, .workspace, .init(concurrentRuns: 5)) == Outcome(running: 2))
    #expect(host.held.count == 5)
    // Those that have begun go on; the next one begins when there is room under the lower limit.
    _ = order(&host, .workspace, .init(concurrentRuns: 1))
    for step in ["s0", "s1", "s2", "s3"] as [StepKey] { host.succeed(step) }
    #expect(host.held.keys.map(\.self) == ["s4"])
    _ = order(&host, .workspace, resets: true)
    #expect(host.held.keys.sorted() == ["s4", "s5"])
    #expect(host.plane.runs.recount() == [])
  }

  @Test(arguments: [LimitTarget.queue("slow"), .pool("warehouse"), .location("a")])
  func `a rate that is ordered holds for what waits, and ends with the order`(
    target: LimitTarget
  ) {
    var file = Self.file
    (file.concurrentSteps, file.locations) = (20, [:])
    file.pools = ["warehouse": .init(units: 40)]
    file.queues = ["slow": .init()]
    var host = host(file)
    _ = order(&host, target, .init(rate: .value(.init(starts: 1, per: .seconds(60), burst: 2))))
    launch(&host, 0..<8, queue: "slow")
    #expect(host.held.count == 2)
    host.wait(.seconds(61))
    #expect(host.held.count == 3)
    // What was let through is not forgotten by a rate that lets more through.
    _ = order(&host, target, .init(rate: .value(.init(starts: 2, per: .seconds(60), burst: 1))))
    #expect(host.held.count == 3)
    host.wait(.seconds(91))
    #expect(host.held.count == 6)
    _ = order(&host, target, .init(rate: .unlimited))
    #expect(host.held.count == 8)
    #expect(host.plane.runs.recount() == [])
  }

  @Test func `a host that ends while something drains leaves it drained`() {
    var host = host(Self.file)
    launch(&host, 0..<2)
    _ = order(&host, .pool("warehouse"), .init(flow: .draining))
    let next = self.host(Self.file, log: host.log)
    #expect(
      next.log.last { $0.record.payload.kind.hasPrefix("limits.") }?.record.payload
        == .limitsDrained(.pool("warehouse"))
    )
    #expect(next.held.isEmpty)
  }

  @Test func `what was ordered holds in the next host over what the file says, until a reset`() {
    var host = host(Self.file)
    _ = order(&host, .location("a"), .init(concurrentSteps: .value(1), weight: 4))
    _ = order(
      &host,
      .queue("slow"),
      .init(rate: .value(.init(starts: 1, per: .seconds(9), burst: 1)))
    )
    var file = Self.file
    file.locations = ["a": .init(.init(concurrentSteps: 2))]
    var next = self.host(file, log: host.log)
    #expect(next.plane.runs.limits.location("a") == .init(concurrentSteps: 1, weight: 4))
    #expect(next.plane.runs.limits.queue("slow").rate?.per == .seconds(9))
    launch(&next, 0..<4)
    #expect(next.held.count == 1)
    _ = order(&next, .location("a"), resets: true)
    #expect(next.held.count == 2)
    let last = self.host(file, log: next.log)
    #expect(last.plane.runs.limits.location("a") == .init(concurrentSteps: 2))
    #expect(last.plane.runs.limits.orders.orders.count == 1)
  }

  @Test func `an order that changes nothing is no event`() {
    var host = host(Self.file)
    let before = host.log.count
    #expect(order(&host, .queue("slow"), resets: true) == Outcome())
    #expect(order(&host, .queue("slow"), .init(flow: .open)) == Outcome())
    #expect(host.log.count == before)
  }

  static let refusals: [(QueueOrder, OrderRefusal.Code, String)] = [
    (
      .limit(.queue("slov"), .init(weight: 1), resets: false), .unknownQueue,
      "there is no queue \"slov\"; did you mean \"slow\"? (queues: default, slow)"
    ),
    (
      .limit(.pool("ware"), .init(units: 1), resets: false), .unknownPool,
      "there is no pool \"ware\" (pools: warehouse)"
    ),
    (
      .limit(.location("c"), .init(flow: .paused), resets: false), .unknownLocation,
      "there is no location \"c\"; did you mean \"a\"? (locations: a, b)"
    ),
    (
      .limit(.queue("slow"), .init(concurrentSteps: .value(0)), resets: false), .invalidLimit,
      "concurrentSteps of queue \"slow\" is 0; it goes from 1 to 100000"
    ),
    (
      .limit(.location("a"), .init(concurrentSteps: .unlimited), resets: false), .invalidLimit,
      "concurrentSteps of location \"a\" cannot be without limit; it goes from 1 to 10000"
    ),
    (
      .limit(.workspace, .init(concurrentSteps: .unlimited), resets: false), .invalidLimit,
      "concurrentSteps of the workspace cannot be without limit; it goes from 1 to 100000"
    ),
    (
      .limit(.workspace, .init(concurrentRuns: 100_001), resets: false), .invalidLimit,
      "concurrentRuns of the workspace is 100001; it goes from 1 to 100000"
    ),
    (
      .limit(.workspace, .init(weight: 1), resets: false), .invalidLimit,
      "the workspace has no weight"
    ),
    (
      .limit(.pool("warehouse"), .init(concurrentSteps: .value(1)), resets: false), .invalidLimit,
      "a pool has no concurrentSteps"
    ),
    (
      .limit(.queue("slow"), .init(units: 1), resets: false), .invalidLimit, "a queue has no units"
    ),
    (
      .limit(.queue("slow"), .init(weight: 0), resets: false), .invalidLimit,
      "weight of queue \"slow\" is 0.0; it is above 0 and at most 1000"
    ),
    (
      .limit(.pool("warehouse"), .init(units: 1_000_001), resets: false), .invalidLimit,
      "units of pool \"warehouse\" is 1000001; it goes from 1 to 1000000"
    ),
    (
      .limit(
        .queue("slow"),
        .init(rate: .value(.init(starts: 1, per: .zero, burst: 1))),
        resets: false
      ),
      .invalidLimit, "rate.per of queue \"slow\" is below 1ms, the shortest there is"
    ),
    (
      .limit(
        .queue("slow"),
        .init(rate: .value(.init(starts: 0, per: .seconds(1), burst: 1))),
        resets: false
      ),
      .invalidLimit, "rate.starts of queue \"slow\" is 0; it goes from 1 to 1000000"
    ),
    (
      .requeue("gone", queue: nil, priority: 1), .unknownRun, "no run \"gone\" is under way"
    ),
    (
      .cancelSteps(of: ["s1"], in: "gone", forced: false), .unknownRun,
      "no run \"gone\" is under way"
    ),
  ]

  @Test(arguments: refusals.indices)
  func `what cannot be ordered is refused with what could be`(index: Int) {
    let (order, code, message) = Self.refusals[index]
    var host = host(Self.file)
    let before = host.log.count
    launch(&host, 0..<1)
    host.handle(.order(order, ticket: 7))
    #expect(host.answers[7] == .failure(OrderRefusal(code, message)))
    #expect(host.log.dropFirst(before).count { $0.record.payload.kind.hasPrefix("limits.") } == 0)
  }

  @Test func `a stopping host takes no orders`() {
    var host = host(Self.file)
    host.handle(.stop)
    host.handle(.order(.limit(.workspace, .init(flow: .paused), resets: false), ticket: 1))
    #expect(host.answers[1] == .failure(.init(.stopping, "the host is stopping")))
  }

  @Test func `who ordered what holds is remembered over restarts, and forgotten with it`() {
    let file = LimitBook.File(concurrentSteps: 9, queues: ["slow": .init()])
    var host = SimulatedHost(["a": .init()], limits: file)
    let (ann, bob) = (Principal(userID: 1000, userName: "ann"), Principal(userID: 1001))
    let target = LimitTarget.queue("slow")
    let raise = LimitOrder(concurrentSteps: .value(3))
    host.handle(.order(.limit(target, raise, resets: false, by: ann), ticket: 1))
    host.handle(.order(.limit(target, .init(flow: .paused), resets: false, by: bob), ticket: 2))
    // What changes nothing is nobody's.
    host.handle(.order(.limit(target, .init(flow: .paused), resets: false, by: ann), ticket: 3))
    var next = SimulatedHost(["a": .init()], log: host.log, limits: file)
    for host in [host, next] {
      #expect(host.plane.runs.limits.orders.authors.keys.map(\.self) == [target])
      #expect(host.plane.runs.limits.orders.authors[target]?.principal == bob)
    }
    next.handle(.order(.limit(target, .init(flow: .open), resets: true, by: ann), ticket: 4))
    #expect(next.plane.runs.limits.orders.authors.isEmpty)
    let told = next.log.compactMap { event in
      if case .limitsChanged(let change) = event.record.payload { change.by } else { nil }
    }
    #expect(told == [ann, bob, ann])
  }
}
