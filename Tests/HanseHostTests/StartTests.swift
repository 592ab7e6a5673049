import HanseHost
import HanseModel
import HanseSystem
import Testing

@Suite(.timeLimit(.minutes(10))) struct StartTests {
  @Test func `a location that never answers delays nobody`() throws {
    let bench = try Bench()
    let locations = [
      try bench.fixture("mute", "hang-at-start", members: #""timeouts":{"handshake":"20s"}"#),
      try bench.fixture("alpha"), bench.script("beta"),
    ]
    try bench.withHost(locations) { host in
      let seen = try host.awaits("both others in the graph") {
        $0.has("alpha/ok") && $0.has("beta/one")
      }
      #expect(seen.location("mute")?.state == .starting)
      #expect(!seen.isSettled)
      #expect(try host.run("beta/one").status == .succeeded)
    }
  }

  @Test func `a handshake without an answer ends at its time limit`() throws {
    let bench = try Bench()
    let locations = [
      try bench.fixture("mute", "hang-at-start", members: #""timeouts":{"handshake":"200ms"}"#),
      try bench.fixture("alpha"),
    ]
    try bench.withHost(locations) { host in
      let settled = try host.settled()
      let mute = try #require(settled.location("mute"))
      #expect(mute.reason == "no answer to the handshake within 200ms")
      #expect(settled.location("alpha")?.state == .running)
      let diagnostic = try #require(settled.diagnostics.first { $0.location == "mute" })
      #expect(diagnostic.code == .locationFailed)
      #expect(
        diagnostic.message == "location \"mute\": no answer to the handshake within 200ms "
          + "[LOC-HANDSHAKE-TIMEOUT]"
      )
    }
  }

  @Test func `definitions that never come end at their time limit`() throws {
    let bench = try Bench()
    let locations = [
      try bench.fixture(
        "slow",
        "hang-in-definitions",
        members: #""timeouts":{"definitions":"200ms"}"#
      ),
      try bench.fixture("alpha"),
    ]
    try bench.withHost(locations) { host in
      let settled = try host.settled()
      #expect(settled.location("slow")?.reason == "no definitions within 200ms")
      #expect(settled.has("alpha/ok"))
    }
  }

  @Test func `a location that exits at once is told with its status and last words`() throws {
    let bench = try Bench()
    let locations = [
      try bench.fixture("broken", "exit-before-handshake"), try bench.fixture("alpha"),
    ]
    try bench.withHost(locations) { host in
      let settled = try host.settled()
      let broken = try #require(settled.location("broken"))
      #expect(broken.reason == "exit status 3 before the handshake")
      #expect(broken.lastStandardError == ["no database at db:5432"])
      #expect(
        settled.diagnostics.first { $0.location == "broken" }?.message
          == "location \"broken\": exit status 3 before the handshake [LOC-EXIT-EARLY]; "
          + "last line of its standard error: no database at db:5432"
      )
      #expect(settled.location("alpha")?.state == .running)
    }
  }

  @Test func `too many crashes put a location into quarantine until somebody asks`() throws {
    let bench = try Bench()
    let members =
      #""restart":{"initialDelay":"1ms","maxDelay":"2ms","maxCrashes":2,"window":"1m"}"#
    let entry = try bench.fixture("broken", "exit-before-handshake")
      .replacing(#""restart":{"initialDelay":"20ms","maxDelay":"100ms"}"#, with: members)
    try bench.withHost([entry, try bench.fixture("alpha")]) { host in
      let seen = try host.awaits("quarantine") { $0.location("broken")?.state == .quarantined }
      let generation = try #require(seen.location("broken")?.generation)
      #expect(generation == Generation(2))
      host.restart("broken")
      try host.awaits("another try") {
        $0.location("broken").map { $0.generation > generation } ?? false
      }
    }
  }

  @Test(arguments: [
    (
      #""NEEDED":{"fromEnvironment":"HOST_TESTS_UNSET"}"#,
      #""environment.NEEDED": the variable "HOST_TESTS_UNSET" is not set in the environment of the "#
        + "host; set it and start the host again"
    ),
    (
      #""NEEDED":{"fromFile":"/nowhere/secret"}"#,
      #""environment.NEEDED": the secret file "/nowhere/secret" does not exist; write the value "#
        + "into it"
    ),
  ])
  func `a missing variable or secret is that location's failure alone`(
    variable: String,
    message: String
  ) throws {
    let bench = try Bench()
    let entry = try bench.fixture("poor")
      .replacing(#""environment":{"#, with: #""environment":{\#(variable),"#)
    try bench.withHost([entry, try bench.fixture("alpha")]) { host in
      let settled = try host.settled()
      let reason = try #require(settled.location("poor")?.reason)
      #expect(reason.hasPrefix("cannot be started: workspace.json:2:"), "\(reason)")
      #expect(reason.hasSuffix(message), "\(reason)")
      #expect(settled.location("alpha")?.state == .running)
      #expect(try host.run("alpha/left").status == .succeeded)
    }
  }

  @Test func `a missing program or folder is that location's failure alone`() throws {
    let bench = try Bench()
    let locations = [
      bench.entry("gone", "/nowhere/gone"),
      try bench.fixture("homeless", members: #""workingDirectory":"/nowhere/home""#),
      bench.entry("bare", "hanse-no-such-program", #""executableFromPath":true,"#),
      try bench.fixture("alpha"),
    ]
    bench.inherited["PATH"] = "/usr/bin:/bin"
    try bench.withHost(locations) { host in
      let settled = try host.settled()
      #expect(
        settled.location("gone")?.reason
          == "cannot be started: workspace.json:2:1: \"executable\": there is no file "
          + "\"/nowhere/gone\"; build it, or correct the path"
      )
      #expect(
        settled.location("homeless")?.reason
          == "cannot be started: workspace.json:3:1: \"workingDirectory\": there is no directory "
          + "\"/nowhere/home\"; make it, or correct the path"
      )
      #expect(
        settled.location("bare")?.reason
          == "cannot be started: workspace.json:4:1: \"executable\": there is no program "
          + "\"hanse-no-such-program\" in PATH (/usr/bin:/bin)"
      )
      #expect(settled.location("alpha")?.state == .running)
    }
  }

  @Test func `a location has its own group, folder and environment, and no foreign file`() throws {
    let bench = try Bench()
    bench.inherited["HOST_TESTS_SECRET"] = "hidden"
    let home = try Files.realPath(bench.directory)
    let entry = try bench.fixture("alpha", members: #""workingDirectory":"\#(home)""#)
    try bench.withHost([entry, try bench.fixture("beta")]) { host in
      try host.settled()
      let run = try host.run("alpha/self")
      let values = run.events.compactMap { event -> [String: MetadataValue]? in
        guard case .materialized(let value) = event.record.payload else { return nil }
        return value.metadata
      }
      let told = try #require(values.first)
      #expect(told["pid"] == told["group"])
      #expect(told["directory"] == .text(home))
      guard case .text(let names) = told["environment"], case .text(let files) = told["files"]
      else {
        Issue.record("no environment or files: \(told)")
        return
      }
      let own: Set = ["FIXTURE", "FIXTURE_NAME", "SWIFT_BACKTRACE"]
      let allowed = own.union(["PATH", "HOME", "LANG", "TZ", "HANSE_PROCESS"])
      let seen = Set(names.split(separator: " ").map(String.init))
      #expect(seen.subtracting(allowed).isEmpty, "\(names)")
      #expect(seen.isSuperset(of: own.union(["PATH"])))
      let foreign = files.split(separator: " ").filter { !$0.hasPrefix("/proc/") }
      #expect(foreign.isEmpty, "\(files)")
    }
  }
}
