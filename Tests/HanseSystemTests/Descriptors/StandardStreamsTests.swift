import HanseSystem
import Testing

@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct StandardStreamsTests {
  @Test func `once taken, standard output is private and prints go to standard error`() async throws
  {
    let result = await #expect(
      processExitsWith: .success,
      observing: [\.standardOutputContent, \.standardErrorContent]
    ) {
      let stream = try StandardStreams.takeStandardOutput()
      try stream.writeAll(Array("{frame}".utf8))
      try StandardStreams.standardOutput.writeAll(Array("{noise}".utf8))
      SelfProcess.exitNow(0)
    }
    let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    let errors = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(output.contains("{frame}") && !output.contains("{noise}"))
    #expect(errors.contains("{noise}") && !errors.contains("{frame}"))
  }

  @Test func `once taken, standard input is at its end for everybody else`() async {
    await #expect(processExitsWith: .exitCode(42)) {
      let taken = try StandardStreams.takeStandardInput()
      let rest = try StandardStreams.standardInput.readAll(limitBytes: 1)
      SelfProcess.exitNow(taken.number >= 3 && rest.isEmpty ? 42 : 1)
    }
  }
}
