import HanseAPI
import HanseHost
import HanseModel
import HanseSystem
import Testing

/// Generations of a location, over both ways to call.
@Suite(.serialized, .timeLimit(.minutes(10))) struct GenerationTests {
  private func see(
    _ host: Host,
    _ what: String,
    _ condition: (LocationStatus) -> Bool
  ) throws {
    let found = host.wait(for: .seconds(60)) { snapshot in
      snapshot.locations.first { $0.name == "up" }.map(condition) ?? false
    }
    try #require(found != nil, "never: \(what); \(host.snapshot.locations)")
  }

  @Test(arguments: Way.allCases)
  func `a swap can be compared with what was before, with whom it affects`(way: Way) throws {
    let deployment = try Deployment()
    try deployment.deploy("")
    let test = try deployment.host()
    let client = test.client(way)
    try see(test.host, "the first file known") {
      $0.state == .running && $0.binary != nil
    }
    let alone = try client.send(.get(APIPath.diff("up")))
    #expect(alone.status == 409)
    #expect(
      alone.problem?.detail
        == "location \"up\" has served one binary only, so there is nothing to compare"
    )
    try deployment.deploy("export FIXTURE_STEPS=2")
    try see(test.host, "the swap") { $0.generation == Generation(2) && $0.state == .running }

    let diff: DiffDocument = try client.get(APIPath.diff("up"))
    #expect(diff.from == Generation(1) && diff.to == Generation(2))
    #expect(diff.definitions["assets"]?["added"] == ["up/link0", "up/link1"])
    #expect(diff.definitions["assets"]?["removed"] == [])
    let affected = try #require(diff.definitions["affected"]?.arrayValue)
    #expect(affected.map { $0["key"]?.stringValue } == ["down/next"])
    #expect(affected.first?["effect"]?.stringValue == "upstream-added")
    let back: DiffDocument = try client.get(APIPath.diff("up"), query: ["from": "2", "to": "1"])
    #expect(back.definitions["assets"]?["removed"] == ["up/link0", "up/link1"])
    #expect(back.definitions["affected"]?.arrayValue?.count == 1)

    let unknown = try client.send(.get(APIPath.diff("up"), query: ["from": "9"]))
    #expect(unknown.status == 404)
    #expect(
      unknown.problem?.detail
        == "the host does not know what generation 9 of location \"up\" defined; it knows: 1, 2"
    )
    let generations = try client.all(APIPath.generations("up"), of: GenerationDocument.self)
    #expect(generations.map(\.generation.number) == [1, 2])
    #expect(generations.map(\.isServing) == [false, true])
    #expect(generations.allSatisfy { !$0.canRun })
  }

  @Test(arguments: Way.allCases)
  func `a broken file shows in the location's document, and a reload tries it again`(
    way: Way
  ) throws {
    let deployment = try Deployment()
    try deployment.deploy("")
    let test = try deployment.host()
    let client = test.client(way)
    try see(test.host, "the first file known") {
      $0.state == .running && $0.binary != nil
    }
    try deployment.deploy("echo 'no such table' >&2; exit 6")
    try see(test.host, "the rejection") { $0.rejection != nil }
    let document: LocationDocument = try client.get(APIPath.location("up"))
    let rejection = try #require(document.rejection)
    #expect(document.state == .running && document.generation == Generation(1))
    #expect(rejection.code == "LOC-EXIT-EARLY")
    #expect(rejection.reason == "exit status 6 before the handshake")
    #expect(rejection.lastStandardError == ["no such table"])
    #expect(rejection.digest == document.file && document.file != document.binary)
    #expect(try LocationDocument.decode(JSONWriter.encode(document)) == document)

    try deployment.deploy("")
    try see(test.host, "the mended file") { $0.rejection == nil && $0.candidate == nil }
    let reloaded: LocationDocument = try client.post(
      APIPath.action(.reload, "up"),
      JSONValue.object([])
    )
    #expect(reloaded.candidate != nil)
    try see(test.host, "the reload") { $0.generation > Generation(1) && $0.candidate == nil }
  }

  @Test(arguments: Way.allCases)
  func `a location is stopped, started, disabled and enabled one by one`(way: Way) throws {
    let deployment = try Deployment()
    try deployment.deploy("")
    let test = try deployment.host()
    let client = test.client(way)
    let other = test.host.snapshot.locations.first { $0.name == "down" }?.processID
    func order(_ action: LocationAction, until state: LocationStatus.State) throws {
      let response = try client.send(.post(APIPath.action(action, "up"), JSONValue.object([])))
      #expect(response.status == 202, "\(action): \(response.text)")
      try see(test.host, "\(action)") { $0.state == state }
    }
    func refuse(_ action: LocationAction, _ detail: String) throws {
      let response = try client.send(.post(APIPath.action(action, "up"), JSONValue.object([])))
      #expect(response.status == 409)
      #expect(response.problem?.detail == detail)
    }
    try order(.stop, until: .stopped)
    try refuse(.reload, "location \"up\" is stopped; `hanse locations start up` starts it")
    try order(.start, until: .running)
    try order(.disable, until: .disabled)
    let disabled = "location \"up\" is disabled; `hanse locations enable up` starts it"
    for action in [LocationAction.start, .restart, .reload, .rollback] {
      try refuse(action, disabled)
    }
    try order(.enable, until: .running)
    let none = try client.send(.post(APIPath.action(.rollback, "up"), RollbackOrder()))
    #expect(none.status == 404)
    #expect(
      none.problem?.detail
        == "the host has no copy of an earlier binary of location \"up\"; "
        + "put its file back in place and reload it"
    )
    let all = try client.send(.post(APIPath.reload, JSONValue.object([])))
    #expect(all.status == 202)
    try see(test.host, "the reload of all") { $0.candidate == nil && $0.state == .running }
    let now = test.host.wait(for: .seconds(60)) { snapshot in
      snapshot.locations.first { $0.name == "down" }.map { $0.processID != other } ?? false
    }
    #expect(now != nil)
  }
}
