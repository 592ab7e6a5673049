import HanseHost
import HanseModel
import HanseSystem
import Testing

/// Nothing that a location has started survives it, wherever that has gone.
@Suite(.timeLimit(.minutes(10))) struct LeftoverTests {
  private let fence: FenceBench

  init() throws { fence = try FenceBench() }

  /// A process that leaves its group, its session and its parent, and tells its number.
  private func runaway(_ news: News, _ prefix: String = "") -> String {
    "(\(prefix) setsid sh -c 'echo $$ >\(news.path); exec /usr/bin/sleep infinity' &)"
  }

  private func isGone(_ pid: Int32) throws -> Bool {
    try ForeignProcess.waitForEnd(of: pid, limitMilliseconds: 10_000)
  }

  @Test func `what left its session is ended with its location, and told`() throws {
    let news = try fence.news("runaway")
    let location = try fence.wrapped("alpha", runaway(news) + ">&2")
    try fence.withHealthy(location) { host in
      let pid = try news.pid()
      let seen = try host.awaits("alpha") { $0.location("alpha")?.state == .running }
      #expect(!(try ForeignProcess.waitForEnd(of: pid, limitMilliseconds: 0)))
      try fence.bench.kill(try #require(seen.location("alpha")?.processID))
      #expect(try isGone(pid))
      let event = try host.event("what it left") { $0.payload == .locationLeftProcesses(count: 1) }
      #expect(event.record.location == "alpha" && event.record.generation == Generation(1))
    }
  }

  @Test func `what a host that was killed has left is ended by the next one, and told`() throws {
    let news = try fence.news("runaway")
    // A `tail` that writes to a pipe would end by itself once nobody reads that.
    _ = try fence.bench.configuration([
      try fence.wrapped("alpha", runaway(news) + "; sleep infinity >/dev/null &")
    ])
    let process = try HostProcess(fence.bench, selection: "alpha/one")
    let pid = try news.pid()
    try process.wait(for: "run ")
    let leader = try #require(process.wait(for: "pid ").first?.split(separator: " ").last)
    try process.kill()
    #expect(try isGone(try #require(Int32(leader))))
    #expect(!(try ForeignProcess.waitForEnd(of: pid, limitMilliseconds: 0)))
    // The next one does not even have the location any more.
    try fence.bench.withHost([try fence.bench.fixture("beta")]) { host in
      #expect(try isGone(pid))
      let event = try host.event("what it left") { record in
        if case .locationLeftProcesses = record.payload { true } else { false }
      }
      #expect(event.record.location == "alpha" && event.record.generation == Generation(1))
      // Another test's host that adopts orphans may come first to one of them.
      guard case .locationLeftProcesses(let count) = event.record.payload else { return }
      #expect((1...2).contains(count))
    }
  }

  @Test func `what a host leaves to others is not touched by it`() throws {
    let stranger = try fence.news("stranger")
    let neighbour = try FenceBench()
    let location = try fence.wrapped("alpha", runaway(stranger))
    try fence.bench.withHost([location]) { _ in
      let pid = try stranger.pid()
      try neighbour.bench.withHost([try neighbour.bench.fixture("alpha")]) { host in
        try host.settled()
      }
      #expect(!(try ForeignProcess.waitForEnd(of: pid, limitMilliseconds: 0)))
    }
  }

  @Test func `what dropped its environment is ended if the watch has seen it`() throws {
    let (news, go) = (try fence.news("runaway"), try fence.news("go"))
    // Over its limit of processes only with the runaway: so the watch has seen that.
    let script = """
      env -i setsid /bin/sh -c 'echo $$ >\(news.path); exec /usr/bin/sleep infinity' &
      read -r _ <\(go.path)
      sleep infinity >&2 &
      sleep infinity >&2 &
      sleep infinity >&2
      """
    let location = try fence.wrapped(
      "alpha",
      script,
      members: #""limits":{"processes":4}"#
    )
    try fence.withHealthy(location) { host in
      let pid = try news.pid()
      try go.say("go")
      try host.awaits("the verdict") {
        $0.location("alpha")?.reason?.contains("5 processes and threads, over its limit of 4")
          == true
      }
      #expect(try isGone(pid))
    }
  }

  @Test func `a host that adopts orphans ends those that nobody can be named for`() throws {
    let news = try fence.news("runaway")
    _ = try fence.bench.configuration([try fence.wrapped("alpha", runaway(news, "env -i"))])
    let process = try HostProcess(fence.bench, selection: "alpha/one")
    let pid = try news.pid()
    try process.wait(for: "run.finished")
    #expect(try process.child.waitForExit().isSuccess)
    // It was there until the host ended, and had been collected by then.
    #expect(try ForeignProcess.waitForEnd(of: pid, limitMilliseconds: 0))
  }

  @Test func `a grandchild that holds the pipes open and cannot be found delays nobody`() throws {
    let news = try fence.news("runaway")
    // Once: nobody ends it but this test.
    let once = fence.bench.path("once")
    let go = try fence.news("go")
    let first = "\(runaway(news, "env -i")); read -r _ <\(go.path)"
    let script = "[ -e \(once) ] || { : >\(once); \(first); }\nexit 3"
    let location = try fence.wrapped("alpha", script)
    var pid: Int32?
    defer {
      // Teardown: if it has ended all the same, there is nothing to do.
      if let pid { try? fence.bench.kill(Int(pid)) }
    }
    // The watch looks so rarely that it does not see it.
    try fence.withHealthy(location, { $0.watchInterval = .seconds(3600) }) { host in
      pid = try news.pid()
      try go.say("go")
      try host.awaits("its end") {
        $0.location("alpha")?.reason == "exit status 3 before the handshake"
      }
      host.stop("alpha")
    }
    // The host has stopped, and it still holds the pipes.
    #expect(!(try ForeignProcess.waitForEnd(of: try #require(pid), limitMilliseconds: 0)))
  }
}
