import Glibc
import HanseHost
import HanseModel
import HanseSystem
import HanseWorkspace
import Testing

/// What a location may use and reach, beside a healthy one that must not notice.
@Suite(.timeLimit(.minutes(10))) struct FenceTests {
  private let fence: FenceBench

  init() throws { fence = try FenceBench() }

  @Test func `a location over its limit of memory is killed with the figures`() throws {
    let hog = try fence.wrapped(
      "alpha",
      // It keeps that until somebody ends it: what it runs next would begin with nothing.
      "x=$(head -c 40000000 /dev/zero | tr '\\0' x)\nsleep infinity >&2",
      members: #""limits":{"memory":"16MiB"}"#
    )
    try fence.withHealthy(hog) { host in
      let snapshot = try host.awaits("the verdict") {
        $0.location("alpha")?.reason?.contains("killed: ") == true
      }
      let reason = try #require(snapshot.location("alpha")?.reason)
      #expect(reason.contains(" MiB"), "\(reason)")
      #expect(reason.contains("over its limit of 16 MiB of memory"), "\(reason)")
    }
  }

  @Test func `a location with too many processes is killed with their number`() throws {
    let bomb = try fence.wrapped(
      "alpha",
      "for i in 1 2 3 4 5 6 7 8 9 10; do sleep infinity >&2 & done",
      members: #""limits":{"processes":8}"#
    )
    try fence.withHealthy(bomb) { host in
      let snapshot = try host.awaits("the verdict") {
        $0.location("alpha")?.reason?.contains("killed: ") == true
      }
      let reason = try #require(snapshot.location("alpha")?.reason)
      // The look may come while it still makes the last two of its ten.
      let found = reason.firstMatch(of: /killed: (\d+) processes and threads, over its limit of 8/)
      let count = try #require(found.flatMap { Int($0.1) }, "\(reason)")
      #expect((9...11).contains(count), "\(reason)")
    }
  }

  @Test func `a location that used up its processor time is told so`() throws {
    let busy = try fence.wrapped(
      "alpha",
      "while :; do :; done",
      members: #""limits":{"cpuTime":"1s"}"#
    )
    try fence.withHealthy(busy) { host in
      let snapshot = try host.awaits("the verdict") {
        $0.location("alpha")?.reason?.contains("of processor time") == true
      }
      let reason = try #require(snapshot.location("alpha")?.reason)
      #expect(reason.contains("over its limit of 1s (signal 24 (SIGXCPU))"), "\(reason)")
    }
  }

  @Test func `a location that writes too large a file is told so`() throws {
    let writer = try fence.wrapped(
      "alpha",
      "exec head -c 3000000 /dev/zero >\(fence.bench.path("large"))",
      members: #""limits":{"fileSize":"1MiB"}"#
    )
    try fence.withHealthy(writer) { host in
      let snapshot = try host.awaits("the verdict") {
        $0.location("alpha")?.reason?.contains("killed: wrote") == true
      }
      let reason = try #require(snapshot.location("alpha")?.reason)
      let expected = "wrote a file beyond its limit of 1 MiB (signal 25 (SIGXFSZ))"
      #expect(reason.contains(expected), "\(reason)")
    }
    #expect(try Files.status(fence.bench.path("large"))?.size == 1 << 20)
  }

  @Test func `a location that never reads dies with a host that is killed`() throws {
    let pipe = fence.bench.path("pid")
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    let reading = try Files.open(pipe, for: .updating)
    let deaf = try fence.wrapped("alpha", "echo $$ >\(pipe); exec sleep infinity")
    _ = try fence.bench.configuration([deaf])
    let process = try HostProcess(fence.bench, selection: "alpha/one")
    var bytes: [UInt8] = []
    while bytes.last != UInt8(ascii: "\n") { _ = try reading.read(into: &bytes, upTo: 64) }
    let pid = try #require(Int32(String(decoding: bytes.dropLast(), as: UTF8.self)))
    #expect(!(try ForeignProcess.waitForEnd(of: pid, limitMilliseconds: 0)))
    try process.kill()
    #expect(try ForeignProcess.waitForEnd(of: pid, limitMilliseconds: 10_000))
  }
}
