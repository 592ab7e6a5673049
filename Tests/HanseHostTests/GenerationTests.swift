import HanseCore
import HanseHost
import HanseModel
import HanseStore
import HanseSystem
import Testing

/// What happens when a location's file changes, with real children and real files.
///
/// Beside it there is always a healthy location, which must not notice.
@Suite(.timeLimit(.minutes(10))) struct GenerationTests {
  private let bench: Bench

  init() throws {
    bench = try Bench()
    bench.keepsGenerations = true
  }

  /// Runs a host with `alpha`, whose file is to be replaced, and `beta` beside it.
  private func withHost(
    _ variant: String = "1",
    environment: [String: String] = [:],
    members: String = "",
    _ body: (Host) throws -> Void
  ) throws {
    let digest = try bench.install("alpha", variant)
    let locations = [
      try bench.variant("alpha", environment: environment, members: members),
      try bench.fixture("beta"),
    ]
    try bench.withHost(locations) { host in
      try host.settled()
      // It is read three times, by threads that let all others go first.
      let kept = host.wait(for: .seconds(120)) {
        $0.location("alpha")?.served.last?.isKept == true
      }
      let before = try #require(kept, "the first binary is not kept")
      #expect(before.location("alpha")?.binary == digest)
      try body(host)
      #expect(try host.run("beta/left").status == .succeeded)
      #expect(host.snapshot.location("beta")?.processID == before.location("beta")?.processID)
      let events = try host.makeReader().events(after: 0, limit: 10_000)
      let kinds = events.filter { $0.record.location == "beta" && $0.record.run == nil }
        .map(\.record.payload.kind)
      #expect(kinds == ["location.starting", "location.loaded"])
    }
  }

  private func isTakenOver(_ digest: BinaryDigest) -> (HostSnapshot) -> Bool {
    { snapshot in
      snapshot.location("alpha")?.binary == digest
        && snapshot.location("alpha")?.state == .running
    }
  }

  // MARK: Taking over

  @Test func `a file that is renamed over takes over in mid-run without a gap or a failed step`()
    throws
  {
    try withHost(environment: ["STEPS": "40"]) { host in
      let run = try host.launch("alpha/link*")
      try host.started("alpha/link3", of: run)
      let digest = try bench.install("alpha", "2")
      var gaps = 0
      try host.awaits("the second binary serving") { snapshot in
        if !snapshot.has("alpha/link3") { gaps += 1 }
        return isTakenOver(digest)(snapshot)
      }
      let course = try host.course(of: run)
      #expect(course.status == .succeeded)
      #expect(course.events.allSatisfy { $0.record.payload.kind != "step.failed" })
      #expect(gaps == 0)
      try host.awaits("its new asset") { $0.has("alpha/only-in-2") }
      let swap = try host.event("the swap") { $0.payload.kind == "location.swapped" }
      guard case .locationSwapped(let from, digest) = swap.record.payload else {
        Issue.record("\(swap.record.payload)")
        return
      }
      #expect(from == Generation(1))
    }
  }

  @Test func `a file that is written slowly in place is waited for`() throws {
    try withHost(environment: ["STEPS": "60"]) { host in
      let bytes = try VariantLocation.bytes(of: "2")
      try Files.remove(bench.path("alpha"))
      let file = try Files.open(bench.path("alpha"), for: .creating)
      try Files.setPermissions(of: file, 0o755)
      try file.writeAll(Array(bytes.prefix(bytes.count / 2)))
      // Many times as long as a file must look the same, and all the while it is half a program.
      #expect(try host.run("alpha/link*").status == .succeeded)
      let half = try #require(host.snapshot.location("alpha"))
      #expect(half.generation == Generation(1) && half.candidate == nil)
      #expect(half.rejection == nil && half.fileProblem == nil)
      try file.writeAll(Array(bytes.dropFirst(bytes.count / 2)))
      file.close()
      try host.awaits(
        "the second binary serving",
        until: isTakenOver(BinaryDigest(SHA256.hash(bytes).hexadecimal))
      )
      let failures = try host.makeReader().events(after: 0, limit: 10_000).filter {
        $0.record.payload.kind == "location.swap-failed"
      }
      #expect(failures.isEmpty)
    }
  }

  @Test func `a step in flight over a swap is recorded with the code version of its own process`()
    throws
  {
    // While it waits at the gate it answers nothing, and must not count as hung.
    bench.limits.pingInterval = .seconds(120)
    let gate = try News(bench.path("gate"))
    try withHost(environment: ["GATE": gate.path]) { host in
      let first = try host.launch("alpha/versioned")
      try host.event("the step at the gate") {
        $0.run == first && $0.payload.kind == "step.logged"
      }
      let digest = try bench.install("alpha", "2")
      try host.awaits("the second binary serving", until: isTakenOver(digest))
      let second = try host.launch("alpha/versioned")
      try host.event("the other step at the gate") {
        $0.run == second && $0.payload.kind == "step.logged"
      }
      #expect(host.snapshot.location("alpha")?.leaving == [Generation(1)])
      for _ in [first, second] { try gate.say("go") }
      for (run, generation, version) in [(first, 1, "1"), (second, 2, "2")] {
        let course = try host.course(of: run)
        #expect(course.status == .succeeded)
        let made = try #require(
          course.events.first { $0.record.payload.kind == "asset.materialized" }?.record
        )
        guard case .materialized(let value) = made.payload else { return }
        #expect(made.generation == Generation(generation))
        #expect(value.codeVersion == version)
        for event in course.events where event.record.location == "alpha" {
          #expect(event.record.generation == Generation(generation), "\(event)")
        }
      }
    }
  }

  // MARK: A broken file

  @Test(arguments: [
    (
      "2 early", "exit status 3 before the handshake", "LOC-EXIT-EARLY",
      "no database at db:5432"
    ),
    ("2 signal", "signal 11 (SIGSEGV)", "LOC-EXIT-EARLY", "about to be ended"),
  ])
  func `a broken file leaves the old one serving, and says why`(
    variant: String,
    reason: String,
    code: String,
    said: String
  ) throws {
    try withHost { host in
      let digest = try bench.install("alpha", variant)
      let snapshot = try host.awaits("the rejection") {
        $0.location("alpha")?.rejection != nil
      }
      let alpha = try #require(snapshot.location("alpha"))
      let rejection = try #require(alpha.rejection)
      #expect(rejection.digest == digest && rejection.code == code)
      #expect(rejection.reason.contains(reason), "\(rejection.reason)")
      #expect(rejection.lastStandardError.contains { $0.contains(said) }, "\(rejection)")
      #expect(alpha.state == .running && alpha.generation == Generation(1) && !alpha.isStale)
      let warnings = snapshot.diagnostics.filter { $0.code == .binaryRejected }
      #expect(warnings.count == 1 && warnings.first?.location == "alpha")
      let message = try #require(warnings.first?.message)
      // It is tried some times; this may be a later one than the first.
      let tried = rejection.generation
      #expect(
        message.hasPrefix("location \"alpha\": \(tried) did not take over: \(reason)")
      )
      #expect(
        message.hasSuffix(
          "[\(code)]; last line of its standard error: \(said); "
            + "generation 1 goes on serving its \(alpha.assetCount) assets"
        ),
        "\(message)"
      )
      #expect(try host.run("alpha/left").status == .succeeded)
      let mended = try bench.install("alpha", "3")
      try host.awaits("the mended binary serving", until: isTakenOver(mended))
      #expect(host.snapshot.location("alpha")?.rejection == nil)
    }
  }

  @Test func `when the old process dies too, its definitions stay and its kept binary runs`() throws
  {
    try withHost { host in
      let good = try #require(host.snapshot.location("alpha")?.binary)
      try bench.install("alpha", "2 early")
      let broken = try host.awaits("the rejection") { $0.location("alpha")?.rejection != nil }
      let pid = try #require(broken.location("alpha")?.processID)
      try bench.kill(pid)
      var gaps = 0
      let snapshot = try host.awaits("the kept binary serving") { snapshot in
        if !snapshot.has("alpha/ok") { gaps += 1 }
        let alpha = snapshot.location("alpha")
        return alpha?.state == .running && alpha?.processID != pid && alpha?.isStale == false
      }
      let alpha = try #require(snapshot.location("alpha"))
      #expect(alpha.runsKeptBinary && alpha.binary == good)
      #expect(gaps == 0)
      let run = try host.run("alpha/left")
      #expect(run.status == .succeeded)
      #expect(alpha.rejection != nil)
      let mended = try bench.install("alpha", "3")
      try host.awaits("the mended binary serving", until: isTakenOver(mended))
      #expect(host.snapshot.location("alpha")?.runsKeptBinary == false)
    }
  }

  @Test func `when the file is removed, a process that dies is followed by its kept binary`() throws
  {
    try withHost { host in
      try Files.remove(bench.path("alpha"))
      let gone = try host.awaits("the loss noticed") {
        $0.location("alpha")?.fileProblem == "its executable is gone"
      }
      try bench.kill(try #require(gone.location("alpha")?.processID))
      try host.awaits("the kept binary serving") { snapshot in
        snapshot.location("alpha")?.runsKeptBinary == true
          && snapshot.location("alpha")?.state == .running
      }
      #expect(try host.run("alpha/left").status == .succeeded)
    }
  }

  @Test func `a new file ends quarantine at once`() throws {
    let locations = [try bench.variant("alpha"), try bench.fixture("beta")]
    try bench.install("alpha", "1 early")
    try bench.withHost(locations) { host in
      let snapshot = try host.awaits("quarantine") {
        $0.location("alpha")?.state == .quarantined && $0.location("alpha")?.file != nil
      }
      let next = try #require(snapshot.location("alpha")?.nextTryAt)
      let digest = try bench.install("alpha", "2")
      try host.awaits("the mended binary serving", until: isTakenOver(digest))
      let loaded = try host.event("its definitions") {
        $0.payload.kind == "location.loaded" && $0.location == "alpha"
      }
      #expect(loaded.record.time < next)
    }
  }

  // MARK: The next host

  @Test func `after a restart the graph is whole before a location has answered`() throws {
    try withHost { _ in }
    let mute = try bench.variant("alpha", members: #""timeouts":{"handshake":"2m"}"#)
    try bench.install("alpha", "2 mute")
    try bench.withHost([mute, try bench.fixture("beta")]) { host in
      let snapshot = try host.awaits("the graph of both") {
        $0.has("alpha/ok") && $0.has("beta/ok")
      }
      let alpha = try #require(snapshot.location("alpha"))
      #expect(alpha.state == .starting && alpha.isStale && alpha.assetCount > 0)
      let run = try host.launch("alpha/left")
      try host.awaits("the step waiting") { $0.location("alpha")?.stepsWaiting == 1 }
      let held = try #require(host.live(run)?.held.first)
      #expect(held.reason == "waiting: location alpha is starting")
      let mended = try bench.install("alpha", "3")
      try host.awaits("the mended binary serving", until: isTakenOver(mended))
      #expect(try host.course(of: run).status == .succeeded)
    }
  }

  @Test func `a host that starts on a broken file runs the binary that an earlier host has kept`()
    throws
  {
    try withHost { _ in }
    try bench.install("alpha", "2 early")
    try bench.withHost([try bench.variant("alpha"), try bench.fixture("beta")]) { host in
      try host.awaits("the kept binary serving") { snapshot in
        snapshot.location("alpha")?.runsKeptBinary == true
          && snapshot.location("alpha")?.state == .running && snapshot.has("alpha/left")
      }
      #expect(try host.run("alpha/left").status == .succeeded)
    }
  }

  @Test(arguments: ["", #""watch":false"#])
  func `a host that starts without the file runs the copy, and then the file when that is back`(
    members: String
  ) throws {
    try withHost { _ in }
    try Files.remove(bench.path("alpha"))
    let locations = [try bench.variant("alpha", members: members), try bench.fixture("beta")]
    try bench.withHost(locations) { host in
      let seen = try host.awaits("the kept binary serving") { snapshot in
        snapshot.location("alpha")?.runsKeptBinary == true
          && snapshot.location("alpha")?.state == .running && snapshot.has("alpha/left")
      }
      #expect(seen.location("alpha")?.fileProblem == "its executable is gone")
      #expect(try host.run("alpha/left").status == .succeeded)
      try host.event("what was wrong") { record in
        guard case .locationFailed(_, let code) = record.payload else { return false }
        return code == "LOC-EXEC-MISSING"
      }
      let digest = try bench.install("alpha", "2")
      // What nobody watches is looked at when somebody wants it started.
      if !members.isEmpty { host.restart("alpha") }
      try host.awaits("the new file serving", until: isTakenOver(digest))
      let after = try #require(host.snapshot.location("alpha"))
      #expect(!after.runsKeptBinary && after.fileProblem == nil)
    }
  }

  @Test func `a host that starts without the file runs only the copy that its entry allows`() throws
  {
    let pinned = #""sha256":"\#(try bench.install("alpha", "1"))""#
    try withHost { _ in }
    try Files.remove(bench.path("alpha"))
    let locations = [try bench.variant("alpha", members: pinned), try bench.fixture("beta")]
    try bench.withHost(locations) { host in
      try host.awaits("the kept binary serving") { snapshot in
        snapshot.location("alpha")?.runsKeptBinary == true
          && snapshot.location("alpha")?.state == .running
      }
    }
    let strange = #""sha256":"\#(String(repeating: "0a", count: 32))""#
    let others = [try bench.variant("alpha", members: strange), try bench.fixture("beta")]
    try bench.withHost(others) { host in
      let seen = try host.awaits("quarantine, and the loss noticed") {
        $0.location("alpha")?.state == .quarantined && $0.location("alpha")?.fileProblem != nil
      }
      #expect(seen.location("alpha")?.fault == "LOC-EXEC-MISSING")
      #expect(seen.location("alpha")?.runsKeptBinary == false)
    }
  }
}
