import HanseCore
package import HanseGraph
package import HanseModel

/// What people see of the locations and the graph at one moment.
package struct HostSnapshot: Sendable {
  package var locations: [LocationStatus]
  package var graph: AssetGraph
  package var graphVersion: Int
  /// Of the graph, the workspace, and the locations that fail.
  package var diagnostics: [Diagnostic]
  /// Whether every location has served its definitions or failed to.
  package var isSettled: Bool
  package var isStopping = false
}

/// One location, as people see it.
package struct LocationStatus: Hashable, Sendable {
  package enum State: String, Hashable, Sendable, CaseIterable {
    case disabled, stopped, starting, loading, running
    case backingOff = "backing-off"
    case quarantined
    case draining
    /// Its entry in the workspace has an error.
    case invalid
  }

  package var name: LocationName
  package var state: State
  package var since: Timestamp?
  package var generation: Generation
  package var processID: Int?
  /// Why it is not serving.
  package var reason: String?
  /// When something happens by itself: the next try, the end of a time limit.
  package var nextTryAt: Timestamp?
  package var failures: Int
  package var lastStandardError: [String]
  package var assetCount: Int
  package var checkCount: Int
  package var digest: String?
  package var library: String?
  /// Whether the definitions shown are those of a process that is no more.
  package var isStale: Bool
  /// Whether it has failed and not served since.
  package var isFailing: Bool
  package var stepsRunning: Int
  package var stepsWaiting: Int
  package var concurrentSteps: Int
  package var executable: String
  package var labels: [String: String]
  package var ignoredMessages: Int
}

extension LocationStateMachine.State {
  /// The state as people know it.
  var shown: LocationStatus.State {
    switch self {
    case .disabled: .disabled
    case .stopped: .stopped
    case .starting: .starting
    case .loading: .loading
    case .running: .running
    case .backingOff: .backingOff
    case .quarantined: .quarantined
    case .draining, .ending: .draining
    }
  }
}
