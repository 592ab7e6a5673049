import HanseCore
import HanseGraph
import HanseModel
import HanseSimulator
import Testing

/// Whole lives of a host, in one thread and without time.
@Suite struct ControlPlaneTests {
  typealias Conduct = SimulatedHost.Conduct

  private func assets(_ keys: AssetKey..., after upstream: AssetKey? = nil) -> [AssetDefinition] {
    keys.map { key in
      AssetDefinition(key: key, dependencies: upstream.map { [Dependency($0)] } ?? [])
    }
  }

  /// Events are numbered without gaps, and an attempt is sent after its start is in the log.
  private func expectOrder(_ host: SimulatedHost) {
    #expect(host.log.map(\.sequence) == Array(1...Int64(host.log.count)))
    for (after, attempt, _) in host.commands {
      let isJustified = host.log.prefix(after).contains { event in
        guard case .stepStarted = event.record.payload else { return false }
        return event.record.step == attempt.step && event.record.attempt == attempt.attempt
          && event.record.run == attempt.run
      }
      #expect(isJustified, "\(attempt) was sent before its start was recorded")
    }
  }

  @Test func `a location that never answers holds up no other`() {
    var host = SimulatedHost([
      "a": Conduct(assets: assets("s0")), "b": Conduct(assets: assets("s1")),
      "mute": Conduct(answersHandshake: false, assets: assets("never")),
    ])
    #expect(host.plane.graph.nodes.map(\.key.path) == ["s0", "s1"])
    #expect(host.plane.locations["a"]?.machine.state == .running)
    #expect(!host.plane.isSettled)
    host.launch([Plans.step(0, at: "a"), Plans.step(1, at: "b", after: [0])])
    #expect(host.finished.values.map(\.self) == [.succeeded])
    host.wait(.seconds(10))
    #expect(host.plane.isSettled)
    #expect(host.killed == ["mute"])
    #expect(
      host.plane.locations["mute"]?.lastFailure?.reason
        == "signal 9 (SIGKILL), ended by the host: no answer to the handshake within 10s"
    )
    expectOrder(host)
  }

  @Test func `before it starts a host is not settled`() {
    let plane = ControlPlane(
      settings: .init(locations: [.init(name: "a")], concurrentSteps: 1),
      past: .init(epoch: HostEpoch(1)),
      seed: 1,
      at: .at(seconds: 0)
    )
    #expect(!plane.isSettled)
  }

  @Test func `a crash in mid-run costs its own step an attempt and touches nobody else`() {
    var host = SimulatedHost([
      "a": Conduct(assets: assets("s0"), holds: ["s0"]),
      "b": Conduct(assets: assets("s1"), holds: ["s1"]),
    ])
    host.launch([Plans.step(0, at: "a", retries: 1), Plans.step(1, at: "b")])
    let before = host.kinds(of: "b")
    host.exit("a", "signal 4 (SIGILL)", tail: ["Fatal error"])
    host.handle(.tick)
    #expect(host.kinds(of: "b") == before)
    #expect(host.plane.locations["a"]?.machine.state == .backingOff)
    #expect(host.plane.locations["a"]?.isStale == true)
    let lost = host.log.compactMap { event -> StepFailure? in
      guard case .stepFailed(let failure, _) = event.record.payload else { return nil }
      return failure
    }
    #expect(
      lost == [
        StepFailure(
          .lost,
          message: "location \"a\" ended with signal 4 (SIGILL) while the step was running",
          standardErrorTail: ["Fatal error"],
          crash: .proven
        )
      ]
    )
    host.wait(.seconds(2))
    #expect(host.held["s0"]?.2.attempt == 2)
    host.succeed("s0")
    host.succeed("s1")
    #expect(host.finished.values.map(\.self) == [.succeeded])
    #expect(host.plane.locations["a"]?.isStale == false)
    expectOrder(host)
  }

  @Test func `a crash is one event, and only giving up on a location is another`() {
    var host = SimulatedHost(["a": Conduct(assets: assets("s0"))])
    for crash in 1...5 {
      host.exit("a", "exit status 1")
      host.handle(.tick)
      let kinds = host.kinds(of: "a")
      #expect(kinds.count { $0 == "location.exited" } == crash)
      #expect(kinds.count { $0 == "location.failed" } == (crash == 5 ? 1 : 0))
      if crash < 5 { host.wait(.seconds(2)) }
    }
    #expect(host.plane.locations["a"]?.machine.state == .quarantined)
    guard case .locationFailed(let message, _) = host.log.last?.record.payload else {
      Issue.record("the last event is \(String(describing: host.log.last))")
      return
    }
    #expect(
      message == "crashed too often, the last time with: exit status 1; the next try is in 5m"
    )
  }

  @Test func `a stop in mid-run leaves the run to the next host, which runs nothing again`() {
    let conducts: [LocationName: Conduct] = [
      "a": Conduct(assets: assets("s0")),
      "b": Conduct(assets: assets("s1", "s2", after: "s0"), holds: ["s1"]),
    ]
    var host = SimulatedHost(conducts)
    host.launch([
      Plans.step(0, at: "a"), Plans.step(1, at: "b", after: [0]),
      Plans.step(2, at: "b", after: [1]),
    ])
    #expect(host.held.keys.map(\.self) == ["s1"])
    host.handle(.stop)
    #expect(host.hasStopped && host.plane.isStopped)
    #expect(host.log.last?.record.payload == .hostStopped)
    host.launch([Plans.step(0, at: "a")], ticket: 2)
    #expect(host.refused == [2: "the host is stopping"])
    host.handle(.location("a", .restartRequested))
    #expect(host.processes.isEmpty)
    expectOrder(host)

    var next = SimulatedHost(conducts, log: host.log, at: host.now)
    #expect(next.commands.map(\.attempt.step) == ["s1"])
    #expect(next.commands.map(\.attempt.attempt) == [2])
    #expect(next.commands.map(\.attempt.epoch) == [HostEpoch(2)])
    #expect(next.commands.map(\.upstream) == [["s0"]])
    #expect(next.processes["a"] == Generation(2))
    next.succeed("s1")
    #expect(next.finished.values.map(\.self) == [.succeeded])
    #expect(LogAudit.faults(in: next.log.map(\.record)) == [])
    expectOrder(next)
  }

  @Test(arguments: 1...30)
  func `a host killed after any event is carried on by the next`(kept: Int) {
    let conducts: [LocationName: Conduct] = [
      "a": Conduct(assets: assets("s0", "s3")), "b": Conduct(assets: assets("s1", after: "s0")),
      "c": Conduct(assets: assets("s2", after: "s1")),
    ]
    var host = SimulatedHost(conducts)
    host.launch([
      Plans.step(0, at: "a"), Plans.step(1, at: "b", after: [0]),
      Plans.step(2, at: "c", after: [1]),
      Plans.step(3, at: "a"),
    ])
    let log = Array(host.log.prefix(kept))
    var next = SimulatedHost(conducts, log: log, at: host.now)
    next.wait(.seconds(5))
    #expect(next.plane.runs.runs.isEmpty)
    #expect(LogAudit.faults(in: next.log.map(\.record)) == [])
    expectOrder(next)
  }

  @Test func `a forced cancel ends the location, and its neighbours run again uncharged`() {
    var host = SimulatedHost([
      "a": Conduct(assets: assets("s0", "s1"), holds: ["s0", "s1"], obeysCancel: false)
    ])
    host.launch([Plans.step(0, at: "a")], ticket: 1)
    host.launch([Plans.step(1, at: "a")], ticket: 2)
    guard let first = host.launched[1], let second = host.launched[2] else {
      Issue.record("not launched: \(host.refused)")
      return
    }
    host.handle(.cancel(first, forced: false, ticket: 3))
    #expect(host.killed == [])
    host.handle(.cancel(first, forced: true, ticket: 4))
    #expect(host.killed == ["a"])
    #expect(host.finished == [first: .canceled])
    #expect(host.plane.locations["a"]?.machine.state == .running)
    #expect(host.plane.locations["a"]?.machine.budget.restarts == 0)
    #expect(host.held["s1"]?.2.attempt == 2)
    host.succeed("s1")
    #expect(host.finished[second] == .succeeded)
    expectOrder(host)
  }

  @Test func `a step that ignores its time-out costs its location the process, after the grace`() {
    var host = SimulatedHost([
      "a": Conduct(assets: assets("s0"), holds: ["s0"], obeysCancel: false)
    ])
    host.launch([Plans.step(0, at: "a", timeout: 1000)])
    host.wait(.seconds(5))
    #expect(host.killed == [])
    host.wait(.seconds(1))
    #expect(host.killed == ["a"])
    #expect(host.finished.values.map(\.self) == [.failed])
    let failures = host.log.compactMap { event -> String? in
      guard case .stepFailed(let failure, nil) = event.record.payload else { return nil }
      return failure.message
    }
    #expect(failures == ["took longer than its timeout of 1s"])
  }

  @Test func `definitions that come after their time are not shown as served`() {
    var host = SimulatedHost(["a": Conduct(assets: assets("s0"))])
    host.handle(.location("a", .stopRequested))
    let late = ControlPlane.LoadedDefinitions(
      definitions: LocationDefinitions(assets: assets("new")),
      digest: "late",
      library: "l"
    )
    host.handle(.loaded("a", Generation(1), late))
    #expect(host.plane.locations["a"]?.loaded?.digest == "d")
    #expect(host.plane.locations["a"]?.isStale == true)
    #expect(host.plane.graph.nodes.map(\.key.path) == ["s0"])
  }

  @Test func `a message about an attempt of another is counted and changes nothing`() {
    var host = SimulatedHost([
      "a": Conduct(assets: assets("s0"), holds: ["s0"]), "b": Conduct(assets: assets("s1")),
    ])
    host.launch([Plans.step(0, at: "a")])
    guard let (_, _, attempt) = host.held["s0"] else {
      Issue.record("s0 is not in flight")
      return
    }
    let count = host.log.count
    let made = EventPayload.materialized(Materialization(asset: "s0"))
    host.handle(.stepEvent("b", Generation(1), attempt, made))
    host.handle(.stepAnswer("b", Generation(1), attempt, .succeeded))
    #expect(host.plane.locations["b"]?.ignored[.foreignEvents] == 1)
    #expect(host.plane.locations["b"]?.ignored[.lateAnswers] == 1)
    #expect(
      host.log.dropFirst(count).map(\.record.payload) == [
        .reportsIgnored(
          count: 1,
          code: "attempt-not-in-flight",
          message:
            "reported a materialization of asset \"s0\" for \(attempt), which is not in flight"
        )
      ]
    )
    host.succeed("s0")
    #expect(host.finished.values.map(\.self) == [.succeeded])
    host.handle(.stepAnswer("a", Generation(1), attempt, .canceled))
    #expect(host.plane.locations["a"]?.ignored[.lateAnswers] == 1)
    #expect(host.finished.values.map(\.self) == [.succeeded])
  }

  @Test func `a merge that comes due while a location begins to load is put off and not dropped`() {
    var host = SimulatedHost([
      "a": Conduct(assets: assets("s0")),
      "b": Conduct(mutes: Set((2...40).map { Generation($0) }), assets: assets("s1")),
    ])
    host.mergeTime = .seconds(2)
    host.handle(.location("a", .restartRequested))
    host.handle(.location("b", .restartRequested))
    func isStale(_ name: LocationName) -> Bool? {
      host.plane.graph.locations.first { $0.name == name }?.isStale
    }
    #expect(isStale("b") == false)
    host.wait(.seconds(9))
    #expect(isStale("b") == true)
    #expect(isStale("a") == false)
  }
}
