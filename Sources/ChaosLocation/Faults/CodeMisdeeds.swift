import Hanse
import HanseFaults
import HanseSystem

struct ChaosError: Error, CustomStringConvertible {
  var description: String
}

/// What a step's code does wrong by how it ends, or does not.
struct CodeMisdeeds {
  private let settings: Settings

  init(_ settings: Settings) { self.settings = settings }

  func commit(_ fault: StepFault) async throws {
    switch fault {
    case .throwError: throw ChaosError(description: "as it was told to")
    case .crashInStep, .isolatedRunCrash: Endings.crash()
    case .trapInStep: fatalError("as it was told to")
    case .abortInStep: Endings.abort()
    case .exitInStep: SelfProcess.exitNow(7)
    case .killedInStep: Endings.kill()
    case .slowStep: Waiting.block(milliseconds: settings.milliseconds ?? 300)
    case .hangStep:
      await Waiting.untilCancelled()
      throw CancellationError()
    case .blockStep: Waiting.forEver()
    case .blockPool: await blockPool(milliseconds: settings.milliseconds ?? 700)
    default: throw ChaosError(description: "the fault \(fault.rawValue) is of the wire")
    }
  }

  private func blockPool(milliseconds: Int) async {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<64 {
        group.addTask { Waiting.block(milliseconds: milliseconds / 4) }
      }
    }
  }
}
