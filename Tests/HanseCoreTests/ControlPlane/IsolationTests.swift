import HanseCore
import HanseModel
import HanseSimulator
import Testing

/// Runs that have a worker process of their own, in one thread and without time.
@Suite struct IsolationTests {
  typealias Conduct = SimulatedHost.Conduct

  private func host(
    _ conduct: Conduct = Conduct(),
    concurrentSteps: Int = 32
  ) -> SimulatedHost {
    var conduct = conduct
    conduct.assets = (0..<6).map { AssetDefinition(key: AssetKey("s\($0)")) }
    return SimulatedHost(["a": conduct], isolated: ["a"], concurrentSteps: concurrentSteps)
  }

  private func worker(_ number: Int) -> Generation { Generation(1, worker: number) }

  private func reason(
    _ host: SimulatedHost,
    _ ticket: Int,
    _ position: Int = 0
  )
    -> Dispatcher.HoldReason?
  {
    host.launched[ticket].flatMap {
      host.plane.runs.holdReason(of: $0, position: position, at: host.now)
    }
  }

  @Test func `steps of two runs go to two workers, and none to the location's own process`() {
    var host = host(Conduct(holds: ["s0", "s2"]))
    host.launch([Plans.step(0), Plans.step(1)], ticket: 1)
    host.launch([Plans.step(2), Plans.step(3)], ticket: 2)
    let places = host.sent["a"]?.map { "\($0.step) \($0.generation.worker)" }.sorted()
    #expect(places == ["s0 1", "s1 1", "s2 2", "s3 2"])
    #expect(host.living["a"] == [Generation(1), worker(1), worker(2)])
    host.succeed("s0")
    #expect(host.living["a"] == [Generation(1), worker(2)])
    host.succeed("s2")
    #expect(host.living["a"] == [Generation(1)])
    #expect(host.finished.values.map(\.self) == [.succeeded, .succeeded])
    let starts = host.log.filter { $0.record.payload.kind == "worker.starting" }
    #expect(starts.map(\.record.run) == [host.launched[1], host.launched[2]])
  }

