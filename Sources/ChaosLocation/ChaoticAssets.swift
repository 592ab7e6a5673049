import Hanse
import HanseFaults

/// What the location defines; by the library, unless a fault is of the wire itself.
struct ChaoticAssets: CodeLocation {
  private let settings = Settings.current

  private func key(_ last: String) -> AssetKey { AssetKey("\(settings.name)/\(last)") }

  var definitions: Definitions {
    let steady = Asset(key("steady")) { _ in 42 }
    steady
    Asset(key("next"), from: steady) { _, value in value + 1 }
    Asset(key("faulty")) { context in
      if Steps.isFaulty(attempt: context.attempt) {
        switch settings.fault {
        case .step(let fault): try await CodeMisdeeds(settings).commit(fault)
        case .memory(let fault): try MemoryMisdeeds(settings).commit(fault)
        case .processes(let fault): try await ProcessMisdeeds(settings).commit(fault)
        default: break
        }
      }
      return 42
    }
    .retry(maxRetries: 1, delay: .milliseconds(10))
  }
}
