import HanseAPI
import HanseHost
import HanseModel
import HanseSystem
import Testing

/// Queues, what waits in them, and why, over both ways to call.
@Suite(.serialized, .timeLimit(.minutes(10))) struct QueueTests {
  private static let slow =
    #", "queues": [{"name": "slow", "concurrentSteps": 1, "rate": {"starts": 5, "per": "2s"}}], "#
    + #""pools": [{"name": "warehouse", "units": 3}]"#

  private func launch(
    _ selection: String,
    by client: any APIClient
  ) throws -> RunDocument {
    try client.post(APIPath.runs, RunRequest(selection: selection, queue: "slow", priority: 7))
  }

  @Test(arguments: Way.allCases)
  func `what waits for a full queue is listed, and explained with who holds it`(way: Way) throws {
    let test = try TestHost.withFixture(members: Self.slow)
    let client = test.client(way)
    let holder = try launch("fixture/sleep", by: client)
    let query = ["run": holder.id.text, "kind": "step.logged"]
    try client.stream(.stream(APIPath.events, query: query)) { $0 == nil }
    let waiting = try launch("fixture/numbers", by: client)
    let last = try launch("fixture/numbers", by: client)

    let report: QueueReport = try client.get(APIPath.queues)
    #expect(report.queues.map(\.name) == ["default", "slow"])
    #expect(report.waiting.map(\.run) == [waiting.id, last.id])
    #expect(report.waiting.map(\.held) == ["queue slow is full", "queue slow is full"])
    #expect(report.pools.map(\.limit) == [3])
    #expect(try QueueReport.decode(JSONWriter.encode(report)) == report)
    let short: QueueReport = try client.get(
      APIPath.queues,
      query: ["waiting": "1", "running": "0"]
    )
    #expect(short.waiting.map(\.run) == [waiting.id] && short.waitingCount == 2)
    #expect(short.running.isEmpty && short.runningCount == 1)
    let listed: Page<LimitReport> = try client.get(APIPath.queues)
    #expect(listed.items.map(\.name) == ["default", "slow"])

    let queue: LimitReport = try client.get(APIPath.queue("slow"))
    #expect(queue.used == 1 && queue.limit == 1 && queue.waiting == 2)
    #expect(queue.rate == RateLimit(starts: 5, per: .seconds(2), burst: 5))
    let pools: Page<LimitReport> = try client.get(APIPath.pools)
    #expect(pools.items.map(\.name) == ["warehouse"])
    let paged: [WaitingStep] = try client.all(APIPath.waiting(in: "slow"), query: ["limit": "1"])
    #expect(paged.map(\.run) == [waiting.id, last.id])
    #expect(paged.map(\.priority) == [7, 7])
    let none: [WaitingStep] = try client.all(APIPath.waiting(in: "default"))
    #expect(none.isEmpty)

    let explained: [StepExplanation] = try client.all(
      APIPath.explain,
      query: ["run": last.id.text]
    )
    #expect(explained.map(\.step) == ["fixture/numbers"])
    let found = try #require(explained.first)
    #expect(found.reason == "waiting: 1 of 1 slots of queue slow are taken")
    #expect(found.ahead == 1 && found.queue == "slow" && found.priority == 7)
    #expect(found.limits.filter(\.blocks).map(\.name) == ["slow"])
    #expect(found.limits.flatMap(\.holders).map(\.run) == [holder.id])
    #expect(try StepExplanation.decode(JSONWriter.encode(found)).limits == found.limits)
    let ofAsset: [StepExplanation] = try client.all(
      APIPath.explain,
      query: ["asset": "fixture/numbers", "limit": "1"]
    )
    #expect(ofAsset.map(\.run) == [waiting.id, last.id])

    let detail: RunDetailDocument = try client.get(APIPath.run(last.id.text))
    #expect(detail.run.queue == "slow" && detail.run.priority == 7)
    _ = try client.send(.post(APIPath.cancel(holder.id.text), CancelOrder(forced: true)))
    #expect(try test.wait(for: last, by: client).run.status == .succeeded)
    let canceled = try test.wait(for: holder, by: client)
    #expect(canceled.canceledBy?.userID == Users.ownID && canceled.requeuedBy == nil)
    let over = try client.send(.get(APIPath.explain, query: ["run": last.id.text]))
    #expect(over.status == 409)
    #expect(over.problem?.detail == "run \(last.id) has succeeded already; nothing of it waits")
    let misspelt = try client.send(
      .get(APIPath.explain, query: ["run": last.id.text, "step": "fixture/numbrs"])
    )
    #expect(
      misspelt.problem?.detail
        == "run \(last.id) has no step \"fixture/numbrs\"; did you mean \"fixture/numbers\"?"
    )
  }

  @Test(arguments: Way.allCases)
  func `limits are changed, paused and reset, and what waits is moved`(way: Way) throws {
    let test = try TestHost.withFixture(members: Self.slow)
    let client = test.client(way)
    func order(_ action: LimitAction, _ target: LimitTarget) throws -> LimitReport {
      try client.post(APIPath.limit(action, target), JSONValue.object([]))
    }
    var change = LimitOrder(concurrentSteps: .unlimited, rate: .unlimited)
    change.weight = 3
    let set: LimitReport = try client.post(APIPath.limit(.set, .queue("slow")), change)
    #expect(set.limit == nil && set.rate == nil && set.weight == 3 && set.isOrdered)
    #expect(set.orderedBy?.userID == Users.ownID && set.orderedAt != nil)
    let reset = try order(.reset, .queue("slow"))
    #expect(reset.limit == 1 && reset.weight == 1 && !reset.isOrdered)
    #expect(reset.orderedBy == nil && reset.orderedAt == nil)
    #expect(reset.rate == RateLimit(starts: 5, per: .seconds(2), burst: 5))
    for target in [LimitTarget.workspace, .pool("warehouse"), .location("fixture")] {
      #expect(try order(.pause, target).isPaused, "\(target)")
      #expect(try !order(.resume, target).isPaused, "\(target)")
    }
    #expect(try order(.drain, .queue("slow")).isPaused)
    let waiting = try launch("fixture/numbers", by: client)
    let report: QueueReport = try client.get(APIPath.queues)
    #expect(report.waiting.map(\.held) == ["queue slow is paused"])
    #expect(report.queues.map(\.isPaused) == [false, true])

    var move = RequeueOrder()
    (move.selection, move.queue) = ("fixture/numbers", "default")
    let moved: OrderOutcomeDocument = try client.post(APIPath.requeue, move)
    #expect(moved.runs == [waiting.id] && moved.waiting == 1)
    let detail = try test.wait(for: waiting, by: client)
    #expect(detail.run.status == .succeeded && detail.run.queue == "default")
    #expect(detail.requeuedBy?.userID == Users.ownID && detail.canceledBy == nil)
    (move.selection, move.run) = (nil, waiting.id.text)
    let over = try client.send(.post(APIPath.requeue, move))
    #expect(over.status == 409)
    #expect(
      over.problem?.detail == "run \(waiting.id) has succeeded already; nothing of it waits"
    )
    let none: OrderOutcomeDocument = try client.post(
      APIPath.cancelSteps,
      StepCancelOrder(selection: "*")
    )
    #expect(none == OrderOutcomeDocument())
  }
}
