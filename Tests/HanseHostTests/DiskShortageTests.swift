import HanseModel
import HanseSystem
import Testing

@testable import HanseHost

/// A disk that is nearly full: runs are refused before the event log has no room.
@Suite(.timeLimit(.minutes(10))) struct DiskShortageTests {
  private static let mebibyte: Int64 = 1 << 20

  @Test func `no run is begun with too little room, and who takes it is named`() throws {
    let bench = try Bench()
    let free = Monitor(1024 * Self.mebibyte)
    var configuration = try bench.configuration([bench.script("alpha"), bench.script("beta")])
    configuration.diskInterval = .milliseconds(10)
    configuration.faults.freeBytes = { free.withLock { $0 } }
    let host = try Host.start(configuration)
    defer {
      host.stop()
      if !host.waitUntilStopped(for: .seconds(30)) { Issue.record("the host does not stop") }
    }
    try host.settled()
    let folder = host.state.folder(of: "beta")
    try Files.createDirectories(Paths.join(folder, "cache"))
    let hoard = [UInt8](repeating: 0, count: 3 << 20)
    try Files.writeAtomically(Paths.join(folder, "cache/hoard"), hoard, durably: false)

    free.update { $0 = 12 * Self.mebibyte }
    let short = try host.awaits("the shortage") { $0.diskShortage?.eaterBytes ?? 0 >= 3 << 20 }
    let words =
      "the file system of \(host.state.path) has 12 MiB left, less than the 64 MiB that the host "
      + "needs; the most of it here is taken by the folder of location \"beta\", 3 MiB"
    let fix =
      "make room there; see what location \"beta\" keeps in locations/beta, and lower its \"fileSize\""
    #expect(throws: HostError(.lowDisk, "\(words); \(fix)")) { try host.launch("alpha/one") }
    let told = short.diagnostics.filter { $0.code == .lowDisk }
    #expect(told.map(\.location) == ["beta"] && told.map(\.fix) == [fix])
    #expect(told.first?.message == "\(words); no run is begun until there is twice as much")

    // A little more is not enough: it would be over at once.
    free.update { $0 = 100 * Self.mebibyte }
    try host.awaits("a look") { $0.diskShortage?.freeBytes == 100 * Self.mebibyte }
    free.update { $0 = 200 * Self.mebibyte }
    try host.awaits("the end of the shortage") { $0.diskShortage == nil }
    #expect(try host.run("alpha/one").status == .succeeded)
  }

  @Test(arguments: [
    ("hanse.db", DiskShortage.Eater.eventLog), ("hanse.db-wal", .eventLog),
    ("logs/alpha.log", .computeLog("alpha")), ("logs/alpha.log.3", .computeLog("alpha")),
    ("locations/beta/deep/file", .folder("beta")), ("elsewhere", nil),
  ])
  func `what takes the most is found`(file: String, eater: DiskShortage.Eater?) throws {
    let bench = try Bench()
    let path = bench.path(file)
    try Files.createDirectories(Paths.directory(of: path))
    try Files.writeAtomically(path, [UInt8](repeating: 0, count: 2 << 20), durably: false)
    let subject = DiskWatch.Subject(
      state: StateDirectory(path: bench.directory),
      locations: ["alpha", "beta"],
      limitBytes: 64 << 20,
      interval: .seconds(1),
      freeBytes: { 63 << 20 }
    )
    let found = DiskWatch.look(at: subject, isShort: false)
    #expect(found?.eater == eater && found?.eaterBytes == (eater == nil ? 0 : 2 << 20))
    #expect(found?.words.contains("has 63 MiB left, less than the 64 MiB") == true)
  }

  @Test(arguments: [(64, false, false), (63, false, true), (127, true, true), (128, true, false)])
  func `a shortage begins below the limit and ends at twice as much`(
    free: Int64,
    isShort: Bool,
    expected: Bool
  ) throws {
    let subject = DiskWatch.Subject(
      state: StateDirectory(path: try Bench().directory),
      locations: [],
      limitBytes: 64 * Self.mebibyte,
      interval: .seconds(1),
      freeBytes: { free * Self.mebibyte }
    )
    #expect((DiskWatch.look(at: subject, isShort: isShort) != nil) == expected)
  }
}
