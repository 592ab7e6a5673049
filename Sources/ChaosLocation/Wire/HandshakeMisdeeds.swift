import HanseFaults
import HanseSystem

/// What goes wrong in the answer to `initialize`.
struct HandshakeMisdeeds {
  private let server: BareServer
  private var writer: WireWriter { server.writer }

  init(_ server: BareServer) { self.server = server }

  /// Takes up habits that hold for the whole session.
  func prepare(_ fault: HandshakeFault) {
    writer.change { habits in
      switch fault {
      case .dribble: habits.pieceBytes = 1
      case .carriageReturns: habits.lineEnd = "\r\n"
      case .byteOrderMark: habits.mark = [0xEF, 0xBB, 0xBF]
      case .futureMembers:
        habits.extraMembers = #""mood":{"of":["the",1,null]},"since":2031,"#
      default: break
      }
    }
  }

  func commit(_ fault: HandshakeFault, _ id: Int64) {
    switch fault {
    case .hangInHandshake: break
    case .dieInHandshake: SelfProcess.exitNow(5)
    case .wrongVersion:
      writer.answer(id, #"{"protocolVersion":99,"library":{"name":"chaos","version":"1"}}"#)
    case .refuseHandshake: writer.refuse(id, code: -32000, "only versions 7 and 8 are spoken here")
    case .halfHandshake:
      writer.raw(#"{"jsonrpc":"2.0","seq":1,"id":1,"result":{"protocolVer"#)
      SelfProcess.exitNow(0)
    case .emptyHandshake: writer.answer(id, "{}")
    case .handshakeTwice:
      answer(id)
      answer(id)
    case .unaskedHandshake:
      writer.answer(id + 1000, BareServer.handshake)
      answer(id)
    case .firstLineNotOne:
      writer.skip(6)
      answer(id)
    case .dribble, .carriageReturns, .byteOrderMark: answer(id)
    case .futureMembers:
      answer(id)
      writer.say(#""method":"weather/changed","params":{"to":"rain"}"#)
      writer.note("from the future")
    }
  }

  private func answer(_ id: Int64) { writer.answer(id, BareServer.handshake) }
}
