import HanseGraph
import HanseHost
import HanseModel
import HanseStore
import HanseSystem
import Testing

@testable import HanseAPI

/// However much a location defines and reports, an answer has its bound, and tells how to go on.
@Suite(.timeLimit(.minutes(10))) struct PageBytesTests {
  /// What brackets, names and the cursor of a page take at most.
  private static let frameBytes = 64 << 10

  /// Follows the cursors of a listing.
  private func pages<Item: JSONCodable>(
    _ path: String,
    _ query: [String: String] = [:],
    by client: any APIClient,
    of type: Item.Type
  ) throws -> [(bytes: Int, items: [Item])] {
    var query = query
    var pages: [(bytes: Int, items: [Item])] = []
    while true {
      let response = try client.send(.get(path, query: query))
      let page: Page<Item> = try response.document()
      pages.append((response.bytes.count, page.items))
      guard let next = page.next else { return pages }
      query["cursor"] = next
    }
  }

  @Test(arguments: Way.allCases)
  func `a listing of definitions ends at its bytes, and its cursor goes on`(way: Way) throws {
    let test = try TestHost.withFixture("vast")
    let client = test.client(way)
    let run = try test.finish("fixture/vast*", by: client)
    #expect(run.run.status == .succeeded)

    let assets = try pages(
      APIPath.assets,
      ["selection": "fixture/*"],
      by: client,
      of: AssetDocument.self
    )
    let whole = test.host.snapshot.graph.nodes.map(\.key).filter { $0.path.hasPrefix("fixture/") }
    #expect(assets.flatMap { $0.items.map(\.key) } == whole)
    #expect(assets.allSatisfy { $0.bytes < PageWriter.limitBytes + Self.frameBytes })
    // Each of the twelve takes 2.4 MB, so there is one of them in a page.
    #expect(assets.count == 12)
    let vast = try #require(assets.flatMap(\.items).first { $0.key == "fixture/vast3" })
    #expect(vast.description?.count == 600_000 && vast.latest?.metadata.count != 0)
    #expect(vast.checks.first?.latest?.description?.count == 600_000)
    #expect(vast.checks.first?.latest?.isAbridged == false)
    // The number counts as well.
    let few = try pages(APIPath.assets, ["limit": "2"], by: client, of: AssetDocument.self)
    #expect(few.allSatisfy { $0.items.count <= 2 } && few.flatMap(\.items).count == whole.count + 1)

    // 600 kB for each of the twelve nodes.
    var query: [String: String] = [:]
    var graph: [GraphDocument] = []
    repeat {
      let response = try client.send(.get(APIPath.graph, query: query))
      #expect(response.bytes.count < GraphWriter.limitBytes + Self.frameBytes)
      graph.append(try response.document())
      query["cursor"] = graph.last?.next
    } while query["cursor"] != nil
    #expect(graph.count == 2)
    let nodes = test.host.snapshot.graph.nodes.map(\.key)
    #expect(graph.flatMap { $0.nodes.map(\.key) } == nodes)
    #expect(graph.flatMap(\.edges).contains { $0.to == "fixture/double" })
    for part in graph {
      #expect(Set(part.edges.map(\.to)).isSubset(of: part.nodes.map(\.key)))
    }
  }

  @Test func `diagnostics come in pages that fit together`() throws {
    let test = try TestHost(
      locations: ["a", "b", "c"].map { "{\"name\": \"\($0)\", \"executable\": \"/nowhere/\($0)\"}" }
        .joined(separator: ", ")
    )
    let client = test.client(.direct)
    let whole = try pages(APIPath.diagnostics, by: client, of: Diagnostic.self)
    let parts = try pages(APIPath.diagnostics, ["limit": "1"], by: client, of: Diagnostic.self)
    #expect(whole.count == 1 && whole[0].items.count >= 3)
    #expect(parts.map(\.items.count) == whole[0].items.map { _ in 1 })
    #expect(parts.flatMap(\.items) == whole[0].items)
  }

  // MARK: Runs

  private static func record(_ step: StepKey? = nil, _ payload: EventPayload) -> EventRecord {
    EventRecord(
      time: Timestamp(milliseconds: 0),
      location: step == nil ? nil : "climate",
      generation: step == nil ? nil : Generation(1),
      run: "r1",
      step: step,
      attempt: step == nil ? nil : 1,
      payload: payload
    )
  }

  /// A log of one run with the steps `s0`, `s1` and so on, and what they told.
  private func withRun<Result>(
    steps: Int,
    _ told: [EventRecord],
    _ body: (any APIClient) throws -> Result
  ) throws -> Result {
    let state = StateDirectory(path: try Files.makeTemporaryDirectory(prefix: "api-tests-"))
    defer {
      do {
        try Files.removeTree(state.path)
      } catch {
        // Teardown: what is left over lies in the temporary directory of the system.
      }
    }
    let plan = RunPlan(
      steps: (0..<steps).map {
        PlannedStep(key: StepKey("s\($0)"), location: "climate", assets: [AssetKey("s\($0)")])
      }
    )
    let log = try EventLog.open(path: state.eventLog)
    _ = try log.append([
      Self.record(nil, .runCreated(.init(request: RunRequest(selection: "*"), plan: plan)))
    ])
    for record in told { _ = try log.append([record]) }
    log.close()
    return try body(DirectClient(Router(.stored(state))))
  }

  private static func made(_ step: StepKey, bytes: Int) -> EventRecord {
    let text = String(repeating: "x", count: bytes)
    let value = Materialization(asset: AssetKey(step.text), metadata: ["text": .text(text)])
    return record(step, .materialized(value))
  }

  @Test func `a run's detail has a bound, and says what had no room`() throws {
    let failure = StepFailure(
      .failed,
      message: String(repeating: "y", count: 3 << 20),
      standardErrorTail: ["z"]
    )
    let told =
      [
        Self.record("s0", .stepStarted(queuedMilliseconds: 0)),
        Self.record("s0", .stepFailed(failure, retryInMilliseconds: nil)),
      ] + (1..<10).map { Self.made(StepKey("s\($0)"), bytes: 2 << 20) }
      + [Self.made("s11", bytes: 500 << 10)]
    try withRun(steps: 12, told) { client in
      let response = try client.send(.get(APIPath.run("r1")))
      #expect(response.bytes.count < 2 * RunAssembly.detailBytes)
      let run: RunDetailDocument = try response.document()
      #expect(run.steps.count == 12)
      // The failure's message is told twice, with its step and with its attempt, and there is room
      // for that; then for one of the values, and for what is within a step's share.
      #expect(run.steps[0].failure == failure && !run.steps[0].isAbridged)
      let whole = run.steps.filter { !$0.materializations.isEmpty }.map(\.key)
      #expect(whole.count < 9 && whole.contains("s11"))
      let abridged = run.steps.filter(\.isAbridged).map(\.key)
      #expect(Set(abridged).isDisjoint(with: whole))
      #expect(abridged.count == 9 - (whole.count - 1) && run.abridgedSteps == abridged.count)
      // All of it is in the events.
      let kinds = ["run": "r1", "kind": "asset.materialized"]
      #expect(
        try pages(APIPath.events, kinds, by: client, of: Event.self).flatMap(\.items).count == 10
      )
    }
  }

  @Test func `a failure that has no room keeps the beginning of its message`() throws {
    let failure = StepFailure(
      .failed,
      message: String(repeating: "y", count: 5 << 20),
      errorType: "Error",
      standardErrorTail: [String(repeating: "z", count: 5 << 20)]
    )
    let told = [
      Self.record("s0", .stepStarted(queuedMilliseconds: 0)),
      Self.record("s0", .stepFailed(failure, retryInMilliseconds: nil)),
    ]
    try withRun(steps: 1, told) { client in
      let run: RunDetailDocument = try client.get(APIPath.run("r1"))
      let shown = try #require(run.steps[0].failure)
      #expect(shown.message == String(repeating: "y", count: 200) + "…")
      #expect(shown.code == .failed && shown.errorType == "Error" && shown.standardErrorTail == [])
      #expect(run.steps[0].attempts.map(\.failure) == [shown])
      #expect(run.steps[0].isAbridged && run.abridgedSteps == 1)
    }
  }

  @Test func `a run with little to tell is told whole`() throws {
    let told = (0..<3).map { Self.made(StepKey("s\($0)"), bytes: 1000) }
    try withRun(steps: 3, told) { client in
      let response = try client.send(.get(APIPath.run("r1")))
      #expect(!response.text.contains("bridged"))
      let run: RunDetailDocument = try response.document()
      #expect(run.steps.map(\.materializations.count) == [1, 1, 1])
    }
  }
}
