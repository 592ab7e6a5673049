import HanseSystem
import Testing

@Suite(.timeLimit(.minutes(10))) struct FileWatcherTests {
  private let directory: TemporaryDirectory
  private let watcher: FileWatcher
  private let poller: Poller

  init() throws {
    directory = try TemporaryDirectory()
    watcher = try FileWatcher()
    poller = try Poller()
    try poller.add(watcher.descriptor, token: 0, interest: .read)
  }

  /// Waits until the changes of a path, all reports together, contain some.
  private func changes(
    of path: String,
    until wanted: FileWatcher.Changes
  ) throws -> FileWatcher.Changes {
    var seen: FileWatcher.Changes = []
    var ready: [Poller.Ready] = []
    while !seen.isSuperset(of: wanted) {
      try poller.wait(upToMilliseconds: nil, into: &ready)
      for report in try watcher.takeReports() where report.path == path {
        seen.formUnion(report.changes)
      }
    }
    return seen
  }

  private func overwrite(_ path: String, _ text: String) throws {
    let file = try Files.open(path, for: .updatingOrCreating)
    try file.writeAll(Array(text.utf8))
    file.close()
  }

  @Test func `a file that is written is reported once it is closed`() throws {
    let path = directory.file("binary")
    try directory.write("binary", "old")
    try watcher.add(path)
    let file = try Files.open(path, for: .updating)
    try file.writeAll(Array("new".utf8))
    #expect(try watcher.takeReports().isEmpty, "it is not closed yet")
    file.close()
    #expect(try changes(of: path, until: .written) == .written)
  }

  @Test func `each write is reported where that was asked for, also after a rotation`() throws {
    let path = directory.file("log")
    try watcher.add(path, noticingWrites: true)
    let file = try Files.open(path, for: .appending)
    try file.writeAll(Array("one\n".utf8))
    #expect(try changes(of: path, until: .modified).isSuperset(of: [.appeared, .modified]))
    try file.writeAll(Array("two\n".utf8))
    #expect(try changes(of: path, until: .modified) == .modified)
    try Files.rename(path, to: directory.file("log.1"))
    let next = try Files.open(path, for: .appending)
    #expect(try changes(of: path, until: .appeared).contains(.vanished))
    try next.writeAll(Array("three\n".utf8))
    #expect(try changes(of: path, until: .modified) == .modified)
  }

  @Test func `a touched lock is reported as a change of its attributes`() throws {
    let path = directory.file("lock")
    guard case .locked(let lock) = try FileLock.acquire(path) else {
      Issue.record("a free lock was not given")
      return
    }
    try watcher.add(path)
    lock.touch()
    #expect(try changes(of: path, until: .attributes) == .attributes)
    lock.release()
    #expect(try changes(of: path, until: .written) == .written)
  }

  @Test func `a file that is renamed over the old one is reported`() throws {
    let path = directory.file("binary")
    try directory.write("binary", "old")
    try watcher.add(path)
    try directory.write("binary", "new")
    #expect(try changes(of: path, until: .appeared).contains(.appeared))
  }

  @Test func `a file is reported when it is deleted and when it is made again`() throws {
    let path = directory.file("binary")
    try directory.write("binary", "old")
    try watcher.add(path)
    try Files.remove(path)
    #expect(try changes(of: path, until: .vanished).contains(.vanished))
    try overwrite(path, "new")
    _ = try changes(of: path, until: [.appeared, .written])
  }

  @Test func `a file that is not there yet is reported when it comes`() throws {
    let path = directory.file("binary")
    try watcher.add(path)
    try overwrite(path, "new")
    _ = try changes(of: path, until: [.appeared, .written])
  }

  @Test func `directories that are not there yet are followed as they come`() throws {
    let path = directory.file("a/b/c/binary")
    try watcher.add(path)
    try Files.createDirectories(directory.file("a"))
    _ = try changes(of: path, until: .way)
    try Files.createDirectories(directory.file("a/b/c"))
    _ = try changes(of: path, until: .way)
    try overwrite(path, "new")
    _ = try changes(of: path, until: .written)
  }

  @Test func `a directory that is deleted and made again is watched again`() throws {
    let path = directory.file("release/binary")
    try Files.createDirectories(directory.file("release"))
    try overwrite(path, "old")
    try watcher.add(path)
    try Files.removeTree(directory.file("release"))
    _ = try changes(of: path, until: [.vanished, .way])
    try Files.createDirectories(directory.file("release"))
    _ = try changes(of: path, until: .way)
    try overwrite(path, "new")
    _ = try changes(of: path, until: .written)
  }

  @Test func `a directory that is replaced by another is followed`() throws {
    for name in ["old", "new"] {
      try Files.createDirectories(directory.file(name))
      try overwrite(directory.file("\(name)/binary"), name)
    }
    let path = directory.file("old/binary")
    try watcher.add(path)
    try Files.rename(directory.file("old"), to: directory.file("older"))
    try Files.rename(directory.file("new"), to: directory.file("old"))
    _ = try changes(of: path, until: .way)
    try overwrite(directory.file("older/binary"), "elsewhere")
    try overwrite(path, "here")
    #expect(try changes(of: path, until: .written) == .written)
  }

  @Test func `a link to a file is reported when the target is written`() throws {
    try Files.createDirectories(directory.file("store"))
    try overwrite(directory.file("store/one"), "1")
    let path = directory.file("binary")
    try Files.linkSymbolically(path, to: "store/one")
    try watcher.add(path)
    try overwrite(directory.file("store/one"), "2")
    _ = try changes(of: path, until: .written)
  }

  @Test func `a link that is turned to another file is followed to the new one`() throws {
    for name in ["one", "two"] {
      try Files.createDirectories(directory.file(name))
      try overwrite(directory.file("\(name)/binary"), name)
    }
    let path = directory.file("current/binary")
    try Files.linkSymbolically(directory.file("current"), to: "one")
    try watcher.add(path)
    try Files.linkSymbolically(directory.file("next"), to: directory.file("two"))
    try Files.rename(directory.file("next"), to: directory.file("current"))
    _ = try changes(of: path, until: .way)
    try overwrite(directory.file("one/binary"), "nobody looks here any more")
    try overwrite(directory.file("two/binary"), "but here")
    #expect(try changes(of: path, until: .written) == .written)
  }

  @Test func `what happens beside a file is not reported`() throws {
    let path = directory.file("binary")
    try watcher.add(path)
    try overwrite(directory.file("binary.o"), "an object file")
    try overwrite(directory.file("other"), "another")
    #expect(try watcher.takeReports().isEmpty)
  }

  @Test func `two files of one directory are told apart`() throws {
    let (one, two) = (directory.file("one"), directory.file("two"))
    try watcher.add(one)
    try watcher.add(two)
    try overwrite(two, "2")
    try overwrite(one, "1")
    let reports = try watcher.takeReports()
    #expect(reports.map(\.path) == [two, one])
    #expect(reports.allSatisfy { $0.changes == [.appeared, .written] })
  }

  @Test func `a path that is no longer watched is not reported, and its directories are let go`()
    throws
  {
    let (one, two) = (directory.file("one"), directory.file("sub/two"))
    try Files.createDirectories(directory.file("sub"))
    try watcher.add(one)
    let count = watcher.directoryCount
    try watcher.add(two)
    #expect(watcher.directoryCount == count + 1)
    watcher.remove(two)
    #expect(watcher.directoryCount == count)
    try overwrite(two, "2")
    #expect(try watcher.takeReports().isEmpty)
    watcher.remove(one)
    #expect(watcher.directoryCount == 0)
  }

  @Test func `links that lead in a circle end the search, and are followed once they are mended`()
    throws
  {
    let path = directory.file("a")
    try Files.linkSymbolically(path, to: "b")
    try Files.linkSymbolically(directory.file("b"), to: "a")
    try watcher.add(path)
    try Files.remove(path)
    try overwrite(path, "a file")
    _ = try changes(of: path, until: .written)
  }

  @Test func `when the kernel's queue overflows every path is reported`() throws {
    let limit = try #require(
      Int(
        String(
          decoding: try Files.read(
            "/proc/sys/fs/inotify/max_queued_events",
            limitBytes: 100
          ),
          as: UTF8.self
        ).filter(\.isNumber)
      )
    )
    try #require(limit <= 1 << 17, "this machine's queue is too long to be filled here")
    let (one, two) = (directory.file("one"), directory.file("two"))
    try watcher.add(one)
    try watcher.add(two)
    // Two reports for each round, which differ from their neighbours and so are not merged.
    for _ in 0...limit / 2 {
      let file = try Files.open(one, for: .creating)
      file.close()
      try Files.remove(one)
    }
    let reports = try watcher.takeReports()
    #expect(reports.first { $0.path == one }?.changes.contains(.unknown) == true)
    #expect(reports.first { $0.path == two }?.changes == .unknown)
    try overwrite(two, "still watched")
    _ = try changes(of: two, until: .written)
  }

  @Test func `a relative path is refused`() throws {
    let error = #expect(throws: SystemError.self) { try watcher.add("binary") }
    #expect(error?.description == "watch \"binary\": Invalid argument (EINVAL)")
  }

  @Test func `whether a file is open for writing is known of one's own files`() throws {
    let path = directory.file("binary")
    try directory.write("binary", "old")
    let reader = try Files.open(path, for: .reading)
    #expect(Files.isOpenForWriting(reader) == false)
    let writer = try Files.open(path, for: .updating)
    #expect(Files.isOpenForWriting(reader) == true)
    writer.close()
    #expect(Files.isOpenForWriting(reader) == false)
  }
}
