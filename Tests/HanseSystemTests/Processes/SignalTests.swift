import Glibc
import HanseSystem
import Testing

@Suite(.timeLimit(.minutes(10))) struct SignalTests {
  @Test(
    arguments: [
      (Signal.hangUp, "SIGHUP", 1), (.interrupt, "SIGINT", 2), (.kill, "SIGKILL", 9),
      (.terminate, "SIGTERM", 15), (Signal(number: 99), "signal 99", 99),
    ] as [(Signal, String, Int32)]
  )
  func `a signal has its usual name`(signal: Signal, name: String, number: Int32) {
    #expect(signal.description == name)
    #expect(signal.number == number)
  }

  @Test func `a blocked signal is read, once, in the thread it is pending for`() throws {
    let seen = Monitor<[Signal?]>([])
    let thread = try OSThread.start(name: "signals") {
      do {
        try Signals.block([.user1, .user2])
        let reader = try SignalReader([.user1, .user2])
        let before = try reader.next()
        #expect(raise(SIGUSR2) == 0)
        let first = try reader.next()
        let second = try reader.next()
        seen.update { $0 = [before, first, second] }
      } catch {
        Issue.record(error)
      }
    }
    thread.join()
    #expect(seen.withLock { $0 } == [nil, .user2, nil])
  }
}
