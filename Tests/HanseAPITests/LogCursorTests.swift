import HanseAPI
import HanseHost
import HanseModel
import HanseSystem
import Testing

/// Reading on from a cursor: every line once, whatever becomes of the files.
@Suite struct LogCursorTests {
  private let folder: LogFolder
  private let log: ComputeLogReader

  init() throws {
    folder = try LogFolder()
    log = folder.reader
  }

  private func rotating(
    _ name: LocationName = "a",
    limitBytes: Int,
    kept: Int
  ) throws -> RotatingFile {
    try folder.rotating(name, limitBytes: limitBytes, kept: kept)
  }

  private func line(_ second: Int64, _ text: String) -> [UInt8] {
    Array("\(Timestamp(milliseconds: second * 1000)) g1 | \(text)\n".utf8)
  }

  @Test func `identical lines are given once each, and none again`() throws {
    let file = try rotating(limitBytes: 1 << 20, kept: 2)
    try file.append(line(1, "same") + line(1, "same"))
    let first = try log.lastLines(of: "a", count: 10)
    #expect(first.lines.map(\.text) == ["same", "same"])
    #expect(try log.lines(of: "a", after: first.cursor).lines.isEmpty)
    try file.append(line(1, "same") + line(1, "same") + line(1, "same"))
    let next = try log.lines(of: "a", after: first.cursor)
    #expect(next.lines.map(\.text) == ["same", "same", "same"])
    #expect(try log.lines(of: "a", after: next.cursor).lines.isEmpty)
  }

  /// Files of a few lines each; the reader looks after every so many lines.
  @Test(arguments: [1, 2, 3, 5, 7])
  func `rotations between two looks lose nothing and repeat nothing`(step: Int) throws {
    let file = try rotating(limitBytes: 3 * line(0, "000").count, kept: 4)
    var cursor = try log.lastLines(of: "a", count: 1).cursor
    var seen: [String] = []
    for number in 0..<70 {
      try file.append(line(Int64(number / 10), String("00\(number % 4)".suffix(3))))
      guard (number + 1).isMultiple(of: step) else { continue }
      let found = try log.lines(of: "a", after: cursor)
      seen += found.lines.map(\.text)
      cursor = found.cursor
    }
    seen += try log.lines(of: "a", after: cursor).lines.map(\.text)
    #expect(seen == (0..<70).map { "00\($0 % 4)" })
  }

  @Test func `a file that begins anew is read from its beginning, the older ones are not`() throws {
    try rotating(limitBytes: 1, kept: 3).append(line(1, "older"))
    try rotating(limitBytes: 1, kept: 3).append(line(2, "cut off"))
    let cursor = try log.lastLines(of: "a", count: 1).cursor
    try Files.writeAtomically(
      folder.state.computeLog(of: "a"),
      line(3, "new") + line(3, "and longer than what was there"),
      durably: false
    )
    let found = try log.lines(of: "a", after: cursor)
    #expect(found.lines.map(\.text) == ["new", "and longer than what was there"])
    #expect(try log.lines(of: "a", after: found.cursor).lines.isEmpty)
  }

  @Test func `what was rotated away is skipped, and what is left is given`() throws {
    let file = try rotating(limitBytes: line(0, "0").count, kept: 2)
    try file.append(line(0, "0"))
    let cursor = try log.lastLines(of: "a", count: 1).cursor
    for number in 1..<6 { try file.append(line(Int64(number), "\(number)")) }
    #expect(try log.lines(of: "a", after: cursor).lines.map(\.text) == ["4", "5"])
  }

  @Test func `half a line waits for its other half`() throws {
    let file = try rotating(limitBytes: 1 << 20, kept: 2)
    let whole = line(2, "whole")
    try file.append(line(1, "first") + whole.prefix(20))
    let first = try log.lastLines(of: "a", count: 10)
    #expect(first.lines.map(\.text) == ["first"])
    try file.append(Array(whole.dropFirst(20)))
    #expect(try log.lines(of: "a", after: first.cursor).lines.map(\.text) == ["whole"])
  }

  @Test func `a log that begins later is read from its beginning`() throws {
    let cursor = try log.lastLines(of: "a", count: 10).cursor
    try rotating(limitBytes: 1 << 20, kept: 2).append(line(1, "first"))
    #expect(try log.lines(of: "a", after: cursor).lines.map(\.text) == ["first"])
  }

  @Test func `the lines of a run go on in each of its locations, new ones included`() throws {
    let (a, b) = (
      try rotating("a", limitBytes: 200, kept: 3), try rotating("b", limitBytes: 200, kept: 3)
    )
    let time = { (second: Int64) in Timestamp(milliseconds: second * 1000) }
    try a.append(line(1, "before") + line(2, "a1"))
    let one = [RunSpan(location: "a", from: time(2))]
    let first = try log.lines(during: one, count: 10)
    #expect(first.lines.map(\.text) == ["a1"])
    try a.append(line(4, "a2") + line(9, "after"))
    try b.append(line(3, "b1") + line(5, "b2"))
    let both = [
      RunSpan(location: "a", from: time(2), to: time(5)), RunSpan(location: "b", from: time(3)),
    ]
    let next = try log.lines(during: both, after: first.cursor)
    #expect(next.lines.map(\.text) == ["b1", "a2", "b2"])
    #expect(try log.lines(during: both, after: next.cursor).lines.isEmpty)
  }

  @Test(arguments: ["x", "a:1-2", "a:1-2-3-4", "a:1--2-3", ":1-2-3", "a:b-2-3", "a:1-2-3;b:1-2-3"])
  func `a cursor that is none is refused`(text: String) throws {
    #expect(LogCursor(text) == nil)
    let test = try TestHost()
    let response = try test.client(.direct).send(
      .get(APIPath.runLogs("x"), query: ["cursor": text])
    )
    #expect(
      response.text
        == #"{"type":"urn:hanse:problem:invalid-parameter","title":"Invalid parameter","#
        + #""status":400,"detail":"cursor is \"\#(text)\"; expected the \"next\" of an earlier "#
        + #"answer","instance":"/api/v1/runs/x/logs","parameter":"cursor"}"#
    )
  }

  @Test func `a cursor survives being written and read`() throws {
    let cursor = LogCursor(positions: [
      "b-c": LogPosition(inode: .max, offset: 7, milliseconds: 9), "a": .start,
    ])
    #expect(cursor.text == "a:0-0-0,b-c:18446744073709551615-7-9")
    #expect(LogCursor(cursor.text) == cursor)
  }
}
