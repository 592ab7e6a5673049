import HanseHost
import HanseModel
import HanseSystem
import Testing

struct BinaryKeeperTests {
  private let bench: Bench
  private let state: StateDirectory
  private let keeper: BinaryKeeper

  init() throws {
    bench = try Bench()
    state = StateDirectory(path: bench.path("state"))
    keeper = BinaryKeeper(in: state)
  }

  private func binary(_ text: String, _ generation: Int) throws -> (KeptBinary, path: String) {
    try bench.write("program-\(generation)", text)
    return (
      KeptBinary(
        digest: BinaryDigest(SHA256.hash(Array(text.utf8)).hexadecimal),
        generation: Generation(generation),
        servedAt: Timestamp(milliseconds: Int64(generation))
      ),
      bench.path("program-\(generation)")
    )
  }

  private func keep(_ generation: Int, pinned: Set<BinaryDigest> = []) throws -> BinaryDigest {
    let (binary, path) = try binary("binary \(generation)", generation)
    try keeper.keep(binary, of: "a", from: path, pinned: pinned)
    return binary.digest
  }

  @Test func `the last three are kept, and those that are pinned`() throws {
    let first = try keep(1)
    for generation in 2...5 { _ = try keep(generation, pinned: [first]) }
    #expect(keeper.binaries(of: "a").kept.map(\.generation.number) == [1, 3, 4, 5])
    #expect(try Files.list(bench.path("state/binaries/a")).count == 5, "four and the list")
  }

  @Test func `a binary that serves again is kept once, as its last generation`() throws {
    let (old, path) = try binary("same", 1)
    var new = old
    new.generation = Generation(7)
    try keeper.keep(old, of: "a", from: path)
    try keeper.keep(new, of: "a", from: path)
    #expect(keeper.binaries(of: "a").kept.map(\.generation.number) == [7])
  }

  @Test func `a program that stands alone is found again after its file was written over`() throws {
    let source = try Files.realPath("/bin/true")
    let found = try FileDigest.read(source)
    try Files.hardLinkOrCopy(source, to: bench.path("true"))
    let binary = KeptBinary(
      digest: found.digest,
      generation: Generation(1),
      servedAt: Timestamp(milliseconds: 1)
    )
    let kept = try keeper.keep(binary, of: "a", from: bench.path("true"))
    #expect(kept.map(\.notRunnable) == [nil])
    #expect(kept.map(\.sizeBytes) == [found.sizeBytes])
    try bench.write("true", "broken")
    let path = try keeper.path(of: found.digest, of: "a")
    #expect(try FileDigest.read(path).digest == found.digest)
  }

  @Test func `a script is kept and not offered to run`() throws {
    let (binary, path) = try binary("#!/bin/sh\nexit 0\n", 1)
    try keeper.keep(binary, of: "a", from: path)
    let error = #expect(throws: BinaryKeeperError.self) {
      try keeper.path(of: binary.digest, of: "a")
    }
    #expect(
      error?.description
        == "the kept binary \(binary.digest.short) of location \"a\" is not run: it is a script, "
        + "which reads other files"
    )
  }

  @Test func `a copy that was changed is not run`() throws {
    let source = try Files.realPath("/bin/true")
    let digest = try FileDigest.read(source).digest
    let binary = KeptBinary(
      digest: digest,
      generation: Generation(1),
      servedAt: Timestamp(milliseconds: 1)
    )
    try keeper.keep(binary, of: "a", from: source)
    let path = bench.path("state/binaries/a/\(digest)")
    try bench.write("state/binaries/a/\(digest)", "other")
    let error = #expect(throws: BinaryKeeperError.self) { try keeper.path(of: digest, of: "a") }
    let other = SHA256.hash(Array("other".utf8)).hexadecimal.prefix(12)
    #expect(
      error?.description
        == "the kept binary \(path) is not what it was: its digest is \(other); remove it"
    )
  }

  @Test func `a file that is another program by now is not kept, and those before still are`()
    throws
  {
    _ = try keep(1)
    let (binary, path) = try binary("two", 2)
    try bench.write("program-2", "three")
    let other = SHA256.hash(Array("three".utf8)).hexadecimal.prefix(12)
    let error = #expect(throws: BinaryKeeperError.self) {
      try keeper.keep(binary, of: "a", from: path)
    }
    #expect(
      error?.description
        == "the binary \(binary.digest.short) of location \"a\" is not kept: \(path) is another "
        + "program by now (\(other))"
    )
    #expect(keeper.binaries(of: "a").kept.map(\.generation.number) == [1])
    #expect(try Files.list(bench.path("state/binaries/a")).count == 2)
  }

  @Test func `what a killed host left half made is removed with the next binary`() throws {
    _ = try keep(1)
    try bench.write("state/binaries/a/half.new", "half")
    _ = try keep(2)
    #expect(try Files.list(bench.path("state/binaries/a")).contains("half.new") == false)
  }

  @Test func `a list that cannot be read is told and costs only the copies`() throws {
    _ = try keep(1)
    try bench.write("state/binaries/a/kept.json", "{")
    #expect(
      keeper.binaries(of: "a").notes == [
        "the list of kept binaries \(bench.path("state/binaries/a/kept.json")) is ignored: the text "
          + "ends in the middle of a value (byte 1)"
      ]
    )
    _ = try keep(2)
    #expect(keeper.binaries(of: "a").kept.map(\.generation.number) == [2])
  }

  @Test func `a binary over the limit is not kept`() throws {
    let keeper = BinaryKeeper(in: state, limitBytes: 3)
    let (binary, path) = try binary("four", 1)
    let error = #expect(throws: BinaryKeeperError.self) {
      try keeper.keep(binary, of: "a", from: path)
    }
    #expect(
      error?.description
        == "the binary \(binary.digest.short) of location \"a\" is not kept: it has 4 bytes, over the "
        + "limit of 3"
    )
  }

  @Test func `what was never kept is told as that`() throws {
    let error = #expect(throws: BinaryKeeperError.self) {
      try keeper.path(of: "0123456789abcdef", of: "a")
    }
    #expect(error?.description == "no binary 0123456789ab of location \"a\" is kept")
  }

  @Test func `bytes that only begin like a program are no program`() throws {
    let whole = try Files.read(Files.realPath("/bin/true"), limitBytes: 1 << 24)
    for count in [0, 4, 63, 64, 100, 500, whole.count / 2] {
      try Files.writeAtomically(bench.path("cut"), Array(whole.prefix(count)), durably: false)
      _ = ExecutableExamination.reasonNotStandingAlone(bench.path("cut"))
    }
    try bench.write("text", "hello")
    #expect(
      ExecutableExamination.reasonNotStandingAlone(bench.path("text"))
        == "it is not a 64-bit ELF program, of which a copy can be run"
    )
  }
}
