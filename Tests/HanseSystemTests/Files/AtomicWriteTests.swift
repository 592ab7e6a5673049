import Glibc
import HanseSystem
import Testing

@Suite(.timeLimit(.minutes(10))) struct AtomicWriteTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test(arguments: [false, true])
  func `a write replaces the file and leaves no temporary one`(durably: Bool) throws {
    let path = directory.file("x.json")
    try Files.writeAtomically(path, Array("old and long".utf8), durably: durably)
    try Files.writeAtomically(path, Array("new".utf8), durably: durably)
    #expect(try directory.text("x.json") == "new")
    #expect(try directory.names() == ["x.json"])
  }

  @Test func `a write that fails leaves the old file and no temporary one`() throws {
    try Files.createDirectories(directory.file("taken/full"))
    let path = directory.file("taken")
    let error = #expect(throws: SystemError.self) {
      try Files.writeAtomically(path, [1], durably: false)
    }
    #expect(error?.operation.hasPrefix("rename ") == true)
    #expect(error?.symbol == "EISDIR")
    #expect(try directory.names() == ["taken"])
  }

  @Test func `a write keeps the permissions of the file it replaces`() throws {
    let path = directory.file("tool")
    try directory.write("tool", "1")
    #expect(unsafe chmod(path, 0o750) == 0)
    try directory.write("tool", "2")
    var info = Glibc.stat()
    #expect(unsafe stat(path, &info) == 0)
    #expect(info.st_mode & 0o777 == 0o750)
  }

  @Test func `a name as long as the file system allows can be written`() throws {
    let name = String(repeating: "n", count: 255)
    try directory.write(name, "x")
    #expect(try directory.names() == [name])
  }

  @Test func `a temporary file of a killed process of the same number is no obstacle`() throws {
    for number in 1...3000 {
      let stale = directory.file(".x.\(SelfProcess.pid).\(number).tmp")
      _ = try Files.open(stale, for: .creating)
    }
    try directory.write("x", "1")
    #expect(try directory.text("x") == "1")
    #expect(try directory.names().count == 3001)
  }

  @Test func `a reader never sees a part of a file`() throws {
    let path = directory.file("swapped")
    let versions = [UInt8(ascii: "a"), UInt8(ascii: "b")].map {
      [UInt8](repeating: $0, count: 20_000)
    }
    try Files.writeAtomically(path, versions[0], durably: false)
    let writer = try OSThread.start(name: "writer") {
      do {
        for round in 0..<200 {
          try Files.writeAtomically(path, versions[round % 2], durably: false)
        }
      } catch {
        Issue.record(error)
      }
    }
    for _ in 0..<200 {
      let bytes = try Files.read(path, limitBytes: 1 << 20)
      #expect(versions.contains(bytes))
    }
    writer.join()
  }

  @Test func `a hard link shares the file and replaces what was there`() throws {
    try directory.write("source", "data")
    try directory.write("target", "old")
    let (source, target) = (directory.file("source"), directory.file("target"))
    for _ in 0..<2 {
      try Files.hardLinkOrCopy(source, to: target)
      #expect(try directory.text("target") == "data")
      #expect(try Files.status(source)?.inode == Files.status(target)?.inode)
      #expect(try directory.names() == ["source", "target"])
    }
  }

  @Test(.enabled(if: Files.exists("/dev/shm"), "needs a second file system"))
  func `across file systems a link becomes a copy`() throws {
    let source = "/dev/shm/system-tests-\(Random.uint64())"
    defer {
      // Teardown.
      _ = unsafe unlink(source)
    }
    let bytes = Random.bytes(600_000)
    try Files.writeAtomically(source, bytes, durably: false)
    let other = try #require(try Files.status(source))
    try Files.hardLinkOrCopy(source, to: directory.file("copy"))
    #expect(try Files.read(directory.file("copy"), limitBytes: 1 << 20) == bytes)
    #expect(try directory.names() == ["copy"])
    #expect(other.size == 600_000)
  }
}
