import HanseCore
import HanseHost
import HanseModel
import HanseSystem
import Testing

/// A process that is stopped is neither busy nor hung, and people are told.
@Suite(.timeLimit(.minutes(10))) struct SuspensionTests {
  private let fence: FenceBench

  init() throws { fence = try FenceBench() }

  @Test func `a stopped location is shown as suspended, and goes on when it is let`() throws {
    try fence.withHealthy(try fence.bench.fixture("alpha")) { host in
      let seen = try host.awaits("alpha") {
        $0.location("alpha")?.state == .running && $0.has("alpha/left")
      }
      let pid = try #require(seen.location("alpha")?.processID)
      try fence.bench.signal("STOP", pid)
      let stopped = try host.awaits("the suspension") { $0.location("alpha")?.isSuspended == true }
      let alpha = try #require(stopped.location("alpha"))
      #expect(alpha.state == .running)
      #expect(
        alpha.reason
          == "process \(pid) is stopped (SIGSTOP or a debugger); `kill -CONT \(pid)` lets it go on"
      )
      #expect(alpha.fault == "LOC-STOPPED")
      #expect(try host.run("beta/right").status == .succeeded)
      try fence.bench.signal("CONT", pid)
      let resumed = try host.awaits("its going on") { $0.location("alpha")?.isSuspended == false }
      #expect(resumed.location("alpha")?.processID == pid)
      #expect(try host.run("alpha/left").status == .succeeded)
    }
  }

  @Test func `a stopped location that does not answer is ended as stopped, not as hung`() throws {
    fence.bench.limits.pingInterval = .seconds(1)
    try fence.withHealthy(try fence.bench.fixture("alpha")) { host in
      let seen = try host.awaits("alpha") {
        $0.location("alpha")?.state == .running && $0.has("alpha/left")
      }
      try fence.bench.signal("STOP", try #require(seen.location("alpha")?.processID))
      let event = try host.event("its end") { record in
        if case .locationExited = record.payload { record.location == "alpha" } else { false }
      }
      guard case .locationExited(let reason, _, _, _) = event.record.payload else { return }
      #expect(
        reason
          == "signal 9 (SIGKILL), ended by the host: is stopped (SIGSTOP or a debugger): "
          + "no answer to 3 pings in 3s"
      )
      try host.awaits("the next process") {
        $0.location("alpha").map { $0.state == .running && $0.generation == Generation(2) } ?? false
      }
    }
  }

  @Test func `a location that stops itself before it answers is told as stopped`() throws {
    let location = try fence.wrapped(
      "alpha",
      "kill -STOP $$",
      members: #""timeouts":{"handshake":"1s"}"#
    )
    try fence.withHealthy(location) { host in
      try host.awaits("the suspension") { $0.location("alpha")?.isSuspended == true }
      let reason = "is stopped (SIGSTOP or a debugger): no answer to the handshake within 1s"
      let seen = try host.awaits("its end") { $0.location("alpha")?.reason == reason }
      #expect(seen.location("alpha")?.fault == "LOC-STOPPED")
    }
  }
}
