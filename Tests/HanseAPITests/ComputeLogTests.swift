import HanseAPI
import HanseHost
import HanseModel
import HanseSystem
import Testing

/// Lines are found across rotated files, by number and by time.
@Suite struct ComputeLogTests {
  private let folder: LogFolder
  private let log: ComputeLogReader

  init() throws {
    folder = try LogFolder()
    log = folder.reader
    try write("a.log.1", [(1, 1, "one"), (2, 1, "two | with a bar")])
    try write("a.log", [(3, 1, "three"), (4, 2, "four"), (5, 2, "five")])
    try write("b.log", [(4, 7, "other")])
  }

  private func write(
    _ name: String,
    _ lines: [(second: Int64, generation: Int, text: String)]
  )
    throws
  {
    let text = lines.map { "\(time($0.second)) g\($0.generation) | \($0.text)\n" }.joined()
    try Files.writeAtomically(
      Paths.join(folder.state.computeLogs, name),
      Array(text.utf8),
      durably: false
    )
  }

  private func time(_ second: Int64, _ millisecond: Int64 = 0) -> Timestamp {
    Timestamp(milliseconds: second * 1000 + millisecond)
  }

  @Test(arguments: [
    (1, ["five"]), (3, ["three", "four", "five"]),
    (4, ["two | with a bar", "three", "four", "five"]),
    (9, ["one", "two | with a bar", "three", "four", "five"]),
  ])
  func `the last lines reach back into older files`(count: Int, texts: [String]) throws {
    #expect(try log.lastLines(of: "a", count: count).lines.map(\.text) == texts)
  }

  @Test func `a line has its time and its generation`() throws {
    let line = try #require(try log.lastLines(of: "a", count: 1).lines.first)
    #expect(line.time == time(5))
    #expect(line.generation == Generation(2))
    #expect(line.location == "a")
  }

  @Test func `lines are found by when an attempt was in flight, across locations`() throws {
    let spans = [
      RunSpan(location: "a", generation: Generation(1), from: time(2), to: time(3)),
      RunSpan(location: "a", generation: Generation(2), from: time(3), to: time(3, 950)),
      RunSpan(location: "b", from: time(4)),
    ]
    let found = try log.lines(during: spans, count: 10).lines
    #expect(found.map(\.text) == ["two | with a bar", "three", "four", "other"])
    #expect(try log.lines(during: spans, count: 1).lines.map(\.text) == ["other"])
  }

  @Test func `a location that never wrote has no lines`() throws {
    #expect(try log.lastLines(of: "c", count: 5).lines.isEmpty)
    #expect(try log.lines(during: [RunSpan(location: "c", from: time(0))], count: 5).lines.isEmpty)
  }
}
