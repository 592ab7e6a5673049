import HanseHost
import HanseModel
import HanseStore
import HanseSystem
import HanseWorkspace
import Testing

@Suite(.timeLimit(.minutes(10))) struct DurabilityTests {
  private static let steps = 25

  @Test(arguments: 0..<5)
  func `a host killed in the middle of a run loses nothing and repeats nothing`(
    round: Int
  ) throws {
    var random = SeededRandom.forTest(round)
    let bench = try Bench()
    let tally = bench.path("tally")
    try bench.write("tally", "")
    let variables = ["FIXTURE_STEPS": "\(Self.steps)", "FIXTURE_TALLY": tally]
    let locations = [
      try bench.fixture("alpha", environment: variables),
      try bench.fixture("beta", environment: variables),
    ]
    let configuration = try bench.configuration(locations)
    let process = try HostProcess(bench, selection: "alpha/link* or beta/link*")
    let killAfter = Int.random(in: 1..<(2 * Self.steps - 2), using: &random)
    try process.wait(for: "step.succeeded", count: killAfter)
    try process.kill()
    for line in try process.wait(for: "pid ", count: 2) {
      let pid = try #require(Int32(line.dropFirst(4)))
      let hasEnded = try ForeignProcess.waitForEnd(of: pid, limitMilliseconds: 20_000)
      #expect(hasEnded, "location \(pid) outlives its host")
    }
    let run = RunID(String(try #require(try process.wait(for: "run ").first).dropFirst(4)))
    let before = try EventReader.open(path: bench.path(".hanse/hanse.db"))
      .runEvents(run, limit: .max)

    let host = try Host.start(configuration)
    let course = try host.course(of: run)
    host.stop()
    #expect(host.waitUntilStopped() == nil)

    #expect(course.status == .succeeded, "\(course.message ?? "")")
    // What was acknowledged is there, and nothing of it was written anew.
    #expect(Array(course.events.prefix(before.count)) == before)
    let ran = try bench.text("tally").split(separator: "\n").map(String.init)
    let finished = Set(
      before.filter { $0.record.payload.kind == "step.succeeded" }.compactMap(\.record.step)
    )
    #expect(finished.count >= killAfter)
    for name in ["alpha", "beta"] {
      for index in 0..<Self.steps {
        let step = "\(name)/link\(index)"
        #expect(course.count("step.succeeded", of: step) == 1, "\(step)")
        let executions = ran.count { $0 == step }
        if finished.contains(StepKey(step)) {
          #expect(executions == 1 && course.count("asset.materialized", of: step) == 1, "\(step)")
        } else {
          #expect(executions == 1 || executions == 2, "\(step) ran \(executions) times")
        }
        // An attempt that was in flight is told as lost with its host, and not charged.
        let failures = course.failures(of: step)
        #expect(failures.count == course.count("step.started", of: step) - 1)
        #expect(failures.allSatisfy { $0.code == .interrupted })
      }
    }
  }

  @Test func `a second host is refused with the first one's process`() throws {
    let bench = try Bench()
    let configuration = try bench.configuration([try bench.fixture("alpha")])
    let process = try HostProcess(bench, selection: "alpha/sleep")
    try process.wait(for: "step.started")
    let error = try #require(throws: HostError.self) { _ = try Host.start(configuration) }
    #expect(error.code == .inUse)
    #expect(
      error.description
        == "the state directory \(bench.path(".hanse")) is in use by process "
        + "\(process.child.pid), another host; talk to that one, or stop it first"
    )
    try process.kill()
    let host = try Host.start(configuration)
    host.stop()
    #expect(host.waitUntilStopped() == nil)
  }

  @Test func `a host that stops while steps run hands them to the next one`() throws {
    let bench = try Bench()
    let locations = [try bench.fixture("alpha"), try bench.fixture("beta")]
    let run = try bench.withHost(locations) { host in
      try host.settled()
      let run = try host.launch("alpha/patient or beta/left or alpha/flaky")
      try host.started("alpha/patient", of: run)
      try host.event("end of the others") {
        $0.step == "alpha/flaky" && $0.payload.kind == "step.succeeded"
      }
      return run
    }
    try bench.withHost(locations) { host in
      let course = try host.course(of: run)
      #expect(course.status == .succeeded)
      #expect(course.failures(of: "alpha/patient").map(\.code) == [.interrupted])
      #expect(course.count("step.succeeded", of: "alpha/flaky") == 1)
    }
  }

  @Test func `a host with a step that does not stop ends within the teardown's limits`() throws {
    let bench = try Bench()
    bench.shutdown = .milliseconds(200)
    let host = try Host.start(try bench.configuration([try bench.fixture("alpha")]))
    let pid = try #require(try host.settled().location("alpha")?.processID)
    let run = try host.launch("alpha/block")
    try host.event("the block") { $0.run == run && $0.payload.kind == "step.logged" }
    host.stop()
    #expect(host.waitUntilStopped(for: .seconds(10)))
    #expect(try ForeignProcess.waitForEnd(of: Int32(pid), limitMilliseconds: 0))
    #expect(throws: HostError(.stopping, "the host has stopped")) {
      try host.launch("alpha/left")
    }
    #expect(!host.cancel(run, forced: true) && host.live(run) == nil)
  }

  @Test func `an event log that cannot be written stops the host with the reason`() throws {
    let bench = try Bench()
    let locations = [try bench.fixture("alpha"), try bench.fixture("beta")]
    let configuration = try bench.configuration(locations)
    let host = try Host.start(configuration)
    let pids = try host.settled().locations.compactMap(\.processID)
    #expect(pids.count == 2)
    let run = try host.launch("alpha/patient")
    try host.started("alpha/patient", of: run)
    let other = try Database(path: host.state.eventLog, mode: .readWrite)
    try other.execute(
      once: "CREATE TRIGGER gone BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'gone'); END"
    )
    let refusal = try #require(throws: HostError.self) { try host.launch("beta/left") }
    #expect(refusal.code == .eventLog || refusal.code == .stopping)
    let failure = try #require(host.waitUntilStopped())
    #expect(failure.code == .eventLog)
    let beginning =
      "the event log failed, so the host stopped: event log \(host.state.eventLog): appending "
    #expect(failure.description.hasPrefix(beginning), "\(failure)")
    #expect(
      failure.description.hasSuffix(
        "failed: gone (SQLite code 1811); check the file's permissions and its disk, "
          + "then start the host again"
      ),
      "\(failure)"
    )
    for pid in pids {
      #expect(try ForeignProcess.waitForEnd(of: Int32(pid), limitMilliseconds: 0))
    }
    try other.execute(once: "DROP TRIGGER gone")
    let next = try Host.start(configuration)
    #expect(try next.course(of: run).status == .succeeded)
    next.stop()
    #expect(next.waitUntilStopped() == nil)
  }

  @Test func `a hundred crashes of a location in a row leave no descriptor, thread or child`()
    throws
  {
    let bench = try Bench()
    let program = try Bench.program("FixtureLocation")
    let alpha =
      #"{"name":"alpha","executable":"\#(program)","environment":{"FIXTURE_NAME":"alpha"},"#
      + #""restart":{"initialDelay":"1ms","maxDelay":"1ms","maxCrashes":1000}}"#
    _ = try bench.configuration([alpha, try bench.fixture("beta")])
    let process = try HostProcess(bench, selection: "crashes", "100")
    try process.wait(for: "left ", count: 101)
    try process.wait(for: "done")
    let left = process.lines.filter { $0.hasPrefix("left ") }.map { $0.split(separator: " ") }
    let descriptors = left.compactMap { Int($0[1]) }
    let threads = left.compactMap { Int($0[3]) }
    // Its neighbour's process and its own; of one that was killed at most what is being collected.
    #expect(Set(left.map { $0[5] }) == ["2"], "\(left)")
    // One may be open for the moment of a look; what leaks stays open.
    #expect(try #require(descriptors.suffix(50).min()) <= descriptors[0], "\(left)")
    #expect(try #require(threads.max()) <= threads[0] + 10, "\(left)")
  }

  @Test func `fifty hosts one after the other leave no descriptor, thread or child`() throws {
    let bench = try Bench()
    _ = try bench.configuration([try bench.fixture("alpha"), bench.script("beta")])
    let process = try HostProcess(bench, selection: "50")
    for cycle in 1...50 { try process.wait(for: "left ", count: cycle) }
    try process.wait(for: "done")
    let left = process.lines.filter { $0.hasPrefix("left ") }.map { $0.split(separator: " ") }
    let descriptors = Set(left.map { $0[1] })
    let threads = left.compactMap { Int($0[3]) }
    let children = Set(left.map { $0[5] })
    #expect(descriptors.count == 1 && children == ["0"], "\(left)")
    // The thread of the last loop may be on its last instruction.
    // The runtime's own threads come and go; a leak of three for each host would be 150.
    #expect(try #require(threads.max()) <= #require(threads.min()) + 10, "\(left)")
  }
}
