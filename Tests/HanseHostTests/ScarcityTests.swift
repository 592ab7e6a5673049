import HanseHost
import HanseModel
import HanseSystem
import Testing

/// A machine that has no room for one thing more.
@Suite(.timeLimit(.minutes(10))) struct ScarcityTests {
  /// What the fixture says with at most 64 open files.
  private func say(_ bench: Bench, _ subject: String, _ what: String) throws -> [String] {
    let output = try Pipe.make()
    let null = try StandardStreams.nullDevice()
    let fixture = try Bench.program("HostFixture")
    let child = try ChildProcess.spawn(
      SpawnRequest(
        executable: "/bin/sh",
        arguments: ["-c", "ulimit -n 64; exec '\(fixture)' '\(subject)' scarce \(what)"],
        environment: Environment.all(),
        standardInput: null,
        standardOutput: output.writing,
        standardError: StandardStreams.standardError
      )
    )
    output.writing.close()
    let bytes = try output.reading.readAll(limitBytes: 1 << 20)
    let status = try child.waitForExit()
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    try #require(status.isSuccess && lines.last == "done", "\(status): \(lines)")
    return lines.dropLast()
  }

  @Test func `a rotation that has nothing to open the next file with keeps the history`() throws {
    let bench = try Bench()
    let folder = bench.path("logs")
    let lines = try say(bench, folder, "rotation")
    let refusal = "refused open \"\(folder)/log\": Too many open files (EMFILE)"
    #expect(lines == [refusal, refusal, refusal])
    let found = try Files.list(folder).sorted().map { name in
      "\(name) \(try bench.text("logs/\(name)"))"
    }
    #expect(found == ["log line7", "log.1 line5line6", "log.2 line3line4"])
  }

  @Test func `a watch over executables that cannot be is told of each location`() throws {
    let bench = try Bench()
    let lines = try say(bench, bench.directory, "watch")
    let reason =
      "executables cannot be watched: watch files: Too many open files (EMFILE); start the "
      + "host again"
    #expect(
      lines == ["alpha", "beta"].map { "\($0): unusable(reason: \"\(reason)\")" }
    )
  }

  @Test func `whoever waits for a host that cannot start is answered, whatever it lacks`() throws {
    let bench = try Bench()
    _ = try bench.configuration([bench.script("alpha")])
    let lines = try say(bench, bench.path("workspace.json"), "host")
    #expect(lines.last?.hasPrefix("started ") == true, "\(lines)")
    #expect(lines.count > 3 && !lines.contains { $0.hasPrefix("hangs ") }, "\(lines)")
    // One that did not start is in nobody's way.
    #expect(!lines.contains { $0.contains("is in use") }, "\(lines)")
    // Those that came to a loop ended with its reason, and answered who had asked.
    let ended = lines.filter { $0.hasPrefix("ended ") }
    let reason = " false the host's loop cannot start: "
    #expect(ended.allSatisfy { $0.contains(reason) && $0.hasSuffix("(EMFILE)") }, "\(ended)")
  }

  @Test func `whoever waits for a host whose loop cannot start is answered`() throws {
    let bench = try Bench()
    var configuration = try bench.configuration([bench.script("alpha")])
    configuration.faults.loop = SystemError(operation: "make a poller", number: 24)
    let host = try Host.start(configuration)
    let limit = Duration.seconds(60)
    #expect(host.waitUntilSettled(for: limit)?.isStopping == true)
    let launch = #expect(throws: HostError.self) { try host.launch("alpha/one") }
    #expect(launch?.code == .selection || launch?.code == .stopping)
    #expect(host.inspect { _ in true } == nil)
    #expect(!host.cancel("r1", forced: false))
    #expect(!host.feed.wait(after: host.feed.durable, for: limit) && host.feed.isClosed)
    try #require(host.waitUntilStopped(for: limit))
    #expect(
      host.waitUntilStopped()?.description
        == "the host's loop cannot start: make a poller: Too many open files (EMFILE)"
    )
    // The next one finds the state as it was left.
    configuration.faults.loop = nil
    let next = try Host.start(configuration)
    try next.settled()
    #expect(try next.run("alpha/one").status == .succeeded)
    next.stop()
    #expect(next.waitUntilStopped() == nil)
  }

  /// The kernel has a limit of watches for each user.
  private static let full = SystemError(operation: "watch", number: 28, subject: "descriptor 9")

  @Test(arguments: ["output", "errors", "exit"])
  func `a process that cannot be watched costs its location a start, and nobody else anything`(
    end: String
  ) throws {
    let bench = try Bench()
    var configuration = try bench.configuration([
      bench.script("alpha"), try bench.fixture("beta"),
    ])
    let isFull = Monitor(true)
    configuration.faults.watch = { location, name in
      location == "alpha" && name == end && isFull.withLock { $0 } ? Self.full : nil
    }
    let host = try Host.start(configuration)
    defer {
      host.stop()
      if !host.waitUntilStopped(for: .seconds(30)) { Issue.record("the host does not stop") }
    }
    let failed = try host.awaits("the failure") { $0.location("alpha")?.reason != nil }
    #expect(
      failed.location("alpha")?.reason
        == "its process cannot be watched: watch \"descriptor 9\": No space left on device (ENOSPC)"
    )
    let beta = try host.awaits("beta") { $0.location("beta")?.state == .running }
    isFull.update { $0 = false }
    try host.awaits("another start") { $0.has("alpha/one") }
    #expect(try host.run("alpha/one").status == .succeeded)
    #expect(host.snapshot.location("beta")?.processID == beta.location("beta")?.processID)
  }

  @Test func `a pipe that cannot be watched later costs its location that process`() throws {
    let bench = try Bench()
    var configuration = try bench.configuration([
      bench.script("alpha", "deaf"), try bench.fixture("beta"),
    ])
    let faults = Monitor(1)
    configuration.faults.watch = { location, name in
      guard location == "alpha", name == "input" else { return nil }
      return faults.update { left in
        left -= 1
        return left >= 0
      } ? Self.full : nil
    }
    let host = try Host.start(configuration)
    defer {
      host.stop()
      if !host.waitUntilStopped(for: .seconds(30)) { Issue.record("the host does not stop") }
    }
    let settled = try host.settled()
    let first = try host.launch("alpha/one")
    try host.started("alpha/one", of: first)
    // More than the pipe takes, for a process that does not read.
    let long = String(repeating: "x", count: 400 << 10)
    let runs = try (0..<4).map { _ in
      try host.launch(RunRequest(selection: "alpha/one", tags: ["long": long], trigger: "test"))
    }
    let end = try host.event("the end of alpha") { record in
      record.location == "alpha" && record.payload.kind == "location.exited"
    }
    guard case .locationExited(let reason, false, _, let code) = end.record.payload else {
      throw NotAnEnd()
    }
    #expect(code == "WIRE-PIPE")
    #expect(
      reason.hasSuffix(
        "its pipes cannot be watched: watch \"descriptor 9\": No space left on device (ENOSPC)"
      ),
      "\(reason)"
    )
    for run in [first] + runs { #expect(try host.course(of: run).status == .succeeded) }
    #expect(host.snapshot.location("beta")?.processID == settled.location("beta")?.processID)
  }
}
