import Glibc
import HanseHost
import HanseModel
import HanseSystem
import Testing

/// What a location's process sees of the fences around it, told by itself.
@Suite(.timeLimit(.minutes(10))) struct FenceViewTests {
  private let fence: FenceBench

  init() throws { fence = try FenceBench() }

  /// What a location says on standard error before it serves.
  private func view(
    _ script: String,
    environment: [String: String] = [:],
    members: String = "",
    _ body: ([String]) throws -> Void
  ) throws {
    let location = try fence.wrapped(
      "alpha",
      "{ \(script)\n} >&2",
      environment: environment,
      members: members
    )
    try fence.withHealthy(location) { host in
      try host.awaits("the location") { $0.has("alpha/one") }
      #expect(try host.run("alpha/one").status == .succeeded)
      try body(try fence.said(host, "alpha"))
    }
  }

  @Test func `a location is under the limits of its entry`() throws {
    let limits = """
      "limits":{"addressSpace":"2GiB","openFiles":100,"cpuTime":"90s","coreSize":"1MiB",\
      "fileSize":"1GiB","nice":7}
      """
    try view("cat /proc/$$/limits; cat /proc/$$/stat", members: limits) { lines in
      func has(_ name: String, _ soft: String, _ hard: String) {
        let line = lines.first { $0.hasPrefix(name) }
        let words = line?.dropFirst(name.count).split(separator: " ").prefix(2).map(String.init)
        #expect(words == [soft, hard], "\(name): \(line ?? "")")
      }
      has("Max address space", "2147483648", "2147483648")
      has("Max open files", "100", "100")
      has("Max cpu time", "90", "95")
      has("Max core file size", "1048576", "1048576")
      has("Max file size", "1073741824", "1073741824")
      let own = try Self.nice(
        in: String(decoding: Files.read("/proc/self/stat", limitBytes: 4096), as: UTF8.self)
      )
      let statistics = try #require(lines.last { $0.contains(") S ") || $0.contains(") R ") })
      #expect(try Self.nice(in: statistics) == min(19, own + 7))
    }
  }

  private static func nice(in statistics: String) throws -> Int {
    let words = statistics.split(separator: ")").last?.split(separator: " ") ?? []
    return try #require(Int(words[16]))
  }

  @Test func `a location leads its own session and group, gains no rights, and shares no files`()
    throws
  {
    let script = "cat /proc/$$/stat; grep NoNewPrivs /proc/$$/status; umask; echo pid $$"
    try view(script) { lines in
      let pid = try #require(lines.first { $0.hasPrefix("pid ") }?.dropFirst(4))
      let words = try #require(lines.first).split(separator: ")").last?.split(separator: " ") ?? []
      #expect(words[2] == pid, "its group")
      #expect(words[3] == pid, "its session")
      #expect(words[4] == "0", "a terminal")
      #expect(lines.contains("NoNewPrivs:\t1"))
      #expect(lines.contains("0077"))
    }
  }

  @Test func `the environment is what the entry says, and four variables more`() throws {
    fence.bench.inherited = [
      "PATH": "/usr/bin:/bin", "HOME": "/home/me", "LANG": "C.UTF-8", "TZ": "UTC",
      "OTHER_TOKEN": "not-for-you", "LD_PRELOAD": "", "SSH_AUTH_SOCK": "/tmp/agent",
    ]
    let script =
      "tr '\\0' '\\n' </proc/$$/environ | sed 's/^HANSE_PROCESS=.*/HANSE_PROCESS=mark/'"
    try view(script, environment: ["OWN": "x y"]) { lines in
      let mark = fence.bench.path("alpha.mark")
      #expect(
        lines.prefix { !$0.hasPrefix("info") }.sorted() == [
          "FAULT=", "HANSE_PROCESS=mark", "HOME=/home/me", "LANG=C.UTF-8", "MARK=\(mark)",
          "NAME=alpha", "OWN=x y", "PATH=/usr/bin:/bin", "SWIFT_BACKTRACE=enable=no", "TZ=UTC",
        ]
      )
    }
  }

  @Test func `a location that asks for more memory than its address space is refused it`() throws {
    let hog = "x=$(head -c 300000000 /dev/zero | tr \"\\0\" x); echo it has it >&2"
    let location = try fence.wrapped(
      "alpha",
      "exec /bin/bash -c '\(hog)'",
      members: #""limits":{"addressSpace":"64MiB"}"#
    )
    try fence.withHealthy(location) { host in
      let seen = try host.awaits("its end") {
        $0.location("alpha")?.reason?.contains("before the handshake") == true
      }
      let alpha = try #require(seen.location("alpha"))
      #expect(alpha.reason == "exit status 2 before the handshake")
      #expect(alpha.lastStandardError.contains { $0.contains("cannot allocate") })
      #expect(!alpha.lastStandardError.contains("it has it"))
    }
  }

  @Test func `a location with too many open files is refused another`() throws {
    let script = """
      i=0; while [ $i -lt 40 ]; do i=$((i+1)); eval "exec $((i+2))</dev/null" || exit 9; done
      """
    let location = try fence.wrapped(
      "alpha",
      "/bin/bash -c '\(script)' || exit 9",
      members: #""limits":{"openFiles":24}"#
    )
    try fence.withHealthy(location) { host in
      let seen = try host.awaits("its end") {
        $0.location("alpha")?.reason?.contains("before the handshake") == true
      }
      #expect(seen.location("alpha")?.reason == "exit status 9 before the handshake")
    }
  }

  @Test func `no descriptor of the host reaches a child, however many start at once`() throws {
    let bench = fence.bench
    let names = (1...16).map { "many\($0)" }
    let locations = try names.map { try fence.wrapped($0, "ls /proc/self/fd >&2") }
    // Others open pipes all the time while they are started, and leave them open for children.
    let isDone = Monitor(false)
    let threads = try (1...2).map { number in
      try OSThread.start(name: "opener \(number)") {
        while !isDone.withLock({ $0 }) {
          var ends: [Int32] = [0, 0]
          guard unsafe pipe(&ends) == 0 else { continue }
          for end in ends { close(end) }
        }
      }
    }
    defer { for thread in threads { thread.join() } }
    defer { isDone.update { $0 = true } }
    try bench.withHost(locations) { host in
      for round in 1...3 {
        try host.awaits("all of round \(round)") { seen in
          names.allSatisfy { name in
            seen.location(LocationName(name)).map {
              $0.state == .running && $0.generation == Generation(round)
            } ?? false
          }
        }
        if round < 3 { for name in names { host.restart(LocationName(name)) } }
      }
      // The last one is what the listing itself has open.
      for name in names {
        #expect(try host.run("\(name)/one").status == .succeeded)
        let said = try fence.said(host, LocationName(name))
        #expect(
          said == Array([[String]](repeating: ["0", "1", "2", "3"], count: 3).joined()),
          "\(name)"
        )
      }
    }
  }
}
