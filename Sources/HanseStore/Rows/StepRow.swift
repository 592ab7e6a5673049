package import HanseModel

/// A step of a run as it stands.
package struct StepRow: Hashable, Sendable {
  package var key: StepKey
  /// Its place in the plan.
  package var position: Int
  package var location: LocationName
  package var assets: [AssetKey]
  package var check: String?
  package var status: StepStatus
  /// The attempts started so far.
  package var attempts: Int
  /// The location's generation that the last attempt ran in.
  package var generation: Generation?
  /// How long the last attempt waited before it started.
  package var queuedMilliseconds: Int64?
  package var firstStarted: Timestamp?
  package var lastStarted: Timestamp?
  package var finished: Timestamp?
  /// How long the attempt that succeeded took.
  package var durationMilliseconds: Int64?
  /// Of the last attempt that failed, until one succeeds.
  package var failure: StepFailure?
  package var skippedBecause: StepKey?
  /// Why it was canceled.
  package var message: String?
}
