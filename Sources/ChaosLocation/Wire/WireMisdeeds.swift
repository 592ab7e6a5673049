import HanseFaults
import HanseSystem

/// What goes wrong in the bytes, in the middle of a step.
struct WireMisdeeds {
  private static let lineLimitBytes = 1 << 30
  private let server: BareServer
  private var writer: WireWriter { server.writer }

  init(_ server: BareServer) { self.server = server }

  func commit(_ fault: WireFault, _ step: Step) {
    switch fault {
    case .closeOutput, .closeInput, .neverRead, .noPong, .errorForPong, .halfLine,
      .halfLineAndStay:
      endTalk(fault)
    case .longLine: longLine(bytes: min(server.settings.bytes ?? 1 << 30, Self.lineLimitBytes))
    case .sequenceGap: writer.skip(5)
    case .sequenceRepeat: writer.skip(-1)
    case .burst: writer.say(count: 10_000) { WireWriter.noteMembers("line \($0)") }
    case .emptyLines: writer.raw(String(repeating: "\n", count: 10_000))
    case .unknownNotifications:
      writer.say(count: 1000) { #""method":"weather/changed","params":{"hour":\#($0)}"# }
    case .requestsOfItsOwn:
      writer.say(#""id":900,"method":"secrets/read","params":{"location":"canary"}"#)
      writer.say(#""id":901,"method":"shutdown""#)
    case .splitLines: writer.change { $0.pieceBytes = 7 }
    case .strayWriter: strayWriter()
    default: writeBadLine(fault)
    }
    server.succeed(step)
  }

  private func endTalk(_ fault: WireFault) {
    switch fault {
    case .closeOutput:
      server.hearing.withLock { $0.isDeaf = true }
      Descriptor(owning: 1).close()
      Waiting.forEver()
    case .closeInput:
      server.hearing.withLock { $0.isDeaf = true }
      Descriptor(owning: 0).close()
      Waiting.forEver()
    case .neverRead:
      server.hearing.withLock { $0.isDeaf = true }
      Waiting.forEver()
    case .errorForPong:
      server.hearing.withLock { $0.refusesPings = true }
      Waiting.block(milliseconds: server.settings.milliseconds ?? 700)
    case .halfLine:
      writer.raw(#"{"jsonrpc":"2.0","seq":"#)
      SelfProcess.exitNow(0)
    case .halfLineAndStay:
      server.hearing.withLock { $0.isDeaf = true }
      writer.raw(#"{"jsonrpc":"2.0","seq":"#)
      Descriptor(owning: 1).close()
      Waiting.forEver()
    default:
      server.hearing.withLock { $0.answersPings = false }
      Waiting.forEver()
    }
  }

  private func longLine(bytes: Int) {
    // An answer in the middle of it would end the line.
    server.hearing.withLock { $0.isDeaf = true }
    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 16)
    for _ in 0..<(bytes >> 16) { writer.raw(piece) }
    Waiting.forEver()
  }

  /// A program that prints to the stream that it has inherited.
  private func strayWriter() {
    do {
      try Helper.start("/bin/echo", ["the helper is ready"])
    } catch {
      Main.say("no helper: \(error)\n", on: StandardStreams.standardError)
    }
    Waiting.forEver()
  }

  private func writeBadLine(_ fault: WireFault) {
    switch fault {
    case .garbage: writer.raw("Segmentation \u{1B}[31mimminent\u{1B}[0m\n")
    case .notUTF8: writer.raw([0x7B, 0x22, 0xFF, 0xFE, 0xC0, 0x80, 0x22, 0x7D, 0x0A])
    case .zeroBytes: writer.raw([0x7B, 0, 0, 0, 0x7D, 0x0A])
    case .utf16:
      writer.raw(Array("{\"jsonrpc\":\"2.0\"}".utf8).flatMap { [$0, 0] } + [0x0A, 0])
    case .markInTheMiddle: writer.change { $0.mark = [0xEF, 0xBB, 0xBF] }
    case .batch: writer.raw("[{\"jsonrpc\":\"2.0\",\"seq\":3},{\"jsonrpc\":\"2.0\",\"seq\":4}]\n")
    case .trailingText: line(#""method":"log","params":{"level":"info","message":"a"}}{"b":1"#)
    case .otherVersion:
      writer.line { sequence, _ in
        "{\"jsonrpc\":\"1.0\",\"seq\":\(sequence),\(WireWriter.noteMembers("old"))}"
      }
    case .noSequence: writer.raw("{\"jsonrpc\":\"2.0\",\(WireWriter.noteMembers("lost"))}\n")
    case .hugeNumber:
      writer.raw(
        "{\"jsonrpc\":\"2.0\",\"seq\":9223372036854775808,\(WireWriter.noteMembers("n"))}\n"
      )
    case .loneSurrogate: line(WireWriter.noteMembers(#"half \ud800 pair"#))
    case .nestingBomb: line("\"deep\":" + String(repeating: "[", count: 100_000))
    case .notANumber: line("\"value\":NaN,\(WireWriter.noteMembers("x"))")
    case .duplicateMember: line("\"method\":\"log\",\(WireWriter.noteMembers("x"))")
    default: line("\(WireWriter.noteMembers("x")),")
    }
  }

  private func line(_ members: String) { writer.say(members) }
}
