import HanseCore
import HanseModel
import HanseSimulator
import Testing

/// What the crashes of steps cost their location.
@Suite struct CrashBudgetTests {
  typealias Conduct = SimulatedHost.Conduct

  private func crash(_ host: inout SimulatedHost) {
    host.exit("a", "signal 11 (SIGSEGV)")
    host.handle(.tick)
    host.wait(.seconds(2))
  }

  @Test func `a proven culprit does not put its location into quarantine`() {
    let assets = (0..<4).map { AssetDefinition(key: AssetKey("s\($0)")) }
    var host = SimulatedHost([
      "a": Conduct(assets: assets, holds: ["s0", "s1", "s2"]),
      "b": Conduct(assets: assets, holds: ["s9"]),
    ])
    host.launch([Plans.step(9, at: "b")], ticket: 9)
    for run in 0..<3 {
      host.launch([Plans.step(run, at: "a", retries: 9)], ticket: run)
      while host.held.values.contains(where: { $0.0 == "a" }) { crash(&host) }
    }
    #expect(host.kinds(of: "a").count { $0 == "location.exited" } == 9)
    #expect(host.plane.locations["a"]?.machine.state == .running)
    #expect(host.plane.locations["a"]?.machine.budget.restarts == 0)
    #expect(host.held["s9"]?.2.attempt == 1)
    host.launch([Plans.step(3, at: "a")], ticket: 7)
    #expect(host.launched[7].flatMap { host.finished[$0] } == .succeeded)
  }

  @Test func `a step that was never sent is not charged with the end of the process`() {
    var host = SimulatedHost([
      "a": Conduct(assets: [AssetDefinition(key: "s0")], holds: ["s0"])
    ])
    host.plane.noteDurable(host.log.last?.sequence ?? 0)
    host.launch([Plans.step(0, at: "a")])
    crash(&host)
    let failures = host.log.compactMap { event -> StepFailure? in
      if case .stepFailed(let failure, _) = event.record.payload { failure } else { nil }
    }
    #expect(failures.map(\.code) == [.interrupted])
    #expect(failures.map(\.crash) == [nil])
    #expect(
      failures.first?.message == "location \"a\" ended before it was given the step; run again"
    )
    #expect(host.plane.locations["a"]?.machine.budget.restarts == 1)
    host.plane.noteDurable(.max)
    host.succeed("s0")
    #expect(host.finished.values.map(\.self) == [.succeeded])
  }

  @Test func `a suspect that was canceled meanwhile gets no event after its end`() {
    let assets = ["s0", "s1"].map { AssetDefinition(key: $0) }
    var host = SimulatedHost([
      "a": Conduct(assets: assets, holds: ["s0", "s1"]),
      "b": Conduct(holds: ["s2", "s3"], obeysCancel: false),
    ])
    host.launch([Plans.step(0, at: "a", retries: 5), Plans.step(2, at: "b")], ticket: 0)
    host.launch([Plans.step(1, at: "a", retries: 5), Plans.step(3, at: "b")], ticket: 1)
    crash(&host)
    // One of the two is tried again, alone, and ends its process once more.
    let other = host.held["s0"] == nil ? 0 : 1
    if let run = host.launched[other] { host.handle(.cancel(run, forced: false, ticket: 2)) }
    crash(&host)
    var ended: Set<String> = []
    for event in host.log {
      guard let run = event.record.run, let step = event.record.step else { continue }
      let name = "\(run) \(step)"
      #expect(!ended.contains(name), "\(event.record.payload.kind) after the end of \(step)")
      if case .stepCanceled = event.record.payload { ended.insert(name) }
    }
    #expect(!ended.isEmpty)
  }

  @Test func `crashes without a step, or with several, count against the location`() {
    let assets = [AssetDefinition(key: "s0"), AssetDefinition(key: "s1")]
    var host = SimulatedHost(["a": Conduct(assets: assets, holds: ["s0", "s1"])])
    host.launch([Plans.step(0, at: "a"), Plans.step(1, at: "a")])
    #expect(host.held.count == 2)
    crash(&host)
    #expect(host.plane.locations["a"]?.machine.budget.restarts == 1)
    #expect(host.held.count == 1)
    host.held.keys.first.map { host.succeed($0) }
    host.held.keys.first.map { host.succeed($0) }
    #expect(host.finished.values.map(\.self) == [.succeeded])
    crash(&host)
    #expect(host.plane.locations["a"]?.machine.budget.restarts == 2)
  }
}