  @Test func `the end of a worker costs its own run an attempt, and nobody else anything`() {
    var host = host(Conduct(holds: ["s0", "s1"]))
    host.launch([Plans.step(0, retries: 1)], ticket: 1)
    host.launch([Plans.step(1)], ticket: 2)
    host.exit("a", worker(1), "signal 9 (SIGKILL)", tail: ["last words"])
    host.handle(.tick)
    let failures = host.log.compactMap { event -> StepFailure? in
      guard case .stepFailed(let failure, _) = event.record.payload else { return nil }
      return failure
    }
    let run = host.launched[1] ?? ""
    #expect(failures.map(\.code) == [.lost])
    #expect(failures.map(\.crash) == [.proven])
    #expect(
      failures.first?.message
        == "the worker of run \(run) at location \"a\" ended with signal 9 (SIGKILL) while the step "
        + "was running"
    )
    #expect(failures.first?.standardErrorTail == ["last words"])
    #expect(host.plane.locations["a"]?.machine.generation == Generation(1))
    #expect(host.plane.locations["a"]?.machine.budget.restarts == 0)
    #expect(host.plane.locations["a"]?.failures == 0)
    #expect(host.living["a"] == [Generation(1), worker(2)])
    host.wait(.seconds(2))
    // A step that ended its process is tried again in one that it has to itself.
    #expect(host.held["s0"]?.1 == worker(3))
    host.succeed("s0")
    host.succeed("s1")
    #expect(host.finished.values.map(\.self) == [.succeeded, .succeeded])
    #expect(host.living["a"] == [Generation(1)])
  }

  @Test func `suspects run again each in a worker of its own, beside other runs`() {
    var host = host(Conduct(holds: ["s0", "s1", "s2"]))
    host.launch([Plans.step(0), Plans.step(1)], ticket: 1)
    host.launch([Plans.step(2)], ticket: 2)
    host.exit("a", worker(1), "signal 11 (SIGSEGV)")
    host.handle(.tick)
    host.handle(.tick)
    #expect(Set([host.held["s0"]?.1, host.held["s1"]?.1]) == [worker(3), worker(4)])
    #expect(host.held["s2"]?.1 == worker(2))
    let culprit = host.held["s1"]?.1 ?? Generation()
    host.exit("a", culprit, "signal 11 (SIGSEGV)")
    host.handle(.tick)
    #expect(host.kinds(of: "a").contains("step.cleared"))
    host.succeed("s0")
    host.succeed("s2")
    #expect(host.finished[host.launched[1] ?? ""] == .failed)
    #expect(host.finished[host.launched[2] ?? ""] == .succeeded)
    #expect(host.living["a"] == [Generation(1)])
  }

  @Test func `a step waits for its worker with the slot it has, and says so`() {
    var host = host(Conduct(mutes: [worker(1)]), concurrentSteps: 1)
    host.launch([Plans.step(0)], ticket: 1)
    host.launch([Plans.step(1)], ticket: 2)
    #expect(reason(host, 1) == .workerIsNotReady)
    #expect(
      reason(host, 2) == .isFull(.location("a"), used: 1, of: 1)
    )
    #expect(host.log.allSatisfy { $0.record.payload.kind != "step.started" })
    // It never answers: the slots are given back, and both wait for the next try.
    host.wait(.seconds(10))
    guard case .workersFail = reason(host, 2) else {
      Issue.record("\(String(describing: reason(host, 2)))")
      return
    }
    let failures = host.log.compactMap { event -> EventPayload? in
      event.record.payload.kind == "worker.failed" ? event.record.payload : nil
    }
    #expect(
      failures == [
        .workerFailed(
          message: "its worker could not take a step: no answer to the handshake within 10s",
          code: "LOC-HANDSHAKE-TIMEOUT"
        )
      ]
    )
    host.wait(.seconds(1))
    #expect(host.finished.values.map(\.self) == [.succeeded, .succeeded])
    #expect(host.living["a"] == [Generation(1)])
  }

  @Test func `with one worker at a time, runs take turns and all end`() {
    var host = host(concurrentSteps: 1)
    for ticket in 1...4 {
      host.launch([Plans.step(ticket - 1), Plans.step(ticket, after: [0])], ticket: ticket)
    }
    #expect(host.finished.count == 4)
    #expect(host.finished.values.allSatisfy { $0 == .succeeded })
    #expect(host.living["a"] == [Generation(1)])
  }

  @Test func `a run that waits for something else gives its worker to one that can go on`() {
    var host = SimulatedHost(
      [
        "a": Conduct(assets: [AssetDefinition(key: "s0"), AssetDefinition(key: "s2")]),
        "b": Conduct(assets: [AssetDefinition(key: "s1")], holds: ["s1"]),
      ],
      isolated: ["a"],
      concurrentSteps: 1
    )
    host.launch([Plans.step(0), Plans.step(1, at: "b", after: [0]), Plans.step(2, after: [1])])
    #expect(host.living["a"] == [Generation(1), worker(1)])
    host.launch([Plans.step(0)], ticket: 2)
    #expect(host.finished[host.launched[2] ?? ""] == .succeeded)
    host.succeed("s1")
    #expect(host.finished[host.launched[1] ?? ""] == .succeeded)
    #expect(host.living["a"] == [Generation(1)])
  }

  @Test func `the end of the location's own process does not end workers`() {
    var host = host(Conduct(holds: ["s0"]))
    host.launch([Plans.step(0)])
    host.exit("a", Generation(1), "signal 9 (SIGKILL)")
    host.handle(.tick)
    host.launch([Plans.step(1)], ticket: 2)
    #expect(host.living["a"] == [worker(1)])
    host.succeed("s0")
    #expect(host.finished[host.launched[1] ?? ""] == .succeeded)
    host.wait(.seconds(1))
    #expect(host.finished[host.launched[2] ?? ""] == .succeeded)
    #expect(host.living["a"] == [Generation(2)])
  }

  @Test func `a canceled run ends its worker, and a stopped location all of them`() {
    var host = host(Conduct(holds: ["s0", "s1"]))
    host.launch([Plans.step(0)], ticket: 1)
    host.launch([Plans.step(1)], ticket: 2)
    host.handle(.cancel(host.launched[1] ?? "", forced: false, ticket: 3))
    #expect(host.living["a"] == [Generation(1), worker(2)])
    host.handle(.location("a", .disableRequested))
    #expect(host.living["a"] == [worker(2)])
    host.succeed("s1")
    #expect(host.living["a"]?.isEmpty == true)
    #expect(host.finished[host.launched[2] ?? ""] == .succeeded)
  }

  @Test func `a host that stops has no workers any more`() {
    var host = host(Conduct(mutes: [worker(2)], holds: ["s0"]))
    host.launch([Plans.step(0)], ticket: 1)
    host.launch([Plans.step(1)], ticket: 2)
    #expect(host.living["a"]?.count == 3)
    host.handle(.stop)
    #expect(host.living["a"]?.isEmpty == true)
    #expect(host.hasStopped)
  }

  @Test func `what a worker says of another run's step changes nothing`() {
    var host = host(Conduct(holds: ["s0", "s1"]))
    host.launch([Plans.step(0)], ticket: 1)
    host.launch([Plans.step(1)], ticket: 2)
    guard let (name, _, attempt) = host.held["s0"] else { return #expect(Bool(false)) }
    host.handle(.stepAnswer(name, worker(2), attempt, .succeeded))
    host.handle(.stepAnswer(name, Generation(1), attempt, .succeeded))
    #expect(host.finished.isEmpty)
    host.succeed("s0")
    #expect(host.finished.count == 1)
  }
}
