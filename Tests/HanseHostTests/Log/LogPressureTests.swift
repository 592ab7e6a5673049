import HanseCore
import HanseHost
import HanseModel
import HanseStore
import HanseSystem
import Testing

/// A disk for compute logs that takes its time.
@Suite(.timeLimit(.minutes(10))) struct LogPressureTests {
  /// Lets no write of a location's log through until it is opened.
  private final class StuckDisk: Sendable {
    private let name: LocationName
    private let isOpen = Monitor(false)

    init(of name: LocationName) { self.name = name }

    /// On a writer's thread, before a write.
    func wait(for name: LocationName) {
      guard name == self.name else { return }
      isOpen.wait { $0 }
    }

    func open() { isOpen.update { $0 = true } }
  }

  private static let line = "a line of some length, as logs have them, over and over"

  /// Runs a host on `alpha`, whose log's disk stands still, and `beta`, which is healthy.
  private func withStuckDisk(
    _ bench: Bench,
    _ alpha: String,
    _ body: (Host, StuckDisk) throws -> Void
  ) throws {
    let disk = StuckDisk(of: "alpha")
    var faults = MachineFaults()
    faults.beforeLogWrite = { disk.wait(for: $0) }
    try bench.withHost([alpha, try bench.fixture("beta")], faults: faults) { host in
      // A host that ends waits for its logs.
      defer { disk.open() }
      let beta = try host.settled().location("beta")?.processID
      try body(host, disk)
      #expect(host.snapshot.location("beta")?.processID == beta, "the neighbour was restarted")
    }
  }

  /// The texts of a location's log, without what they begin with.
  private func texts(_ host: Host, _ name: LocationName) throws -> [Substring] {
    let bytes = try Files.read(host.state.computeLog(of: name), limitBytes: 64 << 20)
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
      line.firstRange(of: " | ").map { line[$0.upperBound...] }
    }
  }

  /// `alpha/one` writes 400 kB to its standard error, has a time limit of six seconds, and answers no
  /// ping meanwhile.
  @Test func `a log whose disk stands still holds its location back, and nobody else`() throws {
    let bench = try Bench()
    bench.logBacklogBytes = 256 << 10
    bench.limits.pingInterval = .seconds(2)
    bench.limits.missedPings = 3
    let alpha = bench.script(
      "alpha",
      "stderr",
      environment: ["BYTES": "400000", "MEMBERS": #"\"timeoutMilliseconds\":6000,"#]
    )
    try withStuckDisk(bench, alpha) { host, disk in
      let before = host.snapshot.location("alpha")?.processID
      let flood = try host.launch("alpha/one")
      let held = try host.awaits("the hold") { $0.location("alpha")?.isHeldBack == true }
      #expect(held.location("beta")?.isHeldBack == false)
      let bytes = try #require(held.location("alpha")?.logBacklogBytes)
      // A turn reads 16 KiB more at most; each line has its time in front of it.
      #expect(bytes > 256 << 10 && bytes < 512 << 10, "\(bytes) bytes")
      #expect(try host.run("beta/left").status == .succeeded)
      // Longer than its time limit, and than it takes to be called hung.
      let changed = host.wait(for: .milliseconds(7500)) { snapshot in
        let alpha = snapshot.location("alpha")
        return alpha?.isHeldBack != true || alpha?.processID != before
          || alpha?.logBacklogBytes != bytes
      }
      #expect(changed == nil)

      disk.open()
      let course = try host.course(of: flood)
      #expect(course.status == .succeeded && course.failures(of: "alpha/one") == [])
      #expect(course.count("step.started", of: "alpha/one") == 1)
      // Nothing was lost, and it was all there when the end was told.
      let texts = try texts(host, "alpha")
      let length = Self.line.utf8.count + 1
      #expect(texts.count { $0 == Self.line } == 400_000 / length)
      let now = try host.awaits("the end of the hold") { $0.location("alpha")?.isHeldBack == false }
      #expect(now.location("alpha")?.processID == before)
    }
  }

  @Test func `a step's end is told once what it wrote before is in the log`() throws {
    let bench = try Bench()
    let alpha = bench.script(
      "alpha",
      "speaks",
      environment: ["MEMBERS": #"\"timeoutMilliseconds\":500,"#]
    )
    try withStuckDisk(bench, alpha) { host, disk in
      let run = try host.launch("alpha/one")
      try host.event("the materialization") {
        $0.payload.kind == "asset.materialized" && $0.run == run
      }
      // Its answer came with that. Its time limit passes, and others' steps end.
      #expect(try host.run("beta/left").status == .succeeded)
      _ = host.wait(for: .milliseconds(800)) { $0.location("alpha")?.isHeldBack == true }
      let kinds = try host.makeReader().runEvents(run, limit: .max).map(\.record.payload.kind)
      #expect(!kinds.contains("step.succeeded") && !kinds.contains("step.failed"), "\(kinds)")

      disk.open()
      let course = try host.course(of: run)
      #expect(try texts(host, "alpha").contains { $0.hasPrefix("before the end of ") })
      #expect(course.status == .succeeded && course.failures(of: "alpha/one") == [])
    }
  }

  @Test func `each run finds its line in the log when it has ended`() throws {
    let bench = try Bench()
    let alpha = bench.script("alpha", "speaks", environment: ["ALWAYS": "yes"])
    try bench.withHost([alpha]) { host in
      try host.settled()
      for number in 1...30 {
        #expect(try host.run("alpha/one").status == .succeeded)
        let lines = try texts(host, "alpha").filter { $0.hasPrefix("before the end of ") }
        #expect(lines.count == number)
      }
    }
  }

  @Test func `a process that ends is told although its log cannot be written`() throws {
    let bench = try Bench()
    try withStuckDisk(bench, bench.script("alpha", "status")) { host, disk in
      let run = try host.launch("alpha/one")
      let exited = try host.event("the exit") {
        $0.payload.kind == "location.exited" && $0.location == "alpha"
      }
      #expect(
        exited.record.payload
          == .locationExited(
            reason: "exit status 4",
            expected: false,
            standardErrorTail: ["no database at db:5432"],
            code: "LOC-CRASH"
          )
      )
      disk.open()
      #expect(try host.course(of: run).status == .succeeded)
    }
  }

  @Test func `who is held back can still be ended by force`() throws {
    let bench = try Bench()
    bench.logBacklogBytes = 256 << 10
    bench.limits.pingInterval = .seconds(600)
    try withStuckDisk(bench, bench.script("alpha", "stderr")) { host, _ in
      let before = host.snapshot.location("alpha")?.processID
      let run = try host.launch("alpha/one")
      try host.awaits("the hold") { $0.location("alpha")?.isHeldBack == true }
      #expect(host.cancel(run, forced: true))
      #expect(try host.course(of: run).status == .canceled)
      try host.awaits("another process") { snapshot in
        let alpha = snapshot.location("alpha")
        return alpha?.processID != before && alpha?.processID != nil
      }
    }
  }
}
