import HanseCore
import HanseModel
import HanseSimulator
import Testing

/// What ends an attempt, and what a location may say of it.
@Suite struct AttemptEndTests {
  typealias Conduct = SimulatedHost.Conduct

  private func host(_ conduct: Conduct, log: [Event] = []) -> SimulatedHost {
    SimulatedHost(["a": conduct], log: log)
  }

  private func kinds(_ host: SimulatedHost) -> [String] {
    host.log.filter { $0.record.step == "s0" }.map(\.record.payload.kind)
  }

  private func answer(_ host: inout SimulatedHost, _ outcome: RunCoordinator.Outcome) throws {
    let (name, generation, attempt) = try #require(host.held["s0"])
    host.held["s0"] = nil
    host.handle(.stepAnswer(name, generation, attempt, outcome))
  }

  @Test func `a step that is canceled in its time-out's grace is not tried again`() throws {
    var host = host(Conduct(holds: ["s0"], obeysCancel: false))
    host.launch([Plans.step(0, retries: 1, timeout: 1000)])
    host.wait(.seconds(2))
    host.handle(.order(.cancelSteps(of: ["s0"], in: nil, forced: false), ticket: 9))
    try answer(&host, .canceled)
    host.wait(.seconds(10))
    #expect(kinds(host) == ["step.started", "step.canceling", "step.canceled"])
    #expect(host.finished.values.map(\.self) == [.canceled])
  }

  @Test func `a step that says twice that it has made its asset is heard once`() throws {
    var host = host(Conduct(holds: ["s0"]))
    host.launch([Plans.step(0)])
    let (name, generation, attempt) = try #require(host.held["s0"])
    for _ in 0..<3 {
      let made = EventPayload.materialized(Materialization(asset: "s0"))
      host.handle(.stepEvent(name, generation, attempt, made))
    }
    try answer(&host, .succeeded)
    host.wait(.seconds(2))
    #expect(kinds(host) == ["step.started", "asset.materialized", "step.succeeded"])
    let told = host.log.compactMap { event -> String? in
      guard case .reportsIgnored(let count, let code, let message) = event.record.payload
      else { return nil }
      return "\(count) \(code): \(message)"
    }
    #expect(told.count == 1)
    let words = " repeated: reported a materialization of asset \"s0\" for "
    #expect(told.first?.contains(words) == true, "\(told)")
  }

  @Test(arguments: [
    StepFailure.Code.interrupted, .lost, .poison, .timedOut, .canceled, .failed, .input,
  ])
  func `a location's word about a crash is not the host's`(code: StepFailure.Code) throws {
    var host = host(Conduct(holds: ["s0"]))
    host.launch([Plans.step(0)])
    let claim = StepFailure(
      code,
      message: "m",
      standardErrorTail: ["made up"],
      crash: .proven
    )
    try answer(&host, .failed(claim))
    let failures = host.log.compactMap { event -> StepFailure? in
      if case .stepFailed(let failure, _) = event.record.payload { failure } else { nil }
    }
    #expect(failures == [StepFailure(code == .input ? .input : .failed, message: "m")])
  }

  @Test func `what is left of a retry's delay is waited for in the next host`() throws {
    var first = host(Conduct(holds: ["s0"]))
    var step = Plans.step(0, retries: 1)
    step.retry = RetryPolicy(maxRetries: 1, delay: .seconds(3600))
    first.launch([step])
    try answer(&first, .failed(StepFailure(.failed, message: "m")))
    first.wait(.seconds(600))
    var next = SimulatedHost(["a": Conduct()], log: first.log, at: first.now)
    next.wait(.seconds(2990))
    #expect(next.sent["a"] == nil)
    next.wait(.seconds(20))
    #expect(next.sent["a"]?.map(\.step) == ["s0"])
    #expect(next.finished.values.map(\.self) == [.succeeded])
    // A wall clock that was set back does not make it longer than it was.
    var later = SimulatedHost(["a": Conduct()], log: first.log, at: .at(seconds: 0))
    later.wait(.seconds(3590))
    #expect(later.sent["a"] == nil)
    later.wait(.seconds(20))
    #expect(later.sent["a"]?.map(\.step) == ["s0"])
  }
}
