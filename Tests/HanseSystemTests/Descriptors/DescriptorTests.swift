import HanseSystem
import Testing

@Suite(.timeLimit(.minutes(10))) struct DescriptorTests {
  private let ends: (reading: Descriptor, writing: Descriptor)

  init() throws {
    Signals.ignoreBrokenPipe()
    ends = try Pipe.make()
  }

  @Test func `what is written arrives behind what the buffer held`() throws {
    var buffer: [UInt8] = [1]
    #expect(try ends.writing.write([2, 3, 4]) == .wrote(3))
    #expect(try ends.reading.read(into: &buffer, upTo: 2) == .bytes(2))
    #expect(buffer == [1, 2, 3])
    #expect(try ends.reading.read(into: &buffer, upTo: 2) == .bytes(1))
    #expect(buffer == [1, 2, 3, 4])
  }

  @Test func `a pipe without writers is at its end`() throws {
    ends.writing.close()
    var buffer: [UInt8] = []
    #expect(try ends.reading.read(into: &buffer, upTo: 8) == .endOfFile)
    #expect(buffer.isEmpty)
  }

  @Test func `a pipe without readers is broken, and the process lives`() throws {
    ends.reading.close()
    try waitForHangUp(of: ends.writing)
    #expect(try ends.writing.write([1]) == .broken)
    let error = #expect(throws: SystemError.self) { try ends.writing.writeAll([1]) }
    #expect(error?.description == "write: Broken pipe (EPIPE)")
  }

  @Test func `an empty pipe that does not wait would block`() throws {
    try ends.reading.setNonBlocking(true)
    var buffer: [UInt8] = []
    #expect(try ends.reading.read(into: &buffer, upTo: 8) == .wouldBlock)
  }

  @Test func `a full pipe that does not wait would block after what fits`() throws {
    try ends.writing.setNonBlocking(true)
    let chunk = [UInt8](repeating: 7, count: 4096)
    var written = 0
    while case .wrote(let count) = try ends.writing.write(chunk[...]) { written += count }
    #expect(written > 0)
    #expect(try ends.writing.write([1]) == .wouldBlock)

    var buffer: [UInt8] = []
    #expect(try ends.reading.read(into: &buffer, upTo: written) == .bytes(written))
  }

  @Test func `a grown pipe holds what it was grown to`() throws {
    try #require(Pipe.grow(ends.writing, toBytes: 1 << 18))
    try ends.writing.setNonBlocking(true)
    let chunk = [UInt8](repeating: 7, count: 1 << 18)
    #expect(try ends.writing.write(chunk[...]) == .wrote(1 << 18))
  }

  @Test(arguments: [false, true])
  func `writing all waits for a slow reader`(nonBlocking: Bool) throws {
    let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    try ends.writing.setNonBlocking(nonBlocking)
    let received = Monitor<[UInt8]>([])
    let reading = ends.reading
    let thread = try OSThread.start(name: "reader") {
      do {
        let all = try reading.readAll(limitBytes: 2_000_000)
        received.update { $0 = all }
      } catch {
        Issue.record(error)
      }
    }
    try ends.writing.writeAll(bytes)
    ends.writing.close()
    thread.join()
    #expect(received.withLock { $0 } == bytes)
  }

  @Test func `a file of exactly the limit is read, one byte more is refused`() throws {
    try ends.writing.writeAll([1, 2, 3])
    ends.writing.close()
    let copy = try Pipe.make()
    try copy.writing.writeAll([1, 2, 3, 4])
    copy.writing.close()

    #expect(try ends.reading.readAll(limitBytes: 3) == [1, 2, 3])
    let error = #expect(throws: SystemError.self) { try copy.reading.readAll(limitBytes: 3) }
    #expect(error?.description == "read: File too large (EFBIG)")
  }

  @Test func `a closed descriptor says so`() throws {
    ends.reading.close()
    var buffer: [UInt8] = []
    let error = #expect(throws: SystemError.self) {
      try ends.reading.read(into: &buffer, upTo: 1)
    }
    #expect(error?.description == "read: Bad file descriptor (EBADF)")
    #expect(ends.reading.isClosed)
  }

  @Test func `a duplicate outlives the original`() throws {
    let copy = try ends.writing.duplicate()
    ends.writing.close()
    #expect(try copy.write([9]) == .wrote(1))
    #expect(copy.number >= 3)
  }

  @Test func `letting go of a descriptor closes it`() throws {
    let reading = ends.reading
    func makeAndForget() throws { _ = try Pipe.make().writing.duplicate() }
    try makeAndForget()
    var copy: Descriptor? = try ends.writing.duplicate()
    ends.writing.close()
    _ = try copy?.write([1])
    copy = nil
    #expect(try reading.readAll(limitBytes: 8) == [1])
  }

  @Test func `a descriptor closed amid use by many threads is closed once, after the last`() throws
  {
    for _ in 0..<200 {
      let pipe = try Pipe.make()
      let threads = try (0..<3).map { number in
        try OSThread.start(name: "user \(number)") {
          do {
            while true { _ = try pipe.writing.duplicate() }
          } catch {
            #expect("\(error)" == "duplicate: Bad file descriptor (EBADF)")
          }
        }
      }
      pipe.writing.close()
      pipe.writing.close()
      for thread in threads { thread.join() }
      #expect(try pipe.reading.readAll(limitBytes: 8) == [])
    }
  }
}
