import HanseHost
import HanseModel
import HanseSystem
import Testing

@testable import HanseAPI

/// What a page of a log costs depends on the page, and what it holds on nothing else.
@Suite(.timeLimit(.minutes(10))) struct ComputeLogCostTests {
  private let folder: LogFolder
  private let log: ComputeLogReader

  init() throws {
    folder = try LogFolder()
    log = folder.reader
  }

  private func time(_ millisecond: Int64) -> Timestamp { Timestamp(milliseconds: millisecond) }

  /// 12 MiB in four files, a line of 1 KiB each 100 ms, and beside it a short log.
  private func fill() throws -> Int64 {
    let file = try folder.rotating("long", limitBytes: 3 << 20, kept: 4)
    let text = String(repeating: "x", count: 990)
    var number: Int64 = 0
    for _ in 0..<120 {
      var bytes: [UInt8] = []
      for _ in 0..<100 {
        bytes += Array("\(time(number * 100)) g1 | \(number) \(text)\n".utf8)
        number += 1
      }
      try file.append(bytes)
    }
    try folder.rotating("calm", limitBytes: 3 << 20, kept: 4)
      .append(Array("\(time(200_000)) g1 | calm\n".utf8))
    return number
  }

  @Test func `the last lines of a long log are read from its end`() throws {
    let count = try fill()
    let found = try log.lastLines(of: "long", count: 20)
    #expect(found.lines.map { $0.time } == (count - 20..<count).map { time($0 * 100) })
    #expect(found.readBytes < 256 << 10, "\(found.readBytes) bytes")
    #expect(try log.lines(of: "long", after: found.cursor).lines.isEmpty)
  }

  /// The window is in the first, the second, the third and the last file.
  @Test(arguments: [300, 4000, 7000, 11_900] as [Int64])
  func `an old run's lines are found without reading what came after`(start: Int64) throws {
    _ = try fill()
    let spans = [
      RunSpan(location: "long", from: time(start * 100), to: time((start + 50) * 100)),
      RunSpan(location: "long", from: time((start + 80) * 100), to: time((start + 90) * 100)),
      RunSpan(location: "calm", from: time(0), to: time(300_000)),
    ]
    let found = try log.lines(during: spans, count: 1000)
    let numbers = (start...start + 51).map { $0 } + (start + 80...start + 91).map { $0 }
    let own = found.lines.filter { $0.location == "long" }
    #expect(own.map(\.time) == numbers.map { time($0 * 100) })
    #expect(found.lines.count == own.count + 1)
    #expect(found.readBytes < 1 << 20, "\(found.readBytes) bytes")
    // What the run writes later comes after the page, and nothing that is in it.
    #expect(try log.lines(during: spans, after: found.cursor).lines.isEmpty)
  }

  @Test func `a run of many short steps costs no more for their number`() throws {
    let count = try fill()
    // Each 300 ms a step of 50 ms: what is written later than 100 ms after it is not its own.
    let spans = stride(from: 0, to: count * 100, by: 300).map { start in
      RunSpan(location: "long", from: time(start), to: time(start + 50))
    }
    let found = try log.lines(during: spans, count: 200)
    #expect(found.lines.count == 200)
    #expect(found.lines.allSatisfy { $0.time.milliseconds % 300 < 200 })
    // 200 of 300 lines of 1 KiB.
    #expect(found.readBytes < 768 << 10, "\(found.readBytes) bytes")
    let touching = stride(from: 0, to: count * 100, by: 100).map { start in
      RunSpan(location: "long", from: time(start), to: time(start + 50))
    }
    #expect(touching.merged.count == 1 && spans.merged.count == spans.count)
    #expect(try log.lines(during: touching, count: 200).lines.count == 200)
  }

  @Test func `a location that is new to a cursor is read from the run's time on`() throws {
    let count = try fill()
    let spans = [RunSpan(location: "long", from: time((count - 10) * 100))]
    let found = try log.lines(during: spans, after: LogCursor())
    #expect(found.lines.count == 10)
    #expect(found.readBytes < 512 << 10, "\(found.readBytes) bytes")
  }

  @Test func `a page has no more than its bytes, and the newest lines of them`() throws {
    let count = try fill()
    let span = RunSpan(location: "long", from: time(0))
    for found in [
      try log.lines(during: [span], count: 100_000), try log.lastLines(of: "long", count: 100_000),
    ] {
      let bytes = found.lines.reduce(0) { $0 + $1.text.utf8.count }
      #expect(bytes < ComputeLogReader.pageBytes && bytes > ComputeLogReader.pageBytes / 2)
      #expect(found.lines.last?.time == time((count - 1) * 100))
      #expect(found.readBytes < ComputeLogReader.pageBytes + (1 << 20))
    }
  }

  /// Every way to ask gives what a plain look at all lines gives.
  @Test func `any page of any log is what a search through everything finds`() throws {
    let seed = Environment.value("HANSE_SEED").flatMap { UInt64($0) } ?? Random.uint64()
    var random = SplitMix(seed: seed)
    for round in 0..<25 {
      let names = (0..<Int.random(in: 1...3, using: &random)).map { LocationName("\(round)-\($0)") }
      var all: [ComputeLogLine] = []
      for name in names { all += try write(name, &random) }
      let last = all.map(\.time.milliseconds).max() ?? 0
      let spans = (0..<Int.random(in: 1...5, using: &random)).map { _ -> RunSpan in
        let from = Int64.random(in: 0...last + 10, using: &random)
        let to = from + Int64.random(in: 0...max(1, last / 3), using: &random)
        return RunSpan(
          location: names.randomElement(using: &random) ?? "",
          generation: Bool.random(using: &random) ? Generation(1) : nil,
          run: Bool.random(using: &random) ? "r1" : nil,
          from: time(from),
          to: Int.random(in: 0..<6, using: &random) == 0 ? nil : time(to)
        )
      }
      let count = [1, 10, 200, 10_000].randomElement(using: &random) ?? 1
      let expected = all.filter { line in spans.contains { fits(line, $0) } }
      let found = try log.lines(during: spans, count: count).lines
      #expect(found == byTime(expected).suffix(count), "HANSE_SEED=\(seed), round \(round)")
      for name in names {
        let own = all.filter { $0.location == name }
        let tail = try log.lastLines(of: name, count: count).lines
        #expect(tail == own.suffix(count), "HANSE_SEED=\(seed), round \(round), \(name)")
        var (cursor, read) = (LogCursor(), [ComputeLogLine]())
        while case let page = try log.lines(of: name, after: cursor), page.cursor != cursor {
          (cursor, read) = (page.cursor, read + page.lines)
        }
        #expect(read == own, "HANSE_SEED=\(seed), round \(round), \(name)")
      }
    }
  }

  private func fits(_ line: ComputeLogLine, _ span: RunSpan) -> Bool {
    let end = span.to.map { $0.milliseconds + 100 } ?? .max
    return line.location == span.location && line.time >= span.from
      && line.time.milliseconds <= end
      && (span.generation == nil || span.generation == line.generation)
      && (span.run == nil || line.run == nil || line.run == span.run)
  }

  private func byTime(_ lines: [ComputeLogLine]) -> [ComputeLogLine] {
    lines.enumerated().sorted {
      ($0.element.time, $0.element.location, $0.offset)
        < ($1.element.time, $1.element.location, $1.offset)
    }.map(\.element)
  }

  /// Writes a log of some files and gives the lines that are left in them.
  private func write(_ name: LocationName, _ random: inout SplitMix) throws -> [ComputeLogLine] {
    let kept = Int.random(in: 1...4, using: &random)
    let file = try folder.rotating(
      name,
      limitBytes: Int.random(in: 20_000...300_000, using: &random),
      kept: kept
    )
    var now: Int64 = 0
    for _ in 0..<Int.random(in: 0...1500, using: &random) {
      now += Int64.random(in: 0...3, using: &random) * 20
      let long = Int.random(in: 0..<200, using: &random) == 0 ? 16_000 : 200
      let text = String(repeating: "y", count: Int.random(in: 0...long, using: &random))
      let generation = Int.random(in: 1...2, using: &random)
      let run = ["", "/r1", "/r2"].randomElement(using: &random) ?? ""
      try file.append(Array("\(time(now)) g\(generation)\(run) | \(text)\n".utf8))
    }
    var lines: [ComputeLogLine] = []
    let path = folder.state.computeLog(of: name)
    for number in stride(from: kept - 1, through: 0, by: -1) {
      let path = number == 0 ? path : "\(path).\(number)"
      guard try Files.status(path) != nil else { continue }
      let text = String(decoding: try Files.read(path, limitBytes: 1 << 24), as: UTF8.self)
      lines += text.split(separator: "\n").compactMap { parse(String($0), name) }
    }
    return lines
  }

  private func parse(_ line: String, _ name: LocationName) -> ComputeLogLine? {
    let parts = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, let time = Timestamp(String(parts[0])) else { return nil }
    let mark = parts[1].dropFirst().split(separator: "/")
    return ComputeLogLine(
      location: name,
      time: time,
      generation: Generation(mark.first.flatMap { Int($0) } ?? 0),
      run: mark.count == 2 ? RunID(String(mark[1])) : nil,
      text: String(parts[3])
    )
  }
}

/// A small source of reproducible randomness.
private struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
