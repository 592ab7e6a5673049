import HanseModel
import HanseSystem
import HanseWire
import Testing

@Suite(.serialized, .timeLimit(.minutes(10))) struct ServingTests {
  @Test func `a whole session, from initialize to shutdown`() throws {
    let location = try LocationClient.fixture()
    let answer = try location.initialize()
    #expect(answer.protocolVersion == 1)
    #expect(answer.library.name == "Hanse for Swift")

    let (pages, assets) = try location.definitions()
    #expect(assets == 17)
    #expect(pages.count == 1)
    #expect(pages.last?.digest?.count == 64)
    #expect(pages.last?.definitions.checks.map(\.name) == ["passes", "fails", "warns"])

    let ok = try location.execute(2, "fixture/ok")
    #expect(try location.result(2, as: StepOutcome.self) == .succeeded)
    #expect(location.events(of: ok).map(\.kind) == ["materialized"])
    try location.execute(3, "fixture/double")
    #expect(try location.result(3, as: StepOutcome.self) == .succeeded)

    try location.send(.shutdown(id: 4))
    _ = try location.result(4, as: Nothing.self)
    #expect(try location.exitStatus() == .exited(0))
    #expect(location.problems == [])
  }

  @Test func `a step that fails says why`() throws {
    let location = try LocationClient.fixture()
    try location.initialize()
    try location.execute(2, "fixture/fail")
    let failure = StepFailure(.failed, message: "as it was told to", errorType: "FixtureError")
    #expect(try location.result(2, as: StepOutcome.self) == .failed(failure))
  }

  @Test func `a step that nobody defines is a fault of the protocol`() throws {
    let location = try LocationClient.fixture()
    try location.initialize()
    try location.execute(2, "fixture/okk")
    let message = #"this location defines no asset "fixture/okk"; did you mean "fixture/ok"?"#
    let failure = StepFailure(.protocol, message: message, isRetryable: false)
    #expect(try location.result(2, as: StepOutcome.self) == .failed(failure))
  }

  @Test func `a multi-asset tells of each of its assets`() throws {
    let location = try LocationClient.fixture()
    try location.initialize()
    let pair: [AssetKey] = ["fixture/left", "fixture/right"]
    let attempt = try location.execute(2, "pair@fixture", assets: pair)
    #expect(try location.result(2, as: StepOutcome.self) == .succeeded)
    let made = location.events(of: attempt).compactMap { event -> AssetKey? in
      if case .materialized(let value) = event { value.asset } else { nil }
    }
    #expect(made == pair)
  }

  static let checks: [(String, Bool, StepOutcome)] = [
    ("passes", true, .succeeded), ("warns", false, .succeeded),
    (
      "fails", false,
      .failed(
        StepFailure(
          .checkFailed,
          message: #"check "fails" of asset "fixture/ok" failed: 42 is too much"#,
          isRetryable: false
        )
      )
    ),
  ]

  @Test(arguments: checks)
  func `a check tells its result once and then its outcome`(
    name: String,
    passed: Bool,
    outcome: StepOutcome
  ) throws {
    let location = try LocationClient.fixture()
    try location.initialize()
    let attempt = try location.execute(2, "fixture/ok", check: name)
    #expect(try location.result(2, as: StepOutcome.self) == outcome)
    let results = location.events(of: attempt)
    guard case .checked(let result) = results.first, results.count == 1 else {
      Issue.record("\(results)")
      return
    }
    #expect(result.passed == passed)
  }

  @Test func `what a body prints goes to standard error and not into the protocol`() throws {
    let location = try LocationClient.fixture()
    try location.initialize()
    try location.execute(2, "fixture/print")
    #expect(try location.result(2, as: StepOutcome.self) == .succeeded)
    #expect(location.errorContains("printed by a body"))
    #expect(location.errorContains("{\"not\":\"protocol\"}"))
    #expect(location.problems == [])
  }

  @Test func `a cancelled step ends as cancelled`() throws {
    let location = try LocationClient.fixture()
    try location.initialize()
    let attempt = try location.execute(2, "fixture/sleep")
    _ = try location.first("log") { body in
      if case .stepEvent(let notice) = body, case .logged = notice.event { true } else { nil }
    }
    try location.send(.cancelStep(attempt))
    #expect(try location.result(2, as: StepOutcome.self) == .canceled)
  }

  @Test func `cancelling what is not there does nothing`() throws {
    let location = try LocationClient.fixture()
    try location.initialize()
    let stranger = AttemptID(run: "r", step: "s", attempt: 1, epoch: HostEpoch(1))
    try location.send(.cancelStep(stranger))
    try location.send(.ping(id: 2))
    #expect(try location.result(2, as: PingResult.self) == PingResult(stepsInFlight: 0))
  }

  @Test func `ping is answered while every thread of the pool is blocked`() throws {
    let location = try LocationClient.fixture()
    try location.initialize()
    for id in 2...17 { try location.execute(Int64(id), "fixture/block", attempt: id) }
    try location.send(.ping(id: 50))
    #expect(try location.result(50, as: PingResult.self) == PingResult(stepsInFlight: 16))
  }

  @Test func `code that is bound to the main actor runs`() throws {
    let location = try LocationClient.fixture()
    try location.initialize()
    try location.execute(2, "fixture/main_actor")
    #expect(try location.result(2, as: StepOutcome.self) == .succeeded)
  }

  @Test func `an attempt that runs already is refused, and goes on`() throws {
    let location = try LocationClient.fixture()
    try location.initialize()
    let attempt = try location.execute(2, "fixture/sleep")
    try location.execute(3, "fixture/sleep")
    let refusal = try location.error(3)
    #expect(refusal.code == RPCError.Code.invalidRequest)
    #expect(refusal.message == "run run, step fixture/sleep, attempt 1 is running already")
    try location.send(.cancelStep(attempt))
    #expect(try location.result(2, as: StepOutcome.self) == .canceled)
  }

  @Test func `more steps than the host allows are refused`() throws {
    let location = try LocationClient.fixture()
    try location.initialize(limits: WireLimits(concurrentSteps: 2))
    for id in 2...4 { try location.execute(Int64(id), "fixture/sleep", attempt: id) }
    #expect(
      try location.error(4).message == "2 steps are running already, as many as the host allowed"
    )
  }

  @Test func `progress is thinned out, and its last word is heard`() throws {
    let location = try LocationClient.fixture()
    try location.initialize()
    let attempt = try location.execute(2, "fixture/progress")
    #expect(try location.result(2, as: StepOutcome.self) == .succeeded)
    let events = location.events(of: attempt)
    let progress = events.filter { $0.kind == "progress" }
    #expect(progress.last == .progress(fraction: 1, message: nil))
    #expect((2...100).contains(progress.count))
  }

  @Test func `metadata that would pass the host's limit is left out, and says so`() throws {
    let location = try LocationClient.fixture()
    try location.initialize(limits: WireLimits(lineBytes: 1 << 20))
    let attempt = try location.execute(2, "fixture/large")
    #expect(try location.result(2, as: StepOutcome.self) == .succeeded)
    guard case .materialized(let made) = location.events(of: attempt).last,
      case .text(let reason) = made.metadata["left out"]
    else {
      Issue.record("\(location.events(of: attempt).count) events")
      return
    }
    #expect(reason.hasPrefix("the metadata had 209") && reason.hasSuffix("lines of 1048576"))
    #expect(location.longestLineBytes < 1 << 20)
  }

  @Test func `a flood of logs arrives, or is counted, and the answer comes after it`() throws {
    let location = try LocationClient.fixture()
    try location.initialize()
    let attempt = try location.execute(2, "fixture/flood")
    #expect(try location.result(2, as: StepOutcome.self) == .succeeded)
    let logs = location.events(of: attempt).count { $0.kind == "logged" }
    #expect(logs > 1000)
    #expect(location.problems == [])
  }
}
