import HanseAPI
import HanseHost
import HanseModel
import HanseSystem
import Testing

/// A run from its launch to its logs, over both ways.
@Suite(.serialized, .timeLimit(.minutes(10))) struct RunTests {
  @Test(arguments: Way.allCases)
  func `a run is launched, followed, and shown with its steps`(way: Way) throws {
    let test = try TestHost.withFixture()
    let client = test.client(way)
    let response = try client.send(
      .post(APIPath.runs, RunRequest(selection: "fixture/ok", tags: ["a": "b"]))
    )
    #expect(response.status == 201)
    let run: RunDocument = try response.document()
    #expect(response.headers["location"] == "/api/v1/runs/\(run.id)")
    #expect(run.tags == ["a": "b"])

    let detail = try test.wait(for: run, by: client)
    // One of its checks fails.
    #expect(detail.steps.map(\.key.text).first == "fixture/ok")
    #expect(detail.steps.count == 4)
    let step = try #require(detail.steps.first)
    #expect(step.status == .succeeded)
    #expect(step.attempts.count == 1)
    #expect(step.attempts.first?.location == "fixture")
    #expect(step.materializations.map(\.asset) == ["fixture/ok"])
    #expect(step.queuedMilliseconds != nil && step.started != nil && step.finished != nil)
    let fails = try #require(detail.steps.first { $0.check == "fails" })
    #expect(fails.dependsOn == ["fixture/ok"])
    #expect(fails.checks.map(\.passed) == [false])
    #expect(try RunDetailDocument.decode(JSONWriter.encode(detail)) == detail)

    let asset: AssetDocument = try client.get(APIPath.asset("fixture/ok"))
    #expect(asset.latest?.run == detail.run.id)
    #expect(asset.checks.map { $0.latest?.passed } == [false, true, false])
    #expect(asset.downstream == ["fixture/double"])
    #expect(try AssetDocument.decode(JSONWriter.encode(asset)) == asset)
  }

  @Test(arguments: Way.allCases)
  func `a running step can be canceled, once`(way: Way) throws {
    let test = try TestHost.withFixture()
    let client = test.client(way)
    let run: RunDocument = try client.post(APIPath.runs, RunRequest(selection: "fixture/sleep"))
    try client.stream(.stream(APIPath.events, query: ["run": run.id.text, "kind": "step.logged"])) {
      $0 == nil
    }
    let live: RunDetailDocument = try client.get(APIPath.run(String(run.id.text.prefix(8))))
    #expect(live.steps.first?.status == .running)
    #expect(live.steps.first?.progress != nil)
    let canceling = try client.send(.post(APIPath.cancel(run.id.text), CancelOrder()))
    #expect(canceling.status == 202)
    try client.stream(.stream(APIPath.events, query: ["run": run.id.text, "kind": "run.finished"]))
    {
      $0 == nil
    }
    let over: RunDetailDocument = try client.get(APIPath.run(run.id.text))
    #expect(over.run.status == .canceled)
    let again = try client.send(.post(APIPath.cancel(run.id.text), CancelOrder()))
    #expect(again.status == 409)
    #expect(
      again.problem?.detail
        == "run \(run.id) has been canceled already; there is nothing to cancel"
    )
  }

  @Test(arguments: Way.allCases)
  func `listings come in pages that fit together`(way: Way) throws {
    let test = try TestHost.withFixture()
    let client = test.client(way)
    for _ in 0..<3 { _ = try test.finish("fixture/numbers", by: client) }
    let runs: [RunDocument] = try client.all(APIPath.runs, query: ["limit": "1"])
    #expect(runs.count == 3)
    #expect(runs.map(\.sequence) == runs.map(\.sequence).sorted(by: >))
    let whole: Page<AssetDocument> = try client.get(APIPath.assets)
    let paged: [AssetDocument] = try client.all(APIPath.assets, query: ["limit": "3"])
    #expect(whole.items == paged)
    let events: [Event] = try client.all(APIPath.events, query: ["limit": "7"])
    #expect(events.map(\.sequence) == Array(1...Int64(events.count)))
    let newest: Page<Event> = try client.get(
      APIPath.events,
      query: ["before": "\(events.count + 1)", "limit": "2"]
    )
    #expect(newest.items.map(\.sequence) == [Int64(events.count), Int64(events.count) - 1])
    let history: Page<Event> = try client.get(
      APIPath.events,
      query: ["asset": "fixture/numbers", "kind": "asset.materialized"]
    )
    #expect(history.items.count == 3)
  }

  @Test(arguments: Way.allCases)
  func `what a location printed is found by location and by run`(way: Way) throws {
    let test = try TestHost.withFixture()
    let client = test.client(way)
    let detail = try test.finish("fixture/print", by: client)
    let id = detail.run.id.text
    let own: Page<ComputeLogLine> = try client.get(APIPath.runLogs(id))
    let all: Page<ComputeLogLine> = try client.get(APIPath.logs("fixture"), query: ["lines": "500"])
    let printed = { (line: ComputeLogLine) in line.text.contains("printed by a body") }
    #expect(all.items.contains(where: printed))
    #expect(own.items.contains(where: printed))
    let last: Page<ComputeLogLine> = try client.get(APIPath.logs("fixture"), query: ["lines": "1"])
    #expect(last.items == [all.items.last])
  }

  @Test func `what was stored is readable when no host runs`() throws {
    let test = try TestHost.withFixture()
    let detail = try test.finish("fixture/numbers", by: test.client(.direct))
    let stored = DirectClient(Router(.stored(test.state)))
    test.server.stop()
    test.host.stop()
    #expect(test.host.waitUntilStopped(for: .seconds(20)))
    let found: RunDetailDocument = try stored.get(APIPath.run(detail.run.id.text))
    #expect(found == detail)
    let events: [Event] = try stored.all(APIPath.events, query: ["run": detail.run.id.text])
    var streamed: [Event] = []
    try stored.stream(.stream(APIPath.events, query: ["run": detail.run.id.text])) { event in
      if let event { streamed.append(event) }
      return true
    }
    #expect(!events.isEmpty)
    #expect(streamed == events)
    let refused = try stored.send(.get(APIPath.assets))
    #expect(
      refused.text
        == #"{"type":"urn:hanse:problem:no-host","title":"No host","status":503,"detail":"#
        + #""this needs a host, and none runs on the state directory; start one with `hanse dev`","#
        + #""instance":"/api/v1/assets"}"#
    )
  }

  @Test func `a state directory that nobody used has no runs and no events`() throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "api-tests-")
    let stored = DirectClient(Router(.stored(StateDirectory(path: directory))))
    #expect(try stored.send(.get(APIPath.runs)).text == #"{"items":[],"next":null}"#)
    #expect(try stored.send(.get(APIPath.events)).text == #"{"items":[],"next":null}"#)
    #expect(try stored.send(.get(APIPath.run("a"))).status == 404)
    try Files.removeTree(directory)
  }

  @Test(arguments: Way.allCases)
  func `health, locations, graph and diagnostics are shown`(way: Way) throws {
    let test = try TestHost.withFixture()
    let client = test.client(way)
    let health: HealthDocument = try client.get(APIPath.health)
    #expect(health.status == .ok)
    #expect(health.version == "1.2.3")
    #expect(health.workspace == "api-tests")
    #expect(health.isSettled)
    let location: LocationDocument = try client.get(APIPath.location("fixture"))
    #expect(location.state == .running)
    #expect(location.assetCount == 17)
    let locations: Page<LocationDocument> = try client.get(APIPath.locations)
    #expect(locations.items.map(\.name) == ["fixture"])
    let graph: GraphDocument = try client.get(APIPath.graph, query: ["selection": "fixture/ok+"])
    #expect(graph.nodes.map(\.key) == ["fixture/double", "fixture/ok"])
    #expect(graph.edges == [GraphDocument.Edge(from: "fixture/ok", to: "fixture/double")])
    let diagnostics: Page<Diagnostic> = try client.get(APIPath.diagnostics)
    #expect(diagnostics.items.map(\.code) == [.externalUpstream])
    let restarting = try client.send(
      .post(APIPath.action(.restart, "fixture"), JSONValue.object([]))
    )
    #expect(restarting.status == 202)
    let next = test.host.wait(for: .seconds(30)) { snapshot in
      snapshot.locations.contains { $0.state == .running && $0.generation > location.generation }
    }
    #expect(next != nil)
  }
}
