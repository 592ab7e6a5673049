import Glibc
import HanseSystem
import Testing

@Suite(.timeLimit(.minutes(10))) struct MachineTests {
  @Test func `the monotonic clock never goes back`() {
    let times = (0..<1000).map { _ in MonotonicClock.nanoseconds() }
    #expect(times == times.sorted())
    let ahead = MonotonicClock.milliseconds(after: .seconds(2))
    #expect((1000...2001).contains(Int(ahead) - Int(MonotonicClock.milliseconds())))
  }

  @Test func `the wall clock is in this century`() {
    #expect((1_700_000_000_000..<4_100_000_000_000).contains(WallClock.millisecondsSince1970()))
  }

  @Test func `the environment is seen whole and by name`() throws {
    let all = Environment.all()
    let path = try #require(all["PATH"])
    #expect(Environment.value("PATH") == path)
    #expect(Environment.value("NO_SUCH_VARIABLE_HERE") == nil)
  }

  @Test func `a process knows itself`() throws {
    #expect(SelfProcess.pid > 0)
    #expect(try Files.status(SelfProcess.executablePath())?.isExecutable == true)
    #expect(SelfProcess.peakResidentBytes > 1 << 20)
  }

  @Test func `the memory of a child is measured, that of a dead one is an error`() throws {
    let child = try RunningShell("echo ready; read line")
    #expect(try child.nextLine() == "ready")
    let bytes = try SelfProcess.proportionalSetSizeBytes(child.process.pid)
    #expect((10_000..<100_000_000).contains(bytes))
    child.process.signal(.kill)
    _ = try child.process.waitForExit()
    #expect(throws: SystemError.self) {
      try SelfProcess.proportionalSetSizeBytes(child.process.pid)
    }
  }

  @Test func `a process can ask to adopt its orphans`() async {
    await #expect(processExitsWith: .exitCode(3)) {
      try SelfProcess.becomeSubreaper()
      SelfProcess.exit(3)
    }
  }

  @Test func `a pipe is no terminal and has no columns`() throws {
    let pipe = try Pipe.make()
    #expect(!Terminal.isTerminal(pipe.reading))
    #expect(Terminal.columns(pipe.reading) == nil)
  }

  @Test func `random bytes come in any number and do not repeat`() {
    for count in [0, 1, 7, 300, 100_000] { #expect(Random.bytes(count).count == count) }
    #expect(Set((0..<1000).map { _ in Random.uint64() }).count == 1000)
    #expect(Set(Random.bytes(10_000)).count == 256)
  }

  @Test func `an error reads as operation, subject, reason and symbol`() {
    let error = SystemError(operation: "open", number: ENOENT, subject: "/x/y")
    #expect(error.description == #"open "/x/y": No such file or directory (ENOENT)"#)
    #expect(
      SystemError(operation: "poll", number: EBADF).description
        == "poll: Bad file descriptor (EBADF)"
    )
    #expect(SystemError(operation: "poll", number: 9999).symbol == "errno 9999")
  }
}
