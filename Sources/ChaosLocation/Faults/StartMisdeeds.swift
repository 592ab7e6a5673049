import HanseFaults
import HanseSystem

/// What goes wrong before the location serves; it serves soundly when this returns.
struct StartMisdeeds {
  private let settings: Settings

  init(_ settings: Settings) { self.settings = settings }

  func commit(_ fault: StartFault) {
    switch fault {
    case .exitAtStart: SelfProcess.exitNow(0)
    case .failAtStart:
      Main.say("no database at db:5432\n", on: StandardStreams.standardError)
      SelfProcess.exitNow(3)
    case .crashAtStart: Endings.crash()
    case .abortAtStart: Endings.abort()
    case .hangAtStart: Waiting.forEver()
    case .stopAtStart: SelfProcess.raise(.stop)
    case .slowStart: Waiting.block(milliseconds: settings.milliseconds ?? 300)
    case .banner: Main.say("Starting server on port 8080...\n", on: StandardStreams.standardOutput)
    case .closeOutputAtStart:
      Descriptor(owning: 1).close()
      Waiting.forEver()
    case .floodErrorsAtStart: Floods.errors(bytes: settings.bytes ?? 64 << 20)
    }
  }
}
