import HanseHost
import HanseModel
import HanseSystem
import Testing

/// A new process takes over from the one that serves, with real children.
@Suite(.timeLimit(.minutes(10))) struct SwapTests {
  @Test func `a reload in mid-run fails no step, and no graph is without the location`() throws {
    let bench = try Bench()
    let locations = [
      try bench.fixture("alpha", environment: ["FIXTURE_STEPS": "40"]), try bench.fixture("beta"),
    ]
    try bench.withHost(locations) { host in
      let before = try host.settled()
      let run = try host.launch("alpha/link*")
      try host.started("alpha/link3", of: run)
      host.reload("alpha")
      var gaps = 0
      try host.awaits("the second generation serving") { snapshot in
        if !snapshot.has("alpha/link3") { gaps += 1 }
        return snapshot.location("alpha")?.generation == Generation(2)
      }
      let course = try host.course(of: run)
      #expect(course.status == .succeeded)
      #expect(gaps == 0)
      #expect(course.events.allSatisfy { $0.record.payload.kind != "step.failed" })
      try host.event("the swap") { $0.payload.kind == "location.swapped" }
      let old = try host.event("the end of the first") { record in
        guard case .locationExited(_, let expected, _, _) = record.payload else { return false }
        return expected && record.generation == Generation(1)
      }
      #expect(old.record.location == "alpha")
      #expect(host.snapshot.location("beta")?.processID == before.location("beta")?.processID)
    }
  }

  @Test func `a process that cannot take over leaves the old one serving`() throws {
    let bench = try Bench()
    let script = "if [ -e '\(bench.path("broken"))' ]; then echo 'bad build' >&2; exit 7; fi\n"
    try bench.write("location.sh", script + ScriptedLocation.text)
    try bench.withHost([bench.script("alpha", "none"), try bench.fixture("beta")]) { host in
      let before = try host.settled()
      try bench.write("broken", "")
      host.noteBinary("alpha", "one")
      host.noteBinary("alpha", "two")
      let failed = try host.event("a failed swap") { $0.payload.kind == "location.swap-failed" }
      guard case .locationSwapFailed(let failure) = failed.record.payload else { return }
      #expect(failure.code == "LOC-EXIT-EARLY")
      #expect(failure.reason == "exit status 7 before the handshake")
      #expect(failure.standardErrorTail == ["bad build"])
      #expect(failure.digest == "two")
      #expect(try host.run("alpha/one").status == .succeeded)
      let alpha = try #require(host.snapshot.location("alpha"))
      #expect(alpha.processID == before.location("alpha")?.processID)
      #expect(alpha.state == .running)
      #expect(!alpha.isStale)
      _ = try Files.remove(bench.path("broken"))
      host.noteBinary("alpha", "three")
      try host.event("the swap") { $0.payload.kind == "location.swapped" }
    }
  }

  @Test func `a disabled location stays away until it is enabled`() throws {
    let bench = try Bench()
    try bench.withHost([try bench.fixture("alpha"), try bench.fixture("beta")]) { host in
      try host.settled()
      host.disable("alpha")
      try host.awaits("alpha disabled") { $0.location("alpha")?.state == .disabled }
      host.restart("alpha")
      #expect(host.snapshot.has("alpha/ok"))
      host.enable("alpha")
      try host.awaits("alpha running") { $0.location("alpha")?.state == .running }
      #expect(try host.run("alpha/left").status == .succeeded)
    }
  }
}
