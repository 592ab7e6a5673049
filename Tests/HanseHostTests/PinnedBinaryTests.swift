import HanseHost
import HanseModel
import HanseStore
import HanseSystem
import Testing

/// Locations whose entry says which binary they may run, beside a healthy one.
@Suite(.timeLimit(.minutes(10))) struct PinnedBinaryTests {
  private let fence: FenceBench
  private var bench: Bench { fence.bench }

  init() throws { fence = try FenceBench() }

  private func members(_ digest: BinaryDigest) -> String { #""sha256":"\#(digest)""# }

  @Test func `the right binary serves, and it is shown what that is`() throws {
    let digest = try bench.install("alpha", "1")
    try fence.withHealthy(try bench.variant("alpha", members: members(digest))) { host in
      let seen = try host.awaits("alpha") { $0.has("alpha/ok") }
      #expect(seen.location("alpha")?.requiredDigest == digest)
      #expect(try host.run("alpha/ok").status == .succeeded)
    }
  }

  @Test func `another binary is refused at its start, with both digests, and never run`() throws {
    let digest = try bench.install("alpha", "1")
    let pinned = BinaryDigest(String(repeating: "0a", count: 32))
    try fence.withHealthy(try bench.variant("alpha", members: members(pinned))) { host in
      let seen = try host.awaits("the refusal") { $0.location("alpha")?.state == .quarantined }
      let alpha = try #require(seen.location("alpha"))
      #expect(alpha.fault == "LOC-DIGEST")
      #expect(
        alpha.reason
          == "cannot be started: workspace.json:3:1: \"sha256\": \(bench.path("alpha")) has the digest "
          + "\(digest), and only \(pinned) is allowed; put that program in place, or correct \"sha256\""
      )
      let diagnostic = try #require(seen.diagnostics.first { $0.location == "alpha" })
      #expect(diagnostic.code == .locationFailed && diagnostic.message.contains("[LOC-DIGEST]"))
      try host.event("the refusal") {
        $0.location == "alpha" && $0.payload.kind == "location.failed"
      }
      let kinds = try host.makeReader().events(after: 0, limit: 1000).map(\.record)
        .filter { $0.location == "alpha" }.map(\.payload.kind)
      #expect(kinds == ["location.failed"])
      // The right program in its place is taken up when somebody asks.
      #expect(alpha.generation == Generation(1))
    }
  }

  @Test func `a file that becomes another is refused, and what served goes on, dead or alive`()
    throws
  {
    bench.keepsGenerations = true
    let digest = try bench.install("alpha", "1")
    try fence.withHealthy(try bench.variant("alpha", members: members(digest))) { host in
      try host.awaits("a copy") { $0.location("alpha")?.served.last?.isKept == true }
      let other = try bench.install("alpha", "2")
      let seen = try host.awaits("the refusal") { $0.location("alpha")?.rejection != nil }
      let rejection = try #require(seen.location("alpha")?.rejection)
      #expect(rejection.code == "LOC-DIGEST" && rejection.nextTryAt == nil)
      #expect(rejection.digest == other && rejection.failures == 1)
      #expect(
        rejection.reason
          == "cannot be started: workspace.json:3:1: \"sha256\": \(bench.path("alpha")) has the digest "
          + "\(other), and only \(digest) is allowed; put that program in place, or correct \"sha256\""
      )
      #expect(seen.location("alpha")?.state == .running)
      #expect(seen.location("alpha")?.binary == digest)
      try bench.kill(try #require(seen.location("alpha")?.processID))
      let kept = try host.awaits("the copy") {
        $0.location("alpha")?.runsKeptBinary == true && $0.location("alpha")?.state == .running
      }
      #expect(kept.location("alpha")?.binary == digest)
      #expect(try host.run("alpha/ok").status == .succeeded)
      #expect(!kept.has("alpha/only-in-2"))
    }
  }
}
