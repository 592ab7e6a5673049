import HanseAPI
import HanseHost
import HanseModel
import HanseStore
import HanseSystem
import Testing

/// Problems that come from what there is, and not from the call: whole answers.
@Suite(.serialized, .timeLimit(.minutes(10))) struct StateProblemTests {
  /// The answer that has to come.
  private func problem(
    _ code: String,
    _ title: String,
    _ status: Int,
    _ detail: String,
    _ instance: String,
    _ rest: String = ""
  ) -> String {
    var text = JSONWriter()
    text.string(detail)
    let quoted = String(decoding: text.takeBytes(), as: UTF8.self)
    return #"{"type":"urn:hanse:problem:\#(code)","title":"\#(title)","status":\#(status),"#
      + #""detail":\#(quoted),"instance":"\#(instance)"\#(rest)}"#
  }

  /// What `body` gets of a state directory where no host runs.
  private func withState(_ body: (StateDirectory, any APIClient) throws -> Void) throws {
    let state = StateDirectory(path: try Files.makeTemporaryDirectory(prefix: "api-tests-"))
    defer { try? Files.removeTree(state.path) }  // what is left over is for the system to clean
    try body(state, DirectClient(Router(.stored(state))))
  }

  @Test func `the beginning of several runs' ids names them all`() throws {
    try withState { state, client in
      let log = try EventLog.open(path: state.eventLog)
      let creation = EventPayload.RunCreation(request: RunRequest(selection: "*"), plan: RunPlan())
      let records = ["abc1", "abc2", "xyz3"].map { run in
        EventRecord(
          time: Timestamp(milliseconds: 0),
          run: RunID(run),
          payload: .runCreated(creation)
        )
      }
      _ = try log.append(records)
      log.close()
      let response = try client.send(.get("/api/v1/runs/abc"))
      let detail =
        "the ids of several runs begin with \"abc\": abc1, abc2; type more of the one you mean"
      #expect(
        response.text
          == problem(
            "ambiguous-run",
            "Ambiguous run",
            404,
            detail,
            "/api/v1/runs/abc",
            #","candidates":["abc1","abc2"]"#
          )
      )
    }
  }

  @Test func `an event log that is none is told with its path and what to do`() throws {
    try withState { state, client in
      let bytes = Array(repeating: UInt8(ascii: "x"), count: 4096)
      try Files.writeAtomically(state.eventLog, bytes, durably: false)
      let detail =
        "event log \(state.eventLog): opening it for reading failed: file is not a database "
        + "(SQLite code 26); move the file away, or name another state directory"
      for path in [APIPath.runs, APIPath.events] {
        let response = try client.send(.get(path))
        #expect(response.status == 500)
        #expect(response.text == problem("event-log", "Event log failed", 500, detail, path))
      }
    }
  }

  @Test func `a compute log that cannot be read is told`() throws {
    try withState { state, client in
      try Files.createDirectories(state.computeLog(of: "alpha"))
      let response = try client.send(.get(APIPath.logs("alpha")))
      let detail =
        "a compute log cannot be read: read: Is a directory (EISDIR); check the permissions of the "
        + "state directory"
      #expect(response.status == 500)
      #expect(
        response.text
          == problem("compute-log", "Compute log failed", 500, detail, APIPath.logs("alpha"))
      )
    }
  }

  @Test(arguments: Way.allCases)
  func `what is asked of a location that cannot be done says why`(way: Way) throws {
    let test = try TestHost.withFixture()
    let client = test.client(way)
    func refusal(_ request: APIRequest) throws -> String? {
      try client.send(request).problem?.detail
    }
    let empty = RollbackOrder()
    let order = RollbackOrder(generation: Generation(9))
    #expect(
      try refusal(.post(APIPath.action(.rollback, "fixture"), order))
        == "the host has no copy of the binary of generation 9 of location \"fixture\"; put its file "
        + "back in place and reload it"
    )
    #expect(
      try refusal(.post(APIPath.action(.rollback, "fixture"), empty))
        == "the host has no copy of an earlier binary of location \"fixture\"; put its file back in "
        + "place and reload it"
    )
    #expect(
      try refusal(.get("/api/v1/locations/fixture/diff"))
        == "location \"fixture\" has served one binary only, so there is nothing to compare"
    )
    #expect(
      try refusal(.get("/api/v1/locations/fixture/diff", query: ["from": "9"]))
        == "the host does not know what generation 9 of location \"fixture\" defined; it knows: 1"
    )
    let logs = APIPath.logs("fixture")
    #expect(
      try refusal(.get(logs, query: ["cursor": "zzz"]))
        == "cursor is \"zzz\"; expected the \"next\" of an earlier answer"
    )
    #expect(
      try refusal(.get(logs, query: ["cursor": "zzz", "lines": "5"]))
        == "lines cannot be used here: after a cursor come all the lines there are"
    )
  }

  @Test(arguments: Way.allCases)
  func `a location whose entry has an error says where, and what to do`(way: Way) throws {
    let test = try TestHost(locations: #"{"name": "odd", "executable": 7}"#)
    let response = try test.client(way).send(
      .post(APIPath.action(.restart, "odd"), JSONValue.object([]))
    )
    #expect(
      response.problem?.detail
        == "location \"odd\" has an error in the workspace: workspace.json:1:81: location \"odd\": "
        + "\"executable\": expected a path, or the name of a program in PATH, found 7; correct it, "
        + "then start the host again"
    )
  }

  @Test(arguments: Way.allCases)
  func `what cannot be run says why, and a host that stops says so`(way: Way) throws {
    let test = try TestHost.withFixture()
    let client = test.client(way)
    func refusal(_ request: RunRequest) throws -> String {
      try client.send(.post(APIPath.runs, request)).text
    }
    #expect(
      try refusal(RunRequest(selection: "python/summary"))
        == problem(
          "selection",
          "Invalid selection",
          400,
          "the selection \"python/summary\" matches no asset that can be materialized: "
            + "\"python/summary\" is external, no location defines it",
          APIPath.runs,
          #","parameter":"selection""#
        )
    )
    #expect(
      try refusal(RunRequest(selection: "fixture/numbers", config: ["fixture/numbers": ["a": 1]]))
        == problem(
          "invalid-body",
          "Invalid body",
          400,
          "configuration \"fixture/numbers\": step \"fixture/numbers\" of location \"fixture\" takes "
            + "none; remove it",
          APIPath.runs,
          #","parameter":"config""#
        )
    )
    let run = try test.finish("fixture/numbers", by: client).run.id
    #expect(
      try client.send(.post(APIPath.cancel(run.text), CancelOrder())).text
        == problem(
          "run-finished",
          "Run finished",
          409,
          "run \(run) has succeeded already; there is nothing to cancel",
          APIPath.cancel(run.text)
        )
    )
    test.host.stop()
    #expect(test.host.waitUntilStopped(for: .seconds(20)))
    #expect(
      try refusal(RunRequest(selection: "fixture/numbers"))
        == problem("stopping", "Host is stopping", 503, "the host has stopped", APIPath.runs)
    )
  }
}
