import HanseHost
import HanseModel
import HanseSystem
import Testing

@testable import HanseAPI

/// What the API says of itself, and what it does.
@Suite(.serialized, .timeLimit(.minutes(10))) struct DescriptionTests {
  private static let operations = APIDescription.operations

  /// The routes, so that a new one cannot be added without a word about it.
  private static func names(of route: Route) -> String {
    switch route {
    case .health: "health"
    case .description: "description"
    case .locations: "locations"
    case .location: "location"
    case .locationAction(let action, _): "\(action.rawValue)Location"
    case .locationDiff: "locationDiff"
    case .generations: "generations"
    case .reload: "reload"
    case .locationLogs: "locationLogs"
    case .assets: "assets"
    case .asset: "asset"
    case .graph: "graph"
    case .diagnostics: "diagnostics"
    case .runs: "runs launch"
    case .run: "run"
    case .cancel: "cancelRun"
    case .runLogs: "runLogs"
    case .events: "events"
    case .queues: "queues"
    case .queue: "queue"
    case .queueWaiting: "waiting"
    case .pools: "pools"
    case .explain: "explain"
    case .limit(let action, .queue): "\(action.rawValue)Queue"
    case .limit(let action, .pool): "\(action.rawValue)Pool"
    case .limit(let action, .location): "\(action.rawValue)LocationLimits"
    case .limit(let action, .workspace): "\(action.rawValue)WorkspaceLimits"
    case .requeue: "requeue"
    case .cancelSteps: "cancelSteps"
    }
  }

  @Test func `every described call has a route with its method and parameters`() throws {
    #expect(Set(Self.operations.map(\.id)).count == Self.operations.count)
    for operation in Self.operations {
      let places = operation.parameters.filter(\.isPlace).map(\.name)
      var path = operation.path
      for place in places { path = path.replacing("{\(place)}", with: "x") }
      #expect(!path.contains("{"), "\(operation.id)")
      let route = try #require(Route(path: path), "\(operation.id)")
      #expect(Self.names(of: route).split(separator: " ").contains(Substring(operation.id)))
      #expect(route.methods.contains(operation.method.uppercased()), "\(operation.id)")
      if operation.method == "get" {
        let names = operation.parameters.filter { !$0.isPlace }.map(\.name)
        #expect(Set(names) == Set(route.parameters), "\(operation.id)")
      }
    }
  }

  @Test func `every kind of event is described, and every name that is used`() throws {
    #expect(Set(APIDescription.eventData.map(\.kind)) == Set(EventPayload.knownKinds))
    #expect(APIDescription.eventData.count == EventPayload.knownKinds.count)
    let text = APIDescription.openAPI(version: "1").text
    let used = text.split(separator: "\"#/components/schemas/").dropFirst()
      .compactMap { $0.split(separator: "\"").first.map(String.init) }
    let known = APIDescription.documents.map(\.name) + ["Time", "Event"]
    #expect(Set(known).count == known.count)
    let isSent = ["Reload", "LogLine", "Health"]
    #expect(Set(used).isSubset(of: known), "\(Set(used).subtracting(known))")
    #expect(Set(known).subtracting(used).isSubset(of: isSent))
  }

  @Test func `what does not fit is found`() throws {
    let judge = AnswerJudge()
    let good = try JSONValue(parsing: #"{"used":1,"limit":2,"waiting":0}"#)
    let schema = Shape.document("RunSlots").schema
    judge.add("good", good, as: schema)
    for text in [
      #"{"used":1,"limit":2}"#, #"{"used":1,"limit":2,"waiting":"0"}"#,
      #"{"used":1,"limit":2,"waiting":0,"more":1}"#, "[]",
    ] {
      judge.add("bad", try JSONValue(parsing: text), as: schema)
    }
    judge.add(
      "bad",
      try JSONValue(
        parsing: #"{"sequence":1,"time":"x","kind":"run.canceling","data":{"forced":1}}"#
      ),
      as: Shape.document("Event").schema
    )
    let (refused, unseen) = try judge.verdicts()
    #expect(refused.count == 5 && refused.allSatisfy { $0.hasPrefix("bad: refused: ") })
    #expect(!unseen.contains("RunSlots.used") && unseen.contains("Location.name"))
  }

  @Test func `every answer fits, and all that is described is answered somewhere`() throws {
    let judge = AnswerJudge()
    for (name, json) in FilledDocuments.all {
      let value = try JSONValue(parsing: String(decoding: json, as: UTF8.self))
      judge.add("a filled \(name)", value, as: Shape.document(name).schema)
    }
    for event in EventSamples.events {
      let value = try JSONValue(parsing: JSONWriter.text(event))
      judge.add("\(event.record.payload.kind)", value, as: Shape.document("Event").schema)
    }
    let answered = try callEverything(judge)
    #expect(answered == Set(Self.operations.map(\.id)))
    let (refused, unseen) = try judge.verdicts()
    #expect(refused == [])
    #expect(unseen == [])
  }

  // MARK: Calls

  private static let members =
    #", "queues": [{"name": "slow", "concurrentSteps": 1, "rate": {"starts": 50, "per": "2s"}}], "#
    + #""pools": [{"name": "warehouse", "units": 3}]"#

  private static func locations() throws -> String {
    let program = Paths.join(
      Paths.directory(of: try SelfProcess.executablePath()),
      "FixtureLocation"
    )
    return """
      , {"name": "fixture", "executable": "\(program)", "environment": {"FIXTURE": "metadata"}},
      {"name": "iso", "executable": "\(program)", "isolation": "run",
        "environment": {"FIXTURE_NAME": "iso"}, "labels": {"team": "a"}},
      {"name": "broken", "executable": "\(program)",
        "environment": {"FIXTURE": "exit-before-handshake"}},
      {"name": "gone", "executable": "/nowhere/program"}
      """
  }

  /// Calls each operation at least once on a host with something of everything.
  private func callEverything(_ judge: AnswerJudge) throws -> Set<String> {
    let deployment = try Deployment()
    try deployment.deploy("")
    let test = try deployment.host(more: try Self.locations(), members: Self.members)
    let caller = Caller(client: test.client(.socket), judge: judge)
    let client = caller.client
    _ = test.host.wait(for: .seconds(60)) { snapshot in
      snapshot.locations.contains { $0.name == "up" && $0.state == .running && $0.binary != nil }
    }
    try deployment.deploy("export FIXTURE_STEPS=2")

    let made = try test.finish("fixture/described or fixture/left", by: client).run.id.text
    let failed = try test.finish("fixture/fail", by: client).run.id.text
    let alone: RunDocument = try client.post(APIPath.runs, RunRequest(selection: "iso/patient"))
    let asleep = RunRequest(selection: "fixture/sleep", queue: "slow", priority: 3)
    let holder: RunDocument = try client.post(APIPath.runs, asleep)
    let query = ["run": holder.id.text, "kind": "step.logged"]
    try client.stream(.stream(APIPath.events, query: query)) { $0 == nil }
    let waits = RunRequest(selection: "fixture/numbers", queue: "slow")
    let first = try caller.call("launch", waits)
    let waiting = try JSONValue(parsing: first.text)["id"]?.stringValue ?? ""
    _ = test.host.wait(for: .seconds(60)) { snapshot in
      snapshot.locations.first { $0.name == "up" }?.generation == Generation(2)
    }

    for id in [
      "health", "description", "locations", "diagnostics", "assets", "graph", "runs", "queues",
      "pools", "events",
    ] { try caller.call(id) }
    try caller.call("events", query: ["before": "\(Int64.max)", "limit": "7"])
    for name in ["up", "fixture", "iso", "broken", "gone"] {
      try caller.call("location", ["name": name])
      try caller.call("locationLogs", ["name": name])
    }
    try caller.call("generations", ["name": "up"])
    try caller.call("locationDiff", ["name": "up"])
    try caller.call("asset", ["key": "fixture/described"])
    for run in [made, failed, alone.id.text, holder.id.text, waiting] {
      try caller.call("run", ["run": run])
      try caller.call("runLogs", ["run": run])
    }
    try caller.call("queue", ["queue": "slow"])
    try caller.call("waiting", ["queue": "slow"])
    try caller.call("explain", query: ["run": waiting])
    try caller.call("explain", query: ["asset": "fixture/numbers"])

    for action in LimitAction.allCases {
      for (owner, value) in [
        ("Queue", LimitOrder(weight: 2)), ("Pool", LimitOrder(units: 2)),
        ("LocationLimits", LimitOrder(waitingSteps: 5)),
        ("WorkspaceLimits", LimitOrder(concurrentRuns: 5)),
      ] {
        let places = ["queue": "slow", "pool": "warehouse", "name": "fixture"]
        let order = action == .set ? value : LimitOrder()
        try caller.call("\(action.rawValue)\(owner)", places, order)
      }
    }
    var requeue = RequeueOrder()
    (requeue.run, requeue.priority) = (waiting, 9)
    try caller.call("requeue", requeue)
    try caller.call("cancelSteps", StepCancelOrder(selection: "fixture/numbers"))
    try caller.call("cancelRun", ["run": holder.id.text], CancelOrder(forced: true))
    try caller.call("cancelRun", ["run": alone.id.text], CancelOrder())
    try caller.call("reload")
    for action in LocationAction.allCases where action != .rollback {
      try caller.call("\(action.rawValue)Location", ["name": "iso"])
      try caller.call("enableLocation", ["name": "iso"])
      try caller.call("startLocation", ["name": "iso"])
    }
    // A script cannot be copied, so there is nothing to go back to.
    try caller.refuse("rollbackLocation", ["name": "up"], status: 404)
    for wrong in ProblemCases.addresses + ProblemCases.bodies {
      let response = try client.send(wrong.request)
      judge.add(
        wrong.name,
        try JSONValue(parsing: response.text),
        as: Shape.document("Problem").schema
      )
    }
    try expectBounds(
      client,
      ["name": "up", "queue": "slow", "run": made, "key": "fixture/described"]
    )
    return caller.answered
  }

  /// Numbers in a query are refused beyond the bounds that are described, and not at them.
  private func expectBounds(_ client: any APIClient, _ places: [String: String]) throws {
    var count = 0
    for operation in Self.operations where operation.method == "get" {
      var path = operation.path
      for (name, value) in places { path = path.replacing("{\(name)}", with: value) }
      for parameter in operation.parameters {
        guard case .whole(let range) = parameter.shape else { continue }
        count += 1
        func status(_ value: String) throws -> Int {
          let query = ["asset": "fixture/numbers", parameter.name: value]
            .filter { pair in operation.parameters.contains { $0.name == pair.key } }
          return try client.send(.get(path, query: query)).status
        }
        let what = "\(operation.id) \(parameter.name)"
        #expect(try status("\(range.lowerBound - 1)") == 400, "\(what)")
        #expect(try status("\(range.lowerBound)") != 400, "\(what)")
        #expect(try status("\(range.upperBound)") != 400, "\(what)")
        guard range.upperBound < .max else { continue }
        #expect(try status("\(range.upperBound + 1)") == 400, "\(what)")
      }
    }
    #expect(count > 10)
  }

  /// Calls operations by their names.
  private final class Caller {
    let client: any APIClient
    private let judge: AnswerJudge
    private(set) var answered: Set<String> = []

    init(client: any APIClient, judge: AnswerJudge) {
      self.client = client
      self.judge = judge
    }

    @discardableResult
    func call(
      _ id: String,
      _ places: [String: String] = [:],
      _ body: any JSONCodable = JSONValue.object([]),
      query: [String: String] = [:]
    ) throws -> APIResponse {
      let (operation, response) = try send(id, places, body, query)
      try judge.add(response, of: operation, "\(id) \(places) \(query)")
      return response
    }

    @discardableResult
    func call(_ id: String, _ body: any JSONCodable) throws -> APIResponse {
      try call(id, [:], body)
    }

    func refuse(_ id: String, _ places: [String: String], status: Int) throws {
      let (_, response) = try send(id, places, JSONValue.object([]), [:])
      #expect(response.status == status, "\(id): \(response.text)")
      judge.add(id, try JSONValue(parsing: response.text), as: Shape.document("Problem").schema)
    }

    private func send(
      _ id: String,
      _ places: [String: String],
      _ body: any JSONCodable,
      _ query: [String: String]
    ) throws -> (HanseAPI.Operation, APIResponse) {
      let operation = try #require(APIDescription.operations.first { $0.id == id }, "\(id)")
      var path = operation.path
      for (name, value) in places { path = path.replacing("{\(name)}", with: value) }
      answered.insert(id)
      let request: APIRequest =
        operation.method == "get" ? .get(path, query: query) : .post(path, body)
      return (operation, try client.send(request))
    }
  }
}
