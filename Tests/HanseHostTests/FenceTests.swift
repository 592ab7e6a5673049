import Glibc
import HanseHost
import HanseModel
import HanseSystem
import HanseWorkspace
import Testing

/// What a location may use and reach, beside a healthy one that must not notice.
@Suite(.timeLimit(.minutes(5))) struct FenceTests {
  private let bench: Bench

  init() throws { bench = try Bench() }

  /// A program that serves properly, after a line of shell.
  private func wrapped(_ name: String, _ before: String, members: String = "") throws -> String {
    let file = bench.path("\(name).sh")
    try bench.write("\(name).sh", "\(before)\nexec /bin/sh \(bench.path("location.sh"))\n")
    let variables = ["FAULT": "", "NAME": name, "MARK": bench.path("\(name).mark")]
    return bench.entry(name, "/bin/sh", "\"arguments\":[\"\(file)\"],", variables, members)
  }

  private func withHealthy(
    _ location: String,
    _ body: (Host) throws -> Void
  ) throws {
    var configuration = try bench.configuration([try bench.fixture("beta"), location])
    configuration.watchInterval = .milliseconds(50)
    let host = try Host.start(configuration)
    defer {
      host.stop()
      if !host.waitUntilStopped(for: .seconds(30)) { Issue.record("the host does not stop") }
    }
    let before = try host.awaits("a healthy neighbour") {
      $0.location("beta")?.state == .running && $0.has("beta/left")
    }
    try body(host)
    #expect(try host.run("beta/left").status == .succeeded)
    let pid = before.location("beta")?.processID
    #expect(host.snapshot.location("beta")?.processID == pid, "the neighbour was restarted")
  }

  @Test func `a location over its limit of memory is killed with the figures`() throws {
    let hog = try wrapped(
      "alpha",
      "x=$(head -c 40000000 /dev/zero | tr '\\0' x)",
      members: #""limits":{"memory":"16MiB"}"#
    )
    try withHealthy(hog) { host in
      let snapshot = try host.awaits("the verdict") {
        $0.location("alpha")?.reason?.contains("killed: ") == true
      }
      let reason = try #require(snapshot.location("alpha")?.reason)
      #expect(reason.contains(" MiB"), "\(reason)")
      #expect(reason.contains("over its limit of 16 MiB of memory"), "\(reason)")
    }
  }

  @Test func `a location with too many processes is killed with their number`() throws {
    let bomb = try wrapped(
      "alpha",
      "for i in 1 2 3 4 5 6 7 8 9 10; do tail -f /dev/null >&2 & done",
      members: #""limits":{"processes":8}"#
    )
    try withHealthy(bomb) { host in
      let snapshot = try host.awaits("the verdict") {
        $0.location("alpha")?.reason?.contains("killed: ") == true
      }
      let reason = try #require(snapshot.location("alpha")?.reason)
      #expect(reason.contains("11 processes and threads, over its limit of 8"), "\(reason)")
    }
  }

  @Test func `a location that used up its processor time is told so`() throws {
    let busy = try wrapped(
      "alpha",
      "while :; do :; done",
      members: #""limits":{"cpuTime":"1s"}"#
    )
    try withHealthy(busy) { host in
      let snapshot = try host.awaits("the verdict") {
        $0.location("alpha")?.reason?.contains("of processor time") == true
      }
      let reason = try #require(snapshot.location("alpha")?.reason)
      #expect(reason.contains("over its limit of 1s (signal 24 (SIGXCPU))"), "\(reason)")
    }
  }

  @Test func `a location that writes too large a file is told so`() throws {
    let writer = try wrapped(
      "alpha",
      "exec head -c 3000000 /dev/zero >\(bench.path("large"))",
      members: #""limits":{"fileSize":"1MiB"}"#
    )
    try withHealthy(writer) { host in
      let snapshot = try host.awaits("the verdict") {
        $0.location("alpha")?.reason?.contains("killed: wrote") == true
      }
      let reason = try #require(snapshot.location("alpha")?.reason)
      let expected = "wrote a file beyond its limit of 1 MiB (signal 25 (SIGXFSZ))"
      #expect(reason.contains(expected), "\(reason)")
    }
    #expect(try Files.status(bench.path("large"))?.size == 1 << 20)
  }

  @Test func `a location that never reads dies with a host that is killed`() throws {
    let pipe = bench.path("pid")
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    let reading = try Files.open(pipe, for: .updating)
    let deaf = try wrapped("alpha", "echo $$ >\(pipe); exec tail -f /dev/null")
    _ = try bench.configuration([deaf])
    let process = try HostProcess(bench, selection: "alpha/one")
    var bytes: [UInt8] = []
    while bytes.last != UInt8(ascii: "\n") { _ = try reading.read(into: &bytes, upTo: 64) }
    let pid = try #require(Int32(String(decoding: bytes.dropLast(), as: UTF8.self)))
    #expect(!(try ForeignProcess.waitForEnd(of: pid, limitMilliseconds: 0)))
    try process.kill()
    #expect(try ForeignProcess.waitForEnd(of: pid, limitMilliseconds: 10_000))
  }

  // MARK: Sandbox

  @Test func `a location in a sandbox works, and reaches only what is its own`() throws {
    let others = bench.path(".hanse/locations/other")
    try Files.createDirectories(others)
    try bench.write(".hanse/locations/other/secret", "x")
    // It is there already, for the location could not make it.
    try bench.write("alpha.mark", "")
    try Files.createDirectories(bench.path("work"))
    let attempt = """
      try() { if (eval "$2") 2>/dev/null; then echo "$1: yes"; else echo "$1: no"; fi >&2; }
      try outside 'echo x >\(bench.path("outside"))'
      try inside 'echo x >\(bench.path("work/inside"))'
      try temporary 'echo x >"$TMPDIR/x"'
      try system 'cat /etc/passwd >/dev/null'
      try sibling 'cat \(others)/secret'
      try log 'head -c 1 \(bench.path(".hanse/hanse.db")) >/dev/null'
      try neighbour 'kill -0 '$PPID
      """
    let location = try wrapped(
      "alpha",
      attempt,
      members: #""sandbox":true,"workingDirectory":"work""#
    )
    try withHealthy(location) { host in
      try host.awaits("the sandboxed location") { $0.has("alpha/one") }
      #expect(try host.run("alpha/one").status == .succeeded)
      let said = try Files.read(host.state.computeLog(of: "alpha"), limitBytes: 1 << 16)
      let lines = String(decoding: said, as: UTF8.self).split(separator: "\n").compactMap {
        $0.split(separator: "|").last.map { $0.drop { $0 == " " } }
      }
      let signals = LandlockRuleset.kernelVersion.fencesSignals ? "no" : "yes"
      let expected = [
        "outside: no", "inside: yes", "temporary: yes", "system: yes", "sibling: no", "log: no",
        "neighbour: \(signals)",
      ]
      #expect(lines.map(String.init) == expected)
    }
  }

  @Test func `a sandbox that the kernel cannot make is refused with what to do`() throws {
    let location = bench.script("alpha", members: #""sandbox":true"#)
    var configuration = try bench.configuration([location])
    configuration.landlock = LandlockRuleset.Version(0)
    let host = try Host.start(configuration)
    let snapshot = try host.awaits("the refusal") { $0.location("alpha")?.reason != nil }
    let expected =
      "location \"alpha\" asks for a sandbox, this kernel has no Landlock (ABI 0); "
      + "remove \"sandbox\" or use a kernel >= 5.13"
    #expect(snapshot.location("alpha")?.reason == expected)
    host.stop()
    #expect(host.waitUntilStopped() == nil)
  }
}
