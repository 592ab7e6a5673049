import HanseHost
import HanseModel
import HanseSystem
import Testing

@Suite(.timeLimit(.minutes(10))) struct BinaryWatchTests {
  private let bench: Bench
  private let news = Monitor<[BinaryNews]>([])
  private let watch: BinaryWatch

  init() throws {
    bench = try Bench()
    let news = news
    watch = try BinaryWatch(settlingTime: .milliseconds(20)) { _, item in
      news.update { $0.append(item) }
    }
  }

  private func next() -> BinaryNews? {
    news.wait(untilMilliseconds: MonotonicClock.milliseconds(after: .seconds(30))) { news in
      news.isEmpty ? nil : news.removeFirst()
    }
  }

  private func nextDigest() -> BinaryDigest? {
    if case .changed(let digest, _) = next() { digest } else { nil }
  }

  private func digest(_ text: String) -> BinaryDigest {
    BinaryDigest(SHA256.hash(Array(text.utf8)).hexadecimal)
  }

  private func install(_ name: String, _ text: String) throws {
    let file = try Files.open(bench.path(name + ".new"), for: .creating)
    try Files.setPermissions(of: file, 0o755)
    try file.writeAll(Array(text.utf8))
    file.close()
    try Files.rename(bench.path(name + ".new"), to: bench.path(name))
  }

  @Test func `a missing program is told, and then the one that comes, and each that replaces it`()
    throws
  {
    defer { watch.close() }
    watch.watch("a", path: bench.path("program"), running: nil)
    #expect(next() == .missing)
    try install("program", "one")
    #expect(nextDigest() == digest("one"))
    try install("program", "two")
    #expect(nextDigest() == digest("two"))
  }

  @Test func `the program in use is no news, and the next one is`() throws {
    defer { watch.close() }
    try install("program", "one")
    watch.watch("a", path: bench.path("program"), running: digest("one"))
    try install("program", "two")
    #expect(nextDigest() == digest("two"))
  }

  @Test func `a program that is written in pieces is told once, when it is whole`() throws {
    defer { watch.close() }
    try install("program", "")
    let file = try Files.open(bench.path("program"), for: .updating)
    watch.watch("a", path: bench.path("program"), running: nil)
    for piece in ["on", "e ", "pro", "gram"] { try file.writeAll(Array(piece.utf8)) }
    file.close()
    #expect(nextDigest() == digest("one program"))
  }

  @Test func `a link that is turned to another program is followed`() throws {
    defer { watch.close() }
    for name in ["one", "two"] { try install(name, name) }
    try Files.linkSymbolically(bench.path("current"), to: "one")
    watch.watch("a", path: bench.path("current"), running: nil)
    #expect(nextDigest() == digest("one"))
    try Files.linkSymbolically(bench.path("next"), to: "two")
    try Files.rename(bench.path("next"), to: bench.path("current"))
    #expect(nextDigest() == digest("two"))
  }

  @Test func `a file that may not be executed is told with what to do`() throws {
    defer { watch.close() }
    try bench.write("program", "text")
    let path = bench.path("program")
    watch.watch("a", path: path, running: nil)
    #expect(
      next()
        == .unusable(reason: "\"\(path)\" is not executable; `chmod +x` makes it so")
    )
  }
}
