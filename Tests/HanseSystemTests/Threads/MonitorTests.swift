import HanseSystem
import Testing

@Suite(.timeLimit(.minutes(10))) struct MonitorTests {
  @Test func `values handed from thread to thread arrive in order, none lost`() throws {
    let queue = Monitor<[Int]>([])
    let received = Monitor<[Int]>([])
    let consumer = try OSThread.start(name: "consumer") {
      var all: [Int] = []
      while all.count < 1000 {
        let next = queue.wait { $0.isEmpty ? nil : $0.removeFirst() }
        queue.notifyAll()
        if let next { all.append(next) }
      }
      let result = all
      received.update { $0 = result }
    }
    for number in 0..<1000 {
      queue.wait { $0.count < 5 }
      queue.withLock { $0.append(number) }
      queue.notifyOne()
    }
    consumer.join()
    #expect(received.withLock { $0 } == Array(0..<1000))
  }

  @Test func `no increment of many threads is lost`() throws {
    let count = Monitor(0)
    let threads = try (0..<4).map { number in
      try OSThread.start(name: "adder \(number)") {
        for _ in 0..<5000 { count.withLock { $0 += 1 } }
      }
    }
    for thread in threads { thread.join() }
    #expect(count.withLock { $0 } == 20_000)
  }

  @Test func `a wait ends at its deadline when nothing comes`() {
    let monitor = Monitor(false)
    let deadline = MonotonicClock.milliseconds(after: .milliseconds(20))
    #expect(!monitor.wait(untilMilliseconds: deadline) { $0 })
    #expect(MonotonicClock.milliseconds() >= deadline)
  }

  @Test func `a deadline in the past still sees a value that is there`() {
    let monitor = Monitor<Int?>(4)
    let found = monitor.wait(untilMilliseconds: 0) { value in
      defer { value = nil }
      return value
    }
    #expect(found == 4)
    #expect(monitor.withLock { $0 } == nil)
  }

  @Test func `an error inside the lock comes out, and the lock is free again`() {
    let monitor = Monitor(1)
    #expect(throws: SystemError(operation: "try", number: 1)) {
      try monitor.withLock { (value) throws(SystemError) in
        value = 2
        throw SystemError(operation: "try", number: 1)
      }
    }
    #expect(monitor.withLock { $0 } == 2)
  }

  @Test func `a value is let go of with its monitor`() {
    final class Probe: Sendable {}
    weak var probe: Probe?
    do {
      let value = Probe()
      probe = value
      let monitor = Monitor(value)
      monitor.withLock { #expect($0 === probe) }
    }
    #expect(probe == nil)
  }
}
