import HanseSystem
import Testing

/// Processes are found by what stands in their environment.
@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct MarkedProcessTests {
  private func marked(_ variable: String) throws -> [(process: ProcessIdentity, value: String)] {
    try MarkedProcesses.list(variable: variable)
  }

  @Test func `a child and all that it started are found by the whole name of a variable`() throws {
    let variable = "HANSE_TEST_\(Random.uint64())"
    let shell = try RunningShell(
      "setsid sleep infinity >&2 & env -i sleep infinity >&2 & echo ready; read -r _; kill $!",
      environment: [variable: "a value = with blanks", "PATH": "/usr/bin:/bin"]
    )
    #expect(try shell.nextLine() == "ready")
    let found = try marked(variable)
    // The one that dropped its environment is not among them, unless it has not done so yet.
    #expect(found.count >= 2)
    #expect(found.contains { $0.process.pid == shell.process.pid })
    #expect(found.allSatisfy { $0.value == "a value = with blanks" })
    #expect(try marked(String(variable.dropLast())).isEmpty)
    for (process, _) in found where process.pid != shell.process.pid {
      #expect(process.kill(waitingMilliseconds: 10_000))
    }
    #expect(try shell.process.reap() == nil)
  }

  @Test func `a process that has ended is not killed, whoever has its number`() throws {
    let shell = try RunningShell("read -r _")
    let process = try #require(ProcessIdentity(of: shell.process.pid))
    shell.input.close()
    _ = try shell.process.waitForExit()
    #expect(ProcessIdentity(of: shell.process.pid) != process)
    #expect(!process.kill(waitingMilliseconds: 0))
  }

  @Test func `a value that is longer than any of ours is passed over`() throws {
    let variable = "HANSE_TEST_\(Random.uint64())"
    let shell = try RunningShell(
      "echo ready; read -r _",
      environment: [variable: String(repeating: "x", count: 100_000)]
    )
    #expect(try shell.nextLine() == "ready")
    #expect(try marked(variable).isEmpty)
  }

  @Test func `a subreaper collects the orphans that have ended, and no child of its own`() async {
    await #expect(processExitsWith: .exitCode(5)) {
      try SelfProcess.becomeSubreaper()
      let shell = try RunningShell("(sleep infinity >&2 & echo $!); echo orphaned; read -r _")
      let orphan = try #require(Int32(try shell.nextLine()).flatMap { ProcessIdentity(of: $0) })
      _ = try shell.nextLine()
      let isListed = try AdoptedProcesses.list() == [orphan]
      let before = try AdoptedProcesses.collect()
      orphan.kill(waitingMilliseconds: 10_000)
      // Ended as well, and nobody has asked for its status yet.
      shell.input.close()
      _ = try ForeignProcess.waitForEnd(of: shell.process.pid, limitMilliseconds: 10_000)
      let collected = try AdoptedProcesses.collect()
      let again = try AdoptedProcesses.collect()
      let status = try shell.process.waitForExit()
      let isRight = isListed && before == 0 && collected == 1 && again == 0
      SelfProcess.exitNow(isRight && status == .exited(1) ? 5 : 6)
    }
  }
}
