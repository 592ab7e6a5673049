import HanseCore
import HanseHost
import HanseModel
import HanseSystem
import Testing

/// What people order of a location, and what the host does by itself after a swap.
@Suite(.timeLimit(.minutes(10))) struct OrderTests {
  private let bench: Bench

  init() throws {
    bench = try Bench()
    bench.keepsGenerations = true
  }

  private func locations(members: String = "") throws -> [String] {
    [try bench.variant("alpha", members: members), try bench.fixture("beta")]
  }

  private func runs(_ digest: BinaryDigest) -> (HostSnapshot) -> Bool {
    { $0.location("alpha")?.binary == digest && $0.location("alpha")?.state == .running }
  }

  private func keeps(_ digest: BinaryDigest) -> (HostSnapshot) -> Bool {
    { snapshot in
      snapshot.location("alpha")?.served.contains { $0.digest == digest && $0.isKept } == true
    }
  }

  @Test func `a roll-back runs the earlier binary, in the next host too, until a reload`() throws {
    let first = try bench.install("alpha", "1")
    var second: BinaryDigest = ""
    try bench.withHost(try locations()) { host in
      try host.awaits("the first kept", until: keeps(first))
      second = try bench.install("alpha", "2")
      try host.awaits("the second serving", until: runs(second))
      try host.awaits("the second kept", until: keeps(second))
      let before = host.snapshot.location("beta")?.processID
      #expect(try host.rollback("alpha", to: nil) == first)
      try host.awaits("the first serving again", until: runs(first))
      #expect(host.snapshot.location("alpha")?.runsKeptBinary == true)
      #expect(host.snapshot.location("alpha")?.pin == first)
      #expect(!host.snapshot.has("alpha/only-in-2"))
      #expect(try host.run("alpha/left").status == .succeeded)
      #expect(host.snapshot.location("beta")?.processID == before)
      try host.event("the order") { $0.payload == .locationPinned(first) }
    }
    try bench.withHost(try locations()) { host in
      try host.awaits("the first serving", until: runs(first))
      #expect(host.snapshot.location("alpha")?.pin == first)
      host.reload("alpha")
      try host.awaits("the file serving", until: runs(second))
      #expect(host.snapshot.location("alpha")?.pin == nil)
    }
    try bench.withHost(try locations()) { host in
      try host.awaits("the file serving", until: runs(second))
      #expect(host.snapshot.location("alpha")?.pin == nil)
    }
  }

  @Test func `what cannot be rolled back to is told with what to do`() throws {
    try bench.install("alpha", "1")
    try bench.withHost(try locations()) { host in
      try host.settled()
      let none = try #require(throws: HostError.self) { try host.rollback("alpha", to: nil) }
      #expect(
        none.description
          == "the host has no copy of an earlier binary of location \"alpha\"; "
          + "put its file back in place and reload it"
      )
      let unknown = try #require(throws: HostError.self) {
        try host.rollback("alpha", to: Generation(7))
      }
      #expect(
        unknown.description
          == "the host has no copy of the binary of generation 7 of location \"alpha\"; "
          + "put its file back in place and reload it"
      )
      #expect(throws: HostError(.unknownLocation, "there is no location \"ghost\"")) {
        try host.rollback("ghost", to: nil)
      }
    }
  }

  @Test func `a location that a person has disabled stays so in the next host`() throws {
    try bench.install("alpha", "1")
    try bench.withHost(try locations()) { host in
      try host.settled()
      host.disable("alpha")
      try host.awaits("alpha disabled") { $0.location("alpha")?.state == .disabled }
      try host.event("the order") { $0.payload == .locationDisabled }
    }
    try bench.withHost(try locations()) { host in
      try host.settled()
      #expect(host.snapshot.location("alpha")?.state == .disabled)
      #expect(try host.run("beta/left").status == .succeeded)
      host.enable("alpha")
      try host.awaits("alpha running") { $0.location("alpha")?.state == .running }
    }
    try bench.withHost(try locations()) { host in
      try host.awaits("alpha running") { $0.location("alpha")?.state == .running }
    }
  }

  @Test func `a new binary that crashes again and again is rolled back if the workspace says so`()
    throws
  {
    bench.limits.pingInterval = .milliseconds(100)
    bench.crashes = #","rollback":true,"maxCrashes":3,"window":"60s""#
    let good = try bench.install("alpha", "1")
    try bench.withHost(try locations()) { host in
      try host.awaits("the first kept", until: keeps(good))
      let before = host.snapshot.location("beta")?.processID
      let bad = try bench.install("alpha", "2 dies")
      try host.awaits("the second serving", until: runs(bad))
      try bench.write("doom", "")
      try host.awaits("the first serving again", until: runs(good))
      let alpha = try #require(host.snapshot.location("alpha"))
      #expect(alpha.runsKeptBinary)
      let rejection = try #require(alpha.rejection)
      #expect(rejection.isRolledBack && rejection.digest == bad && rejection.nextTryAt == nil)
      #expect(rejection.code == "LOC-CRASH" && rejection.reason == "exit status 9")
      #expect(rejection.lastStandardError == ["dying as it was told to"])
      #expect(rejection.failures == 3)
      #expect(try host.run("alpha/left").status == .succeeded)
      #expect(host.snapshot.location("beta")?.processID == before)
      let mended = try bench.install("alpha", "3")
      try host.awaits("the mended binary serving", until: runs(mended))
      #expect(host.snapshot.location("alpha")?.rejection == nil)
    }
  }

  @Test func `a new binary that crashes again and again is quarantined otherwise`() throws {
    bench.limits.pingInterval = .milliseconds(100)
    bench.crashes = #","maxCrashes":3,"window":"60s""#
    let good = try bench.install("alpha", "1")
    try bench.withHost(try locations()) { host in
      try host.awaits("the first kept", until: keeps(good))
      let bad = try bench.install("alpha", "2 dies")
      try host.awaits("the second serving", until: runs(bad))
      try bench.write("doom", "")
      let snapshot = try host.awaits("quarantine") {
        $0.location("alpha")?.state == .quarantined
      }
      let alpha = try #require(snapshot.location("alpha"))
      #expect(alpha.isStale && alpha.assetCount > 0)
      #expect(alpha.next?.step == .start)
      let errors = snapshot.diagnostics.filter { $0.severity == .error }
      #expect(errors.count == 1, "one fault is one error, however many assets it concerns")
    }
  }

  @Test func `a step that outlasts the drain time of its location runs again in the new process`()
    throws
  {
    // While it waits at the gate it answers nothing, and must not count as hung.
    bench.limits.pingInterval = .seconds(120)
    let gate = try News(bench.path("gate"))
    try bench.install("alpha", "1")
    let alpha = try bench.variant(
      "alpha",
      environment: ["GATE": gate.path],
      members: #""timeouts":{"drain":"300ms"}"#
    )
    try bench.withHost([alpha, try bench.fixture("beta")]) { host in
      try host.settled()
      let run = try host.launch("alpha/versioned")
      let first = try host.event("the step at the gate") {
        $0.run == run && $0.payload.kind == "step.logged"
      }
      let second = try bench.install("alpha", "2")
      try host.awaits("the second serving", until: runs(second))
      try host.event("the step at the gate again", after: first.sequence) {
        $0.run == run && $0.payload.kind == "step.logged"
      }
      try gate.say("go")
      let course = try host.course(of: run)
      #expect(course.status == .succeeded)
      #expect(course.failures(of: "alpha/versioned").map(\.code) == [.interrupted])
      let made = course.events.first { $0.record.payload.kind == "asset.materialized" }
      #expect(made?.record.generation == Generation(2))
    }
  }
}
