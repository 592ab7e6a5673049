import HanseHost
import HanseModel
import HanseStore
import HanseSystem
import Testing

@Suite(.timeLimit(.minutes(10))) struct RunTests {
  @Test func `a selection runs across locations in the order of its dependencies`() throws {
    let bench = try Bench()
    let locations = [
      try bench.fixture("alpha", environment: ["FIXTURE_UPSTREAM": "fixture/numbers"]),
      try bench.fixture("beta", environment: ["FIXTURE_UPSTREAM": "gamma/right"]),
      try bench.fixture("gamma", environment: ["FIXTURE_UPSTREAM": "alpha/flaky"]),
    ]
    try bench.withHost(locations) { host in
      try host.settled()
      let course = try host.run("alpha/flaky or gamma/next or beta/left")
      // `gamma/next` reads a Bool as an Int: a clear failure of that step alone.
      #expect(course.end(of: "alpha/flaky") == "step.succeeded")
      #expect(course.end(of: "gamma/next") == "step.failed")
      let failure = try #require(course.failures(of: "gamma/next").first)
      #expect(failure.code == .input, "\(failure)")
      let done = try #require(course.place("step.succeeded", of: "alpha/flaky"))
      let begun = try #require(course.place("step.started", of: "gamma/next"))
      #expect(done < begun)
    }
  }

  @Test func `a value made by one location is read by another`() throws {
    let bench = try Bench()
    let locations = [
      try bench.fixture("alpha", environment: ["FIXTURE_UPSTREAM": "beta/link1"]),
      try bench.fixture("beta", environment: ["FIXTURE_STEPS": "2"]),
    ]
    try bench.withHost(locations) { host in
      try host.settled()
      let course = try host.run("+alpha/next")
      #expect(course.status == .succeeded, "\(course.message ?? "")")
      let steps = course.events.filter { $0.record.payload.kind == "step.succeeded" }
      #expect(
        steps.compactMap { $0.record.step?.text } == ["beta/link0", "beta/link1", "alpha/next"]
      )
      #expect(steps.compactMap { $0.record.location } == ["beta", "beta", "alpha"])
    }
  }

  @Test func `no more steps run at once than the workspace and the location allow`() throws {
    let bench = try Bench()
    let locations = [
      try bench.fixture("alpha", members: #""limits":{"concurrentSteps":2}"#),
      try bench.fixture("beta"), try bench.fixture("gamma"),
    ]
    let members = #""limits":{"concurrentSteps":4}"#
    try bench.withHost(locations, members: members) { host in
      try host.settled()
      let course = try host.run(
        "*/print or */log or */progress or */numbers or */self or */left or */flaky"
      )
      #expect(course.status == .succeeded, "\(course.message ?? "")")
      var running: [LocationName: Int] = [:]
      var (most, mostOfAlpha) = (0, 0)
      for event in course.events {
        guard let location = event.record.location else { continue }
        switch event.record.payload {
        case .stepStarted: running[location, default: 0] += 1
        case .stepSucceeded, .stepFailed: running[location, default: 0] -= 1
        default: break
        }
        most = max(most, running.values.reduce(0, +))
        mostOfAlpha = max(mostOfAlpha, running["alpha"] ?? 0)
      }
      #expect(most == 4 && mostOfAlpha <= 2, "\(most), \(mostOfAlpha)")
    }
  }

  @Test func `a step that fails is tried again as its policy says`() throws {
    let bench = try Bench()
    try bench.withHost([try bench.fixture("alpha")]) { host in
      try host.settled()
      let course = try host.run("alpha/flaky")
      #expect(course.status == .succeeded)
      #expect(course.count("step.started", of: "alpha/flaky") == 3)
      #expect(course.failures(of: "alpha/flaky").map(\.message) == ["not yet", "not yet"])
    }
  }

  @Test func `what is behind a failed step is skipped, and the rest runs`() throws {
    let bench = try Bench()
    try bench.withHost([try bench.fixture("alpha")]) { host in
      try host.settled()
      let course = try host.run("alpha/fail+ or alpha/left")
      #expect(course.status == .failed)
      #expect(course.message == "1 of 3 steps failed: alpha/fail; 1 behind them skipped")
      #expect(course.end(of: "alpha/fail") == "step.failed")
      #expect(course.end(of: "alpha/behind-fail") == "step.skipped")
      #expect(course.failures(of: "alpha/fail").first?.message == "as it was told to")
    }
  }

  @Test func `a blocking check that fails stops what is behind its asset`() throws {
    let bench = try Bench()
    try bench.withHost([try bench.fixture("alpha")]) { host in
      try host.settled()
      let course = try host.run("alpha/ok+")
      #expect(course.status == .failed)
      #expect(course.end(of: "alpha/ok") == "step.succeeded")
      #expect(course.end(of: "alpha/double") == "step.skipped")
      let checks = course.events.compactMap { event -> String? in
        guard case .checked(let result) = event.record.payload else { return nil }
        return "\(result.name) \(result.passed)"
      }
      #expect(checks.sorted() == ["fails false", "passes true", "warns false"])
    }
  }

  @Test func `a body that ignores its timeout costs its location, and its neighbours nothing`()
    throws
  {
    let bench = try Bench()
    let members = #""timeouts":{"step":"1s"}"#
    let locations = [try bench.fixture("alpha", members: members), try bench.fixture("beta")]
    try bench.withHost(locations) { host in
      let first = try #require(try host.settled().location("alpha")?.processID)
      let other = try host.launch("beta/patient")
      try host.started("beta/patient", of: other)
      let course = try host.run("alpha/block or alpha/flaky")
      #expect(course.status == .failed)
      let failure = try #require(course.failures(of: "alpha/block").first)
      #expect(failure.code == .timedOut)
      #expect(failure.message == "took longer than its timeout of 1s")
      #expect(course.end(of: "alpha/flaky") == "step.succeeded")
      let back = try host.awaits("alpha is back") { $0.location("alpha")?.state == .running }
      #expect(back.location("alpha")?.processID != first)
      #expect(host.live(other)?.attempts.first?.attempt == 1)
      #expect(host.cancel(other, forced: false))
      #expect(try host.course(of: other).status == .canceled)
    }
  }

  @Test func `a bystander of a location that is ended runs again, uncharged`() throws {
    let bench = try Bench()
    try bench.withHost([try bench.fixture("alpha")]) { host in
      try host.settled()
      let bystander = try host.launch("alpha/patient")
      try host.started("alpha/patient", of: bystander)
      let stubborn = try host.launch("alpha/block")
      try host.event("the block") { $0.run == stubborn && $0.payload.kind == "step.logged" }
      #expect(host.cancel(stubborn, forced: false))
      #expect(try host.course(of: stubborn).status == .canceled)
      let course = try host.course(of: bystander)
      #expect(course.status == .succeeded)
      #expect(course.failures(of: "alpha/patient").map(\.code) == [.interrupted])
      #expect(course.count("step.started", of: "alpha/patient") == 2)
    }
  }

  @Test(arguments: [false, true])
  func `a run that is cancelled stops what can be stopped`(forced: Bool) throws {
    let bench = try Bench()
    bench.grace = .seconds(20)
    try bench.withHost([try bench.fixture("alpha"), try bench.fixture("beta")]) { host in
      let pid = try #require(try host.settled().location("alpha")?.processID)
      let run = try host.launch("alpha/sleep or beta/left")
      try host.started("alpha/sleep", of: run)
      #expect(host.cancel(run, forced: forced))
      let course = try host.course(of: run)
      #expect(course.status == .canceled)
      #expect(course.end(of: "alpha/sleep") == "step.canceled")
      let back = try host.awaits("alpha serves") { $0.location("alpha")?.state == .running }
      #expect((back.location("alpha")?.processID == pid) == !forced)
      #expect(!host.cancel(run, forced: true))
      #expect(try host.run("alpha/left or beta/left").status == .succeeded)
    }
  }

  @Test func `a step whose location dies fails with the signal and the last words`() throws {
    let bench = try Bench()
    let locations = [try bench.fixture("alpha"), try bench.fixture("beta")]
    try bench.withHost(locations) { host in
      let beta = try #require(try host.settled().location("beta")?.processID)
      let other = try host.launch("beta/patient")
      try host.started("beta/patient", of: other)
      let course = try host.run("alpha/crash")
      let failure = try #require(course.failures(of: "alpha/crash").first)
      #expect(failure.code == .lost)
      #expect(
        failure.message.hasPrefix("location \"alpha\" ended with signal "),
        "\(failure.message)"
      )
      #expect(failure.standardErrorTail.contains { $0.contains("as it was told to") })
      #expect(course.status == .failed)
      #expect(host.snapshot.location("beta")?.processID == beta)
      #expect(host.live(other)?.attempts.count == 1)
      #expect(host.cancel(other, forced: false))
      #expect(try host.course(of: other).status == .canceled)
    }
  }

  @Test func `a step whose location dies is run again if its policy says so`() throws {
    let bench = try Bench()
    try bench.withHost([try bench.fixture("alpha")]) { host in
      try host.settled()
      let course = try host.run("alpha/crash-once")
      #expect(course.status == .succeeded)
      #expect(course.failures(of: "alpha/crash-once").map(\.code) == [.lost])
      let exit = try #require(try host.run("alpha/exit").failures(of: "alpha/exit").first)
      #expect(
        exit.message
          == "location \"alpha\" ended with exit status 7 while the step was running"
      )
    }
  }

  @Test func `a restart that somebody asks for charges no step`() throws {
    let bench = try Bench()
    try bench.withHost([try bench.fixture("alpha")]) { host in
      try host.settled()
      let run = try host.launch("alpha/patient")
      try host.started("alpha/patient", of: run)
      host.restart("alpha")
      let course = try host.course(of: run)
      #expect(course.status == .succeeded)
      #expect(course.failures(of: "alpha/patient").map(\.code) == [.interrupted])
    }
  }

  @Test func `the steps that run and wait are counted for everybody to see`() throws {
    let bench = try Bench()
    let members = #""limits":{"concurrentSteps":1}"#
    try bench.withHost([try bench.fixture("alpha", members: members)]) { host in
      try host.settled()
      let run = try host.launch("alpha/sleep or alpha/patient")
      try host.awaits("the counts") { snapshot in
        snapshot.location("alpha").map { $0.stepsRunning == 1 && $0.stepsWaiting == 1 } ?? false
      }
      let held = try #require(host.live(run)).held
      #expect(held.map(\.reason) == ["waiting: 1 of 1 slots of location alpha are taken"])
      #expect(host.cancel(run, forced: false))
      #expect(try host.course(of: run).status == .canceled)
      try host.awaits("none") { $0.location("alpha")?.stepsRunning == 0 }
    }
  }

  @Test func `a location in another language takes part in a run`() throws {
    let root = Paths.directory(of: #filePath).split(separator: "/").dropLast(2)
    let script = "/" + root.joined(separator: "/") + "/Tests/PythonLocation/location.py"
    let bench = try Bench()
    let python = bench.entry(
      "python",
      "python3",
      #""executableFromPath":true,"arguments":["\#(script)"],"#
    )
    try bench.withHost([python, try bench.fixture("observatory")]) { host in
      try host.settled()
      let course = try host.run("+observatory/from_python")
      #expect(course.status == .succeeded, "\(course.message ?? "") \(course.events)")
      let steps = course.events.filter { $0.record.payload.kind == "step.succeeded" }
      #expect(steps.last?.record.step == "observatory/from_python")
      #expect(Set(steps.compactMap(\.record.location)) == ["python", "observatory"])
    }
  }
}
