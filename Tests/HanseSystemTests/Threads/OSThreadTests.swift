import HanseSystem
import Testing

@Suite(.timeLimit(.minutes(10))) struct OSThreadTests {
  @Test(arguments: [("short", "short"), ("a name too long for the kernel", "a name too long")])
  func `a thread runs under its name, as much of it as fits`(name: String, kept: String) throws {
    let found = Monitor<String?>(nil)
    let thread = try OSThread.start(name: name) {
      do {
        let bytes = try Files.read("/proc/thread-self/comm", limitBytes: 100)
        found.update { $0 = String(decoding: bytes.dropLast(), as: UTF8.self) }
      } catch {
        Issue.record(error)
      }
    }
    thread.join()
    thread.join()
    #expect(found.withLock { $0 } == kept)
  }

  @Test func `a thread has the stack it was given`() throws {
    @Sendable func depth(_ count: Int) -> Int {
      var room: (Int, Int, Int, Int, Int, Int, Int, Int) = (count, 0, 0, 0, 0, 0, 0, 0)
      if count > 0 { room.7 = depth(count - 1) }
      return room.7 + 1
    }
    let reached = Monitor(0)
    let thread = try OSThread.start(name: "deep", stackSizeBytes: 64 << 20) {
      let result = depth(50_000)
      reached.update { $0 = result }
    }
    thread.join()
    #expect(reached.withLock { $0 } == 50_001)
  }

  @Test func `a thread nobody holds runs to its end`() throws {
    let done = Monitor(false)
    try OSThread.start(name: "forgotten") { done.update { $0 = true } }
    #expect(done.wait { $0 })
  }

  @Test func `a stack that cannot be had is an error that names the thread`() {
    let error = #expect(throws: SystemError.self) {
      try OSThread.start(name: "huge", stackSizeBytes: 1 << 50) {}
    }
    #expect(
      error?.description
        == #"start thread "huge": Resource temporarily unavailable (EAGAIN)"#
    )
  }
}
