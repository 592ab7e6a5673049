import HanseFaults
import HanseSystem

extension ShutdownFault {
  /// Whether the end of its input does not end it.
  var staysWithoutHost: Bool {
    switch self {
    case .ignoreShutdown, .ignoreTerminate, .hangInShutdown, .refuseShutdown, .talkInShutdown: true
    case .crashInShutdown, .failInShutdown, .slowShutdown, .stopInShutdown, .spawnInShutdown: false
    }
  }
}

/// What goes wrong when the host asks the location to leave.
struct ShutdownMisdeeds {
  private let server: BareServer
  private var writer: WireWriter { server.writer }

  init(_ server: BareServer) { self.server = server }

  func commit(_ fault: ShutdownFault, _ id: Int64) {
    switch fault {
    case .ignoreShutdown, .ignoreTerminate: break
    case .hangInShutdown: writer.answer(id, "{}")
    case .crashInShutdown: Endings.crash()
    case .failInShutdown: SelfProcess.exitNow(7)
    case .slowShutdown:
      Waiting.block(milliseconds: server.settings.milliseconds ?? 100)
      writer.answer(id, "{}")
      SelfProcess.exitNow(0)
    case .refuseShutdown: writer.refuse(id, code: -32603, "we are staying")
    case .talkInShutdown:
      writer.answer(id, "{}")
      while true { writer.note("and another thing") }
    case .stopInShutdown:
      SelfProcess.raise(.stop)
      SelfProcess.exitNow(0)
    case .spawnInShutdown:
      do {
        try ProcessMisdeeds.startHelper()
      } catch {
        Main.say("no helper: \(error)\n", on: StandardStreams.standardError)
      }
      writer.answer(id, "{}")
      SelfProcess.exitNow(0)
    }
  }
}
