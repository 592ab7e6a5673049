import HanseSystem
import Testing

@Suite struct FilesTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test func `a missing file is named`() {
    let path = directory.file("none")
    let error = #expect(throws: SystemError.self) { try Files.read(path, limitBytes: 10) }
    #expect(error?.description == "open \"\(path)\": No such file or directory (ENOENT)")
  }

  @Test func `a file beyond the limit is refused, one at the limit read`() throws {
    try directory.write("five", "12345")
    let path = directory.file("five")
    #expect(try Files.read(path, limitBytes: 5) == Array("12345".utf8))
    let error = #expect(throws: SystemError.self) { try Files.read(path, limitBytes: 4) }
    #expect(error?.description == "read \"\(path)\": File too large (EFBIG)")
    #expect(error?.isTooLarge == true)
  }

  @Test func `a directory is no file to read`() {
    let error = #expect(throws: SystemError.self) {
      try Files.read(directory.path, limitBytes: 10)
    }
    #expect(error?.description == "read \"\(directory.path)\": Is a directory (EISDIR)")
  }

  @Test func `a status tells size, kind and identity`() throws {
    try directory.write("one", "abc")
    let one = try #require(try Files.status(directory.file("one")))
    let place = try #require(try Files.status(directory.path))
    #expect(one.size == 3 && !one.isDirectory && !one.isExecutable)
    #expect(place.isDirectory && place.isExecutable)
    #expect(one.inode != place.inode)
    let age = WallClock.millisecondsSince1970() - one.modifiedNanoseconds / 1_000_000
    #expect(abs(age) < 60_000)
    #expect(try Files.status(directory.file("none")) == nil)
    #expect(try Files.status(directory.file("one/below")) == nil)
    #expect(try Files.status("/bin/sh")?.isExecutable == true)
  }

  @Test func `directories are made to any depth, and again without harm`() throws {
    let path = directory.file("a/b/../c//d")
    try Files.createDirectories(directory.file("a/b"))
    try Files.createDirectories(path)
    try Files.createDirectories(path)
    #expect(try Files.list(directory.file("a")) == ["b", "c"])
    #expect(Files.exists(path))
  }

  @Test func `a directory cannot be made where a file is`() throws {
    try directory.write("file", "")
    let path = directory.file("file")
    let error = #expect(throws: SystemError.self) { try Files.createDirectories(path) }
    #expect(error?.description == "make directory \"\(path)\": Not a directory (ENOTDIR)")
  }

  @Test func `a listing is sorted by bytes`() throws {
    for name in ["b", "a", "ä", "B", ".hidden", "a.1"] { try directory.write(name, "") }
    #expect(try directory.names() == [".hidden", "B", "a", "a.1", "b", "ä"])
  }

  @Test func `removing tells whether there was something`() throws {
    try directory.write("file", "")
    #expect(try Files.remove(directory.file("file")))
    #expect(try !Files.remove(directory.file("file")))
  }

  @Test func `a tree is removed without following its links`() throws {
    try Files.createDirectories(directory.file("tree/deep/deeper"))
    try directory.write("tree/deep/file", "x")
    try Files.createDirectories(directory.file("outside"))
    try directory.write("outside/keep", "x")
    let shell = try RunningShell(
      "ln -s ../outside tree/link && ln -s /no/such tree/dangling",
      environment: ["PATH": "/usr/bin:/bin"],
      workingDirectory: directory.path
    )
    #expect(try shell.process.waitForExit() == .exited(0))
    try Files.removeTree(directory.file("tree"))
    try Files.removeTree(directory.file("tree"))
    #expect(try directory.names() == ["outside"])
    #expect(try Files.list(directory.file("outside")) == ["keep"])
  }

  @Test func `a real path has no links and no dots`() throws {
    let here = try Files.realPath(directory.path)
    try Files.createDirectories(directory.file("a"))
    #expect(try Files.realPath(directory.file("a/../a/.")) == here + "/a")
    let missing = directory.file("none")
    let error = #expect(throws: SystemError.self) { try Files.realPath(missing) }
    #expect(error?.description == "resolve \"\(missing)\": No such file or directory (ENOENT)")
  }
}
