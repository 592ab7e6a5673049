import HanseGraph
import HanseHost
import HanseModel
import Testing

@Suite(.timeLimit(.minutes(10))) struct HostMergeTests {
  private func finding(_ code: Diagnostic.Code, in snapshot: HostSnapshot) -> Diagnostic? {
    snapshot.diagnostics.first { $0.code == code }
  }

  @Test func `the first owner keeps a key, and the newcomer's other assets load`() throws {
    let bench = try Bench()
    let locations = [
      bench.script("alpha"),
      try bench.fixture("beta", environment: ["FIXTURE_UPSTREAM": "alpha/one"]),
      bench.script("gamma", environment: ["NAME": "alpha"]).replacing(
        "location.sh",
        with: "late.sh"
      ),
    ]
    try bench.withHost(locations) { host in
      #expect(try host.settled().location("gamma")?.isFailing == true)
      try bench.write("late.sh", ScriptedLocation.text)
      host.restart("gamma")
      let settled = try host.awaits("the newcomer") { snapshot in
        snapshot.diagnostics.contains { $0.code == .duplicateAssetKey }
      }
      let index = try #require(settled.graph.index(of: "alpha/one"))
      #expect(settled.graph.nodes[index].location == "alpha")
      let diagnostic = try #require(finding(.duplicateAssetKey, in: settled))
      #expect(diagnostic.location == "gamma")
      #expect(
        diagnostic.message.hasPrefix(
          "asset \"alpha/one\" is defined by location \"alpha\" already; "
            + "the definition in location \"gamma\" is left out"
        )
      )
      #expect(settled.has("beta/next") && settled.location("gamma")?.state == .running)
    }
  }

  @Test func `while a host starts, the order of the workspace decides and not the quicker start`()
    throws
  {
    let bench = try Bench()
    let locations = [
      try bench.fixture("alpha", "slow-start"),
      try bench.fixture("beta", environment: ["FIXTURE_NAME": "alpha"]),
    ]
    try bench.withHost(locations) { host in
      let early = try host.awaits("the quicker one") { $0.has("alpha/ok") }
      #expect(early.graph.node(for: "alpha/ok")?.location == "beta")
      let settled = try host.settled()
      #expect(settled.graph.node(for: "alpha/ok")?.location == "alpha")
      #expect(settled.location("beta")?.assetCount == 0)
    }
  }

  @Test func `an upstream of a location that has not loaded is not said to be missing`() throws {
    let bench = try Bench()
    let owns = #""owns":["alpha/*"]"#
    let locations = [
      bench.script("alpha", members: owns).replacing("location.sh", with: "late.sh"),
      try bench.fixture("beta", environment: ["FIXTURE_UPSTREAM": "alpha/one"]),
      try bench.fixture("gamma", environment: ["FIXTURE_UPSTREAM": "alpha/two"]),
    ]
    try bench.withHost(locations) { host in
      let early = try host.settled()
      let found = early.diagnostics.filter { $0.code == .missingUpstream }
      #expect(
        found.map(\.message)
          == ["beta/next", "gamma/next"].map { user in
            let key = user == "beta/next" ? "alpha/one" : "alpha/two"
            return
              "asset \"\(key)\", upstream of \"\(user)\", is not known yet: location \"alpha\" owns "
              + "\"alpha/*\" and is not loaded"
          }
      )
      try bench.write("late.sh", ScriptedLocation.text)
      host.restart("alpha")
      let settled = try host.awaits("the owner") {
        $0.graph.node(for: "alpha/one")?.location == "alpha"
      }
      let left = settled.diagnostics.filter { $0.code == .missingUpstream }
      #expect(left.map(\.location) == ["gamma"])
      #expect(left.first?.message.contains("but does not define it") == true)
    }
  }

  @Test func `an upstream that nobody defines is shown as external`() throws {
    let bench = try Bench()
    let entry = try bench.fixture("beta", environment: ["FIXTURE_UPSTREAM": "lake/level"])
    try bench.withHost([entry]) { host in
      let settled = try host.settled()
      let index = try #require(settled.graph.index(of: "lake/level"))
      #expect(settled.graph.nodes[index].location == nil)
      let found = settled.diagnostics.filter { $0.code == .externalUpstream }
      #expect(found.contains { $0.location == "beta" && $0.message.contains("\"lake/level\"") })
    }
  }

  @Test func `a cycle across locations is shown with its path, and only it cannot run`() throws {
    let bench = try Bench()
    let locations = [
      try bench.fixture("alpha", environment: ["FIXTURE_UPSTREAM": "beta/next"]),
      try bench.fixture("beta", environment: ["FIXTURE_UPSTREAM": "alpha/next"]),
    ]
    try bench.withHost(locations) { host in
      let settled = try host.settled()
      let message = try #require(finding(.dependencyCycle, in: settled)).message
      #expect(
        message == "asset \"alpha/next\" depends on itself: alpha/next (location alpha) -> "
          + "beta/next (location beta) -> alpha/next; the assets on the cycle cannot run "
          + "(each arrow points from an asset to one that it depends on)"
      )
      #expect(throws: HostError.self) { try host.launch("alpha/next") }
      #expect(try host.run("alpha/left or beta/left").status == .succeeded)
    }
  }

  @Test func `a location that dies keeps its definitions, shown as stale`() throws {
    let bench = try Bench()
    // After its first step it says why it cannot start, until that is mended.
    try bench.write(
      "once.sh",
      """
      if [ -e "$MARK" ] && [ ! -e "$MARK.mended" ]; then
        while read -r line; do
          case $line in *initialize*) echo 'the disk is gone' >&2; exit 5 ;; esac
        done
        exit 0
      fi
      exec /bin/sh \(bench.path("location.sh"))

      """
    )
    let script = bench.script("alpha", "signal").replacing("location.sh", with: "once.sh")
    try bench.withHost([script, bench.script("beta")]) { host in
      try host.settled()
      let run = try host.launch("alpha/one")
      let seen = try host.awaits("the failed restart") {
        $0.location("alpha")?.reason == "exit status 5 before the handshake"
          && $0.graph.nodes.contains { $0.key == "alpha/one" }
      }
      let alpha = try #require(seen.location("alpha"))
      #expect(alpha.isStale && alpha.assetCount == 1)
      // One, however many assets that concerns.
      let told = seen.diagnostics.filter { $0.location == "alpha" }.map(\.message)
      #expect(told.count == 1, "\(told)")
      let message = try #require(told.first)
      #expect(message.hasSuffix("; what it defined last stays: 1 asset"), "\(message)")
      #expect(try host.run("beta/one").status == .succeeded)
      // The step waits, and says for what.
      let held = try #require(host.live(run)?.held.first, "\(String(describing: host.live(run)))")
      #expect(held.reason.hasPrefix("waiting: location alpha "), "\(held.reason)")
      try bench.write("alpha.mark.mended", "")
      host.restart("alpha")
      #expect(try host.course(of: run).status == .succeeded)
    }
  }
}
