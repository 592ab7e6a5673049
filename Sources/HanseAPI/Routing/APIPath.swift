package import HanseModel

/// The paths of the API, for those who call it.
package enum APIPath {
  package static let health = "/healthz"
  package static let base = "/api/v1"
  package static let locations = "\(base)/locations"
  package static let assets = "\(base)/assets"
  package static let graph = "\(base)/graph"
  package static let diagnostics = "\(base)/diagnostics"
  package static let runs = "\(base)/runs"
  package static let events = "\(base)/events"
  package static let reload = "\(base)/reload"
  package static let queues = "\(base)/queues"
  package static let pools = "\(base)/pools"
  package static let explain = "\(base)/explain"
  package static let requeue = "\(base)/requeue"
  package static let cancelSteps = "\(base)/steps/cancel"
  /// What the API can be asked and what it answers.
  package static let openAPI = "\(base)/openapi.json"

  package static func location(_ name: LocationName) -> String { "\(locations)/\(name)" }
  package static func action(_ action: LocationAction, _ name: LocationName) -> String {
    "\(locations)/\(name)/\(action.rawValue)"
  }
  package static func diff(_ name: LocationName) -> String { "\(locations)/\(name)/diff" }
  package static func generations(_ name: LocationName) -> String {
    "\(locations)/\(name)/generations"
  }
  package static func logs(_ name: LocationName) -> String { "\(locations)/\(name)/logs" }
  package static func asset(_ key: AssetKey) -> String { "\(assets)/\(key)" }
  /// A run's path; any beginning of its id that no other run shares will do.
  package static func run(_ id: String) -> String { "\(runs)/\(id)" }
  package static func cancel(_ id: String) -> String { "\(runs)/\(id)/cancel" }
  package static func queue(_ name: String) -> String { "\(queues)/\(name)" }
  package static func limit(_ action: LimitAction, _ target: LimitTarget) -> String {
    switch target {
    case .workspace: "\(base)/workspace/limits/\(action.rawValue)"
    case .queue(let name): "\(queues)/\(name)/\(action.rawValue)"
    case .pool(let name): "\(pools)/\(name)/\(action.rawValue)"
    case .location(let name): "\(locations)/\(name)/limits/\(action.rawValue)"
    }
  }
  package static func waiting(in name: String) -> String { "\(queues)/\(name)/waiting" }
  package static func runLogs(_ id: String) -> String { "\(runs)/\(id)/logs" }
}
