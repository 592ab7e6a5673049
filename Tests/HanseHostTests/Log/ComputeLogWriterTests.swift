import HanseModel
import HanseSystem
import Testing

@testable import HanseHost

/// One location's log is written elsewhere, in order, and what fails is counted.
@Suite(.timeLimit(.minutes(10))) struct ComputeLogWriterTests {
  private func file(_ bench: Bench) throws -> RotatingFile {
    try RotatingFile(
      directory: bench.directory,
      name: "log",
      limitBytesPerFile: 16 << 20,
      keptFiles: 2
    )
  }

  @Test func `what is handed over is written in its order, in few parts`() throws {
    let bench = try Bench()
    let writes = Monitor(0)
    let writer = ComputeLogWriter(
      name: "alpha",
      file: try file(bench),
      beforeWrite: { _ in writes.update { $0 += 1 } }
    )
    for number in 0..<10_000 {
      writer.append(Array("\(number)\n".utf8), prefix: [], Generation(1 + number / 5000))
    }
    let end = writer.end
    #expect(writer.close())
    #expect(writer.isWritten(upTo: end) && writer.waitingBytes == 0)
    let text = try bench.text("log")
    #expect(text == (0..<10_000).map { "\($0)\n" }.joined())
    #expect(text.utf8.count == end)
    #expect(writes.withLock { $0 } < 10_000)
  }

  @Test func `one that wrote nothing has no thread to wait for`() throws {
    let writer = ComputeLogWriter(
      name: "alpha",
      file: try file(try Bench()),
      beforeWrite: { _ in Issue.record("nothing was to be written") }
    )
    #expect(writer.isWritten(upTo: 0) && !writer.hasLosses)
    #expect(writer.close())
  }

  @Test
  func `what a disk that hangs keeps waiting is told once it is written, and holds up no end`()
    throws
  {
    let bench = try Bench()
    let isOpen = Monitor(false)
    let told = Monitor(0)
    let writer = ComputeLogWriter(
      name: "alpha",
      file: try file(bench),
      beforeWrite: { _ in isOpen.wait { $0 } },
      tell: { told.update { $0 += 1 } }
    )
    writer.append(Array("one\n".utf8), prefix: [], Generation(1))
    #expect(!writer.isWritten(upTo: 4) && writer.waitingBytes == 4)
    #expect(!writer.close(within: .milliseconds(50)))
    #expect(told.withLock { $0 } == 0)
    isOpen.update { $0 = true }
    #expect(writer.close(within: .seconds(60)))
    // Asked for once, told once.
    #expect(told.withLock { $0 } == 1 && writer.isWritten(upTo: 4))
    #expect(try bench.text("log") == "one\n")
  }

  @Test func `losses are counted by the process, and told once until they are taken`() throws {
    let full = try RotatingFile(
      directory: "/dev",
      name: "full",
      limitBytesPerFile: 1 << 20,
      keptFiles: 1
    )
    let told = Monitor(0)
    let writer = ComputeLogWriter(
      name: "alpha",
      file: full,
      tell: { told.update { $0 += 1 } }
    )
    for number in 1...4 {
      writer.append(Array("a\nb\n".utf8), prefix: [], Generation(number % 2))
    }
    #expect(writer.close())
    #expect(told.withLock { $0 } == 1)
    let losses = writer.takeLosses()
    #expect(losses.map(\.generation) == [Generation(0), Generation(1)])
    #expect(losses.map(\.loss.lines) == [4, 4] && losses.map(\.loss.bytes) == [8, 8])
    // What is lost counts as written: nothing waits for it.
    #expect(writer.isWritten(upTo: writer.end))
  }
}
