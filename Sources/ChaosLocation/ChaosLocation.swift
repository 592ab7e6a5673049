import Hanse
import HanseFaults
import HanseSystem

/// A location that misbehaves as told: `chaos-location --fault NAME serve`.
///
/// Without a fault it is a sound location with three assets. `--list` names the faults.
@main enum Main {
  static func main() {
    Signals.ignoreBrokenPipe()
    let settings: Settings
    do {
      settings = try Settings(Array(CommandLine.arguments.dropFirst()))
    } catch {
      say("chaos-location: \(error)\n", on: StandardStreams.standardError)
      SelfProcess.exit(2)
    }
    switch settings.command {
    case "--list": list()
    case "--help": say(Settings.help, on: StandardStreams.standardOutput)
    default: serve(settings)
    }
  }

  private static func list() {
    for fault in Fault.committable {
      say("\(fault.name)\t\(fault.entry.breaks)\n", on: StandardStreams.standardOutput)
    }
  }

  private static func serve(_ settings: Settings) {
    guard let fault = settings.fault, settings.command == "serve" else { return serveSoundly() }
    if case .start(let fault) = fault {
      if settings.isDue { StartMisdeeds(settings).commit(fault) }
      return serveSoundly()
    }
    if fault.needsBareWire {
      BareServer(settings).run()
    } else {
      serveSoundly()
    }
  }

  /// Serves by the library; what is wrong, if anything, is the code of a step.
  private static func serveSoundly() {
    LocationProgram.run(
      ChaoticAssets.self,
      arguments: Settings.current.command.isEmpty ? [] : [Settings.current.command]
    )
  }

  static func say(_ text: String, on stream: Descriptor) {
    do {
      try stream.writeAll(Array(text.utf8))
    } catch {
      // Whoever asked does not read the answer.
    }
  }
}

extension Fault {
  /// Whether only hand-written lines can commit it: the library would not let a team.
  var needsBareWire: Bool {
    switch self {
    case .entry, .start, .memory: false
    case .handshake, .definitions, .wire, .shutdown: true
    case .step(let fault): !fault.isMadeByCode
    case .processes(let fault): fault == .grandchildHoldsPipes
    }
  }
}

extension StepFault {
  /// Whether a team's code can commit it, behind a sound library.
  var isMadeByCode: Bool {
    switch self {
    case .throwError, .crashInStep, .trapInStep, .abortInStep, .exitInStep, .killedInStep,
      .isolatedRunCrash, .slowStep, .hangStep, .blockStep, .blockPool:
      true
    default: false
    }
  }
}
