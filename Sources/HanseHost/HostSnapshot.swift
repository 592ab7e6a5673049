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
  /// That there is too little room to begin a run.
  package var diskShortage: DiskShortage?
}
