import HanseModel
import HanseSystem
import Testing

@testable import HanseHost

/// What a compute log does not hold is told.
@Suite(.timeLimit(.minutes(10))) struct LogLossTests {
  private static let prefix = "1970-01-01T00:00:00.000Z g1 | "

  private func file(_ bench: Bench, limitBytes: Int = 1 << 20) throws -> RotatingFile {
    try RotatingFile(
      directory: bench.directory,
      name: "log",
      limitBytesPerFile: limitBytes,
      keptFiles: 2
    )
  }

  private func writer(_ file: RotatingFile) -> ComputeLogWriter {
    ComputeLogWriter(name: "alpha", file: file)
  }

  private func append(_ text: String, to log: inout ComputeLog) {
    let bytes = Array(text.utf8)
    log.append(bytes[...], generation: Generation(1), at: Timestamp(milliseconds: 0))
  }

  /// What a writer tells the loop.
  private final class Told: Sendable {
    private let count = Monitor(0)

    func tell() { count.update { $0 += 1 } }

    /// Waits until there is something that was not waited for before.
    func next() {
      _ = count.wait { count -> Bool? in
        guard count > 0 else { return nil }
        count -= 1
        return true
      }
    }
  }

  @Test(arguments: [1, 3, 16_384, 16_385, 50_000, 1 << 20])
  func `a long line is kept whole, in several lines`(size: Int) throws {
    let bench = try Bench()
    let text = String((0..<50_000).map { Character(Unicode.Scalar(UInt8(97 + $0 % 26))) })
    let writer = writer(try file(bench))
    var log = ComputeLog(writer: writer)
    var rest = (text + "\nend\n")[...]
    while !rest.isEmpty {
      append(String(rest.prefix(size)), to: &log)
      rest = rest.dropFirst(size)
    }
    #expect(writer.close())
    let lines = try bench.text("log").split(separator: "\n").map { $0.dropFirst(Self.prefix.count) }
    #expect(lines.map(\.count) == [16_384, 16_384, 16_384, 848, 3])
    #expect(lines.dropLast().joined() == text)
    #expect(!writer.hasLosses)
  }

  @Test func `what had to make room for newer lines is told in the log`() throws {
    let bench = try Bench()
    let told = Told()
    let writer = ComputeLogWriter(
      name: "alpha",
      file: try file(bench, limitBytes: 200),
      tell: { told.tell() }
    )
    var log = ComputeLog(writer: writer)
    let line = Self.prefix.count + 1
    // Two lines fill a file. The fifth takes the place of the first two; with what tells of that
    // the file is nearly full, so that the sixth takes the place of the next two.
    for number in 1...6 {
      append("\(number)" + String(repeating: "x", count: 99 - line) + "\n", to: &log)
      // One by one: what comes while a line is written goes into the file together.
      while !writer.isWritten(upTo: writer.end) { told.next() }
    }
    #expect(writer.close())
    let text = try bench.text("log.1") + bench.text("log")
    let notes = text.split(separator: "\n").filter { $0.contains("hanse: ") }
    let note = "\(Self.prefix)hanse: the log is full; its oldest 200 bytes have made room"
    #expect(notes.map(String.init) == [note, note])
    #expect(!writer.hasLosses)
  }

  @Test func `what cannot be written is counted, in lines and bytes`() throws {
    // A device on which every write fails for want of space.
    let full = try RotatingFile(
      directory: "/dev",
      name: "full",
      limitBytesPerFile: 1 << 20,
      keptFiles: 1
    )
    let writer = writer(full)
    var log = ComputeLog(writer: writer)
    append("one\ntwo\nthr", to: &log)
    append("ee\n", to: &log)
    #expect(writer.close())
    let losses = writer.takeLosses()
    #expect(losses.map(\.generation) == [Generation(1)])
    let loss = ComputeLogWriter.Loss(
      lines: 3,
      bytes: 3 * (Self.prefix.count + 1) + 11,
      reason: "write \"/dev/full\": No space left on device (ENOSPC)"
    )
    #expect(losses.first?.loss == loss)
    // Taken once.
    #expect(!writer.hasLosses && writer.takeLosses().isEmpty)
  }

  @Test func `a log on a full disk costs the location nothing and is told in the event log`() throws
  {
    let bench = try Bench()
    let configuration = try bench.configuration([bench.script("alpha", "status")])
    let state = StateDirectory(path: configuration.stateDirectory)
    try Files.createDirectories(state.computeLogs)
    try bench.shell("ln -s /dev/full '\(state.computeLog(of: "alpha"))'")
    let host = try Host.start(configuration)
    defer { host.stop() }
    try host.settled()
    #expect(try host.run("alpha/one").status == .succeeded)
    let lost = try host.event("the loss") { $0.payload.kind == "location.log-lost" }
    #expect(lost.record.location == "alpha" && lost.record.generation == Generation(1))
    let line = "2026-01-01T00:00:00.000Z g1 | no database at db:5432\n"
    #expect(
      lost.record.payload
        == .logLost(
          count: 1,
          bytes: line.utf8.count,
          reason: "write \"\(state.computeLog(of: "alpha"))\": No space left on device (ENOSPC)"
        )
    )
    host.stop()
    #expect(host.waitUntilStopped() == nil)
  }
}
