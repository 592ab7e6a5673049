import HanseSystem
import Testing

@Suite(.timeLimit(.minutes(10))) struct PollerTests {
  private let poller: Poller
  private let pipe: (reading: Descriptor, writing: Descriptor)

  init() throws {
    poller = try Poller()
    pipe = try Pipe.make()
  }

  private func ready(waitMilliseconds: Int? = 0) throws -> [Poller.Ready] {
    var ready = [Poller.Ready(token: 99, readable: true, writable: true, hangUp: true)]
    try poller.wait(upToMilliseconds: waitMilliseconds, into: &ready)
    return ready
  }

  @Test func `nothing is ready before something happens`() throws {
    try poller.add(pipe.reading, token: 1, interest: .read)
    #expect(try ready().isEmpty)
  }

  @Test func `a descriptor stays ready until it was read empty`() throws {
    try poller.add(pipe.reading, token: 7, interest: .read)
    try pipe.writing.writeAll([1, 2])
    let expected = Poller.Ready(token: 7, readable: true, writable: false, hangUp: false)
    var buffer: [UInt8] = []
    #expect(try ready() == [expected])
    _ = try pipe.reading.read(into: &buffer, upTo: 1)
    #expect(try ready() == [expected])
    _ = try pipe.reading.read(into: &buffer, upTo: 1)
    #expect(try ready().isEmpty)
  }

  @Test func `interest can be changed and withdrawn`() throws {
    try poller.add(pipe.writing, token: .max, interest: [])
    #expect(try ready().isEmpty)
    try poller.modify(pipe.writing, token: .max, interest: .write)
    #expect(
      try ready() == [Poller.Ready(token: .max, readable: false, writable: true, hangUp: false)]
    )
    try poller.remove(pipe.writing)
    #expect(try ready().isEmpty)
  }

  @Test func `a reader learns that the writer has gone, and has its last bytes`() throws {
    try poller.add(pipe.reading, token: 1, interest: .read)
    try pipe.writing.writeAll([1])
    pipe.writing.close()
    try waitForHangUp(of: pipe.reading)
    #expect(
      try ready() == [Poller.Ready(token: 1, readable: true, writable: false, hangUp: true)]
    )
  }

  @Test func `a writer learns that the reader has gone without asking`() throws {
    try poller.add(pipe.writing, token: 1, interest: [])
    pipe.reading.close()
    #expect(
      try ready(waitMilliseconds: nil) == [
        Poller.Ready(token: 1, readable: false, writable: false, hangUp: true)
      ]
    )
  }

  @Test func `more descriptors than one wait reports are all reported in the next`() throws {
    let pipes = try (0..<100).map { _ in try Pipe.make() }
    for (index, pipe) in pipes.enumerated() {
      try poller.add(pipe.reading, token: UInt64(index), interest: .read)
      try pipe.writing.writeAll([1])
    }
    var seen: Set<UInt64> = []
    for _ in 0..<2 {
      for entry in try ready() {
        seen.insert(entry.token)
        var buffer: [UInt8] = []
        _ = try pipes[Int(entry.token)].reading.read(into: &buffer, upTo: 1)
      }
    }
    #expect(seen.count == 100)
  }

  @Test func `a waker ends an endless wait, and many wakes count as one`() throws {
    let waker = try Waker()
    try poller.add(waker.descriptor, token: 3, interest: .read)
    let thread = try OSThread.start(name: "waker") { for _ in 0..<3 { waker.wake() } }
    #expect(try ready(waitMilliseconds: nil).map(\.token) == [3])
    thread.join()
    waker.drain()
    #expect(try ready().isEmpty)
    waker.drain()
    waker.wake()
    #expect(try ready().map(\.token) == [3])
  }

  @Test func `a wait that nothing ends lasts as long as was asked`() throws {
    let start = MonotonicClock.milliseconds()
    #expect(try ready(waitMilliseconds: 20).isEmpty)
    #expect(MonotonicClock.milliseconds() >= start + 20)
  }

  @Test func `watching twice is an error that names the descriptor`() throws {
    try poller.add(pipe.reading, token: 1, interest: .read)
    let error = #expect(throws: SystemError.self) {
      try poller.add(pipe.reading, token: 1, interest: .read)
    }
    #expect(
      error?.description == "watch \"descriptor \(pipe.reading.number)\": File exists (EEXIST)"
    )
  }
}
