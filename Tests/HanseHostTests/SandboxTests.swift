import HanseCore
import HanseHost
import HanseModel
import HanseSystem
import HanseWorkspace
import Testing

/// What a location in a sandbox may reach, tried by itself beside a healthy one.
@Suite(.timeLimit(.minutes(10))) struct SandboxTests {
  private let fence: FenceBench

  init() throws {
    fence = try FenceBench()
    // The location could not make it.
    try fence.bench.write("alpha.mark", "")
  }

  /// Tries things one after the other and says of each whether it worked.
  private static let trying =
    "try() { if (eval \"$2\") 2>/dev/null; then echo \"$1: yes\"; else echo \"$1: no\"; fi >&2; }"

  /// What a location in a sandbox says of what it tried.
  private func tries(
    _ attempts: [(name: String, script: String)],
    members: String,
    _ body: ([String]) throws -> Void
  ) throws {
    let lines = [Self.trying] + attempts.map { "try \($0.name) '\($0.script)'" }
    let location = try fence.wrapped("alpha", lines.joined(separator: "\n"), members: members)
    try fence.withHealthy(location) { host in
      try host.awaits("the sandboxed location") { $0.has("alpha/one") }
      #expect(try host.run("alpha/one").status == .succeeded)
      try body(try fence.said(host, "alpha").filter { $0.contains(": ") })
    }
  }

  @Test(.enabled(if: LandlockRuleset.kernelVersion.number >= 1))
  func `a location in a sandbox works, and reaches only what is its own`() throws {
    let bench = fence.bench
    let others = bench.path(".hanse/locations/other")
    try Files.createDirectories(others)
    try bench.write(".hanse/locations/other/secret", "x")
    try Files.createDirectories(bench.path("work"))
    let attempts = [
      ("outside", "echo x >\(bench.path("outside"))"),
      ("inside", "echo x >\(bench.path("work/inside"))"),
      ("own", "echo x >\(bench.path(".hanse/locations/alpha/own"))"),
      ("temporary", "echo x >\"$TMPDIR/x\""),
      ("system", "cat /etc/passwd >/dev/null"),
      ("workspace", "cat \(bench.path("workspace.json")) >/dev/null"),
      ("sibling", "cat \(others)/secret"),
      ("log", "head -c 1 \(bench.path(".hanse/hanse.db")) >/dev/null"),
      ("neighbour", "kill -0 $PPID"),
    ]
    try tries(attempts, members: #""sandbox":true,"workingDirectory":"work""#) { said in
      let signals = LandlockRuleset.kernelVersion.fencesSignals ? "no" : "yes"
      #expect(
        said == [
          "outside: no", "inside: yes", "own: yes", "temporary: yes", "system: yes",
          "workspace: yes", "sibling: no", "log: no", "neighbour: \(signals)",
        ]
      )
    }
  }

  @Test(.enabled(if: LandlockRuleset.kernelVersion.number >= 1))
  func `with a list of what may be read, nothing else can be`() throws {
    let bench = fence.bench
    for name in ["work", "data", "out", "elsewhere"] {
      try Files.createDirectories(bench.path(name))
      try bench.write("\(name)/file", "x")
    }
    let attempts = ["work", "data", "out", "elsewhere"].flatMap { name in
      [
        ("read-\(name)", "cat \(bench.path(name))/file >/dev/null"),
        ("write-\(name)", "echo x >\(bench.path(name))/new"),
        ("list-\(name)", "ls \(bench.path(name)) >/dev/null"),
      ]
    }
    let members = """
      "workingDirectory":"work",\
      "sandbox":{"read":["data","location.sh"],"write":["out"]}
      """
    let more = [
      ("system", "cat /etc/passwd >/dev/null"), ("program", "/bin/true"),
      ("remove", "rm \(bench.path("data"))/file"),
      ("move", "mv \(bench.path("out"))/file \(bench.path("data"))"),
    ]
    try tries(attempts + more, members: members) { said in
      #expect(
        said == [
          "read-work: yes", "write-work: yes", "list-work: yes",
          "read-data: yes", "write-data: no", "list-data: yes",
          "read-out: yes", "write-out: yes", "list-out: yes",
          "read-elsewhere: no", "write-elsewhere: no", "list-elsewhere: no",
          "system: yes", "program: yes", "remove: no", "move: no",
        ]
      )
    }
  }

  @Test(.enabled(if: LandlockRuleset.kernelVersion.fencesPorts))
  func `connections go to the listed ports alone`() throws {
    // Nobody listens there: what is allowed is refused by the other side, the rest by the kernel.
    let connect = "exec 3<>/dev/tcp/127.0.0.1/"
    let script = ["1", "2"].map {
      "/bin/bash -c '\(connect)\($0)' 2>&1 | sed -n 's/.*: //p' | tail -n 1 >&2"
    }
    let location = try fence.wrapped(
      "alpha",
      script.joined(separator: "\n"),
      members: #""sandbox":{"network":[2]}"#
    )
    try fence.withHealthy(location) { host in
      try host.awaits("the sandboxed location") { $0.has("alpha/one") }
      #expect(try host.run("alpha/one").status == .succeeded)
      #expect(try fence.said(host, "alpha") == ["Permission denied", "Connection refused"])
    }
  }

  @Test(.enabled(if: LandlockRuleset.kernelVersion.number >= 1))
  func `a path of a sandbox that is not there is named`() throws {
    let location = try fence.wrapped("alpha", "", members: #""sandbox":{"write":["nowhere"]}"#)
    try fence.withHealthy(location) { host in
      let seen = try host.awaits("the refusal") { $0.location("alpha")?.reason != nil }
      let path = fence.bench.path("nowhere")
      #expect(
        seen.location("alpha")?.reason
          == "its sandbox cannot be made: open \"\(path)\": No such file or directory (ENOENT)"
      )
      let failure = host.inspect { $0.locations["alpha"]?.lastFailure } ?? nil
      #expect(failure?.code == .fence)
    }
  }

  @Test(arguments: [
    (
      "true", 0,
      "this kernel has no Landlock (ABI 0); remove \"sandbox\" or use a kernel >= 5.13"
    ),
    (
      "{\"network\":[443]}", 3,
      "the Landlock of this kernel (ABI 3) cannot fence TCP; remove \"network\" or use a kernel >= 6.7"
    ),
  ])
  func `a sandbox that the kernel cannot make is refused with what to do`(
    sandbox: String,
    version: Int,
    words: String
  ) throws {
    let location = fence.bench.script("alpha", members: "\"sandbox\":\(sandbox)")
    let landlock = LandlockRuleset.Version(version)
    try fence.withHealthy(location, { $0.landlock = landlock }) { host in
      let seen = try host.awaits("the refusal") { $0.location("alpha")?.reason != nil }
      let what = version == 0 ? "a sandbox" : "\"sandbox.network\""
      #expect(
        seen.location("alpha")?.reason == "location \"alpha\" asks for \(what), \(words)"
      )
      let failure = host.inspect { $0.locations["alpha"]?.lastFailure } ?? nil
      #expect(failure?.code == .fence)
    }
  }

  @Test(arguments: [
    (
      "{\"required\":false}", 0,
      "runs without the sandbox that its entry asks for: this kernel has no Landlock"
    ),
    (
      "{\"required\":false,\"network\":false}", 3,
      "runs in a sandbox that does not fence TCP as its entry asks for: the Landlock of this kernel "
        + "(ABI 3) cannot"
    ),
  ])
  func `a sandbox that is not required and not there is told, and the location runs`(
    sandbox: String,
    version: Int,
    words: String
  ) throws {
    let location = fence.bench.script("alpha", members: "\"sandbox\":\(sandbox)")
    let landlock = LandlockRuleset.Version(version)
    try fence.withHealthy(location, { $0.landlock = landlock }) { host in
      let seen = try host.awaits("the location") { $0.has("alpha/one") }
      #expect(seen.location("alpha")?.notes == [words])
      #expect(seen.location("beta")?.notes == [])
      let warning = try #require(seen.diagnostics.first { $0.code == .fenceMissing })
      #expect(warning.severity == .warning && warning.location == "alpha")
      #expect(warning.message == "location \"alpha\" \(words)")
      #expect(warning.source?.line == 3)
    }
  }

  @Test func `a limit of memory without a cgroup is told to be looked at only`() throws {
    let location = fence.bench.script("alpha", members: #""limits":{"memory":"1GiB"}"#)
    try fence.withHealthy(location, { $0.cgroupRefusal = "none here" }) { host in
      let seen = try host.awaits("the location") { $0.has("alpha/one") }
      #expect(
        seen.location("alpha")?.notes == [
          "its limit of 1 GiB of memory is looked at each second, and can be passed in between: "
            + "no cgroup v2 (none here)"
        ]
      )
    }
  }
}
