import HanseHost
import HanseModel
import HanseSystem
import Testing

/// Runs that have a process of their own, with real processes beside a healthy location.
@Suite(.timeLimit(.minutes(10))) struct IsolationTests {
  private let fence: FenceBench
  private var bench: Bench { fence.bench }
  private static let members = #""isolation":"run""#

  init() throws { fence = try FenceBench() }

  /// The processes on this machine that a host on the bench's state has started for a location.
  private func processes(of location: LocationName, _ host: Host) throws -> [Int] {
    let state = try Files.realPath(host.state.path)
    return try MarkedProcesses.list(variable: "HANSE_PROCESS").filter { found in
      let words = found.value.split(separator: " ", maxSplits: 3)
      return words.count == 4 && words[1] == location.text && words[3] == state
    }.map { Int($0.process.pid) }.sorted()
  }

  private func workers(
    _ snapshot: HostSnapshot,
    _ location: LocationName = "alpha"
  )
    -> [RunID: Int]
  {
    let workers = snapshot.location(location)?.workers ?? []
    return Dictionary(
      workers.compactMap { worker in worker.processID.map { (worker.run, $0) } },
      uniquingKeysWith: { first, _ in first }
    )
  }

  private func end(of run: RunID, _ host: Host) throws -> EventPayload {
    try host.event("the end of the worker of \(run)") { record in
      guard record.run == run, case .workerExited = record.payload else { return false }
      return true
    }.record.payload
  }

  @Test func `two runs have two processes, and the death of one is felt by its own run only`()
    throws
  {
    let alpha = try bench.fixture("alpha", members: Self.members)
    try fence.withHealthy(alpha) { host in
      let own = try #require(try host.settled().location("alpha")?.processID)
      let neighbour = try host.launch("beta/sleep")
      try host.started("beta/sleep", of: neighbour)
      let (first, second) = (try host.launch("alpha/sleep"), try host.launch("alpha/sleep"))
      for run in [first, second] { try host.started("alpha/sleep", of: run) }
      let pids = workers(try host.awaits("two workers") { workers($0).count == 2 })
      let (victim, other) = (try #require(pids[first]), try #require(pids[second]))
      #expect(Set([own, victim, other]).count == 3)
      #expect(try processes(of: "alpha", host) == [own, victim, other].sorted())

      try bench.kill(victim)
      let course = try host.course(of: first)
      #expect(course.status == .failed)
      let failures = course.failures(of: "alpha/sleep")
      #expect(failures.map(\.code) == [.lost] && failures.map(\.crash) == [.proven])
      #expect(
        failures.map(\.message) == [
          "the worker of run \(first) at location \"alpha\" ended with signal 9 (SIGKILL) while the "
            + "step was running"
        ]
      )
      let live = [host.live(second), host.live(neighbour)]
      #expect(live.map { $0?.attempts.map(\.attempt) } == [[1], [1]])
      #expect(workers(host.snapshot) == [second: other])
      #expect(host.snapshot.location("alpha")?.processID == own)
      #expect(host.snapshot.location("alpha")?.failures == 0)

      for run in [second, neighbour] {
        #expect(host.cancel(run, forced: false))
        #expect(try host.course(of: run).status == .canceled)
      }
      _ = try end(of: second, host)
      #expect(try processes(of: "alpha", host) == [own])
    }
  }

  @Test func `a crash is retried in another process, and nothing of the run survives it`() throws {
    try fence.withHealthy(try bench.fixture("alpha", members: Self.members)) { host in
      let own = try #require(try host.settled().location("alpha")?.processID)
      let crash = try host.launch("alpha/crash-once")
      let course = try host.course(of: crash)
      #expect(course.status == .succeeded)
      #expect(course.failures(of: "alpha/crash-once").map(\.code) == [.lost])
      let run = try host.launch("alpha/print")
      #expect(try host.course(of: run).status == .succeeded)
      try host.awaits("no worker") { $0.location("alpha")?.workers.isEmpty == true }
      #expect(try processes(of: "alpha", host) == [own])
      #expect(host.snapshot.location("alpha")?.processID == own)
      #expect(host.snapshot.location("alpha")?.failures == 0)
      // Its own process never had a step; what workers wrote is told apart by the run.
      let bytes = try Files.read(host.state.computeLog(of: "alpha"), limitBytes: 4 << 20)
      let log = String(decoding: bytes, as: UTF8.self)
      #expect(log.contains(" g1/\(run) | printed by a body\n"))
      let exit = try end(of: crash, host)
      guard case .workerExited(_, let isExpected, _, let code) = exit else { return }
      #expect(!isExpected && code == "LOC-CRASH")
    }
  }

  @Test func `a worker knows its run, and has its three pipes and nothing else`() throws {
    try bench.withHost([try bench.fixture("alpha", members: Self.members)]) { host in
      try host.settled()
      let run = try host.launch("alpha/self")
      let course = try host.course(of: run)
      let made = course.events.compactMap { event -> Materialization? in
        if case .materialized(let value) = event.record.payload { value } else { nil }
      }
      let environment = "\(made.first?.metadata["environment"] ?? "")"
      #expect(environment.contains("HANSE_PROCESS HANSE_RUN HOME"), "\(environment)")
      guard case .text(let files) = made.first?.metadata["files"] else {
        Issue.record("no list of open files")
        return
      }
      // But for what the process itself reads at that moment.
      #expect(files.split(separator: " ").allSatisfy { $0.hasPrefix("/proc/") }, "\(files)")
      let pid = "\(made.first?.metadata["pid"] ?? "")"
      let started = course.events.compactMap { event -> String? in
        guard case .workerStarting(let processID) = event.record.payload else { return nil }
        return "\(processID)"
      }
      #expect(started.count == 1 && pid.contains(started[0]))
    }
  }

  @Test func `with one step at a time, runs have one worker at a time and say what they wait for`()
    throws
  {
    let members = Self.members + #","limits":{"concurrentSteps":1}"#
    try bench.withHost([try bench.fixture("alpha", members: members)]) { host in
      try host.settled()
      let first = try host.launch("alpha/sleep")
      try host.started("alpha/sleep", of: first)
      let second = try host.launch("alpha/left")
      #expect(
        host.live(second)?.held.first?.reason
          == "waiting: 1 of 1 slots of location alpha are taken"
      )
      #expect(workers(host.snapshot).count <= 1)
      #expect(host.cancel(first, forced: false))
      #expect(try host.course(of: second).status == .succeeded)
      let (_, _) = (try end(of: first, host), try end(of: second, host))
    }
  }

  @Test func `workers that cannot start are waited for, and the location serves on`() throws {
    let alpha = try fence.wrapped(
      "alpha",
      "[ -e \(bench.path("works")) ] || [ -z \"$HANSE_RUN\" ] || { echo no database >&2; exit 3; }",
      members: Self.members
    )
    try fence.withHealthy(alpha) { host in
      let own = try #require(try host.settled().location("alpha")?.processID)
      let run = try host.launch("alpha/one")
      let failed = try host.event("a worker that does not start") {
        $0.payload.kind == "worker.failed"
      }
      #expect(failed.record.run == run)
      #expect(
        failed.record.payload
          == .workerFailed(
            message: "its worker could not take a step: exit status 3 before the handshake",
            code: "LOC-EXIT-EARLY"
          )
      )
      let seen = try host.awaits("the trouble") { $0.location("alpha")?.workerTrouble != nil }
      #expect(seen.location("alpha")?.state == .running)
      try bench.write("works", "")
      let course = try host.course(of: run)
      #expect(course.status == .succeeded)
      #expect(course.count("step.started", of: "alpha/one") == 1)
      #expect(host.snapshot.location("alpha")?.processID == own)
    }
  }

  @Test func `the processes of a location and its workers are counted together`() throws {
    let alpha = try fence.wrapped(
      "alpha",
      "",
      environment: ["FAULT": "deaf", "ALWAYS": "yes"],
      members: Self.members + #","limits":{"processes":2}"#
    )
    try fence.withHealthy(alpha) { host in
      let own = try #require(try host.settled().location("alpha")?.processID)
      let first = try host.launch("alpha/one")
      try host.started("alpha/one", of: first)
      let second = try host.launch("alpha/one")
      let end = try host.event("the verdict") { record in
        guard case .workerExited(let reason, false, _, _) = record.payload else { return false }
        return reason.contains("killed: ")
      }
      guard case .workerExited(let reason, _, _, let code) = end.record.payload else { return }
      #expect(code == "LOC-LIMIT")
      #expect(
        reason
          == "signal 9 (SIGKILL), ended by the host: killed: 1 processes and threads of 3 in the 3 "
          + "processes of its location, over its limit of 2"
      )
      #expect(host.snapshot.location("alpha")?.processID == own)
      for run in [first, second] { _ = host.cancel(run, forced: true) }
      for run in [first, second] { _ = try host.course(of: run) }
    }
  }

  /// Each worker keeps 24 MiB; two of them are within the limit and three are not.
  @Test func `the memory of a location and its workers is limited together`() throws {
    let keep =
      "[ -z \"$HANSE_RUN\" ] || { (head -c 25165824 /dev/zero; exec sleep infinity) "
      + "| tail -c 25165824 >&2 & }"
    let alpha = try fence.wrapped(
      "alpha",
      keep,
      environment: ["FAULT": "deaf", "ALWAYS": "yes"],
      members: Self.members + #","limits":{"memory":"64MiB"}"#
    )
    try fence.withHealthy(alpha) { host in
      let own = try #require(try host.settled().location("alpha")?.processID)
      let runs = try (0..<2).map { _ in try host.launch("alpha/one") }
      for run in runs { try host.started("alpha/one", of: run) }
      // Many looks at two of them, and nobody is over the limit.
      let ended = host.wait(for: .milliseconds(300)) { workers($0).count < 2 }
      #expect(ended == nil)
      let third = try host.launch("alpha/one")
      let end = try host.event("the verdict") { record in
        guard case .workerExited(let reason, false, _, _) = record.payload else { return false }
        return reason.contains("killed: ")
      }
      guard case .workerExited(let reason, _, _, let code) = end.record.payload else { return }
      #expect(code == "LOC-LIMIT")
      #expect(
        reason.contains(
          " MiB in the 4 processes of its location, over its limit of 64 MiB of memory"
        ),
        "\(reason)"
      )
      // The others go on: together they are within the limit again.
      #expect(host.snapshot.location("alpha")?.processID == own)
      let victim = end.record.run
      for run in runs + [third] where run != victim {
        #expect(host.live(run)?.attempts.map(\.attempt) == [1])
      }
      for run in runs + [third] { _ = host.cancel(run, forced: true) }
      for run in runs + [third] { _ = try host.course(of: run) }
    }
  }

  @Test func `a new generation serves new runs, and a worker of the old one goes on`() throws {
    try bench.withHost([try bench.fixture("alpha", members: Self.members)]) { host in
      try host.settled()
      let old = try host.launch("alpha/sleep")
      try host.started("alpha/sleep", of: old)
      let pid = try #require(workers(host.snapshot)[old])
      host.reload("alpha")
      try host.awaits("generation 2") {
        $0.location("alpha")?.generation == Generation(2) && $0.location("alpha")?.leaving == []
      }
      let new = try host.run("alpha/left")
      #expect(new.status == .succeeded)
      let places = new.events.compactMap { event in
        event.record.payload.kind == "step.started" ? event.record.generation?.number : nil
      }
      #expect(Set(places) == [2])
      #expect(workers(host.snapshot)[old] == pid)
      #expect(host.live(old)?.attempts.map(\.attempt) == [1])
      #expect(host.cancel(old, forced: false))
      #expect(try host.course(of: old).status == .canceled)
      _ = try end(of: old, host)
    }
  }
}
