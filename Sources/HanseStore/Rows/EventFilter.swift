package import HanseModel

/// Which events to read: those that fit everything that is set.
package struct EventFilter: Hashable, Sendable {
  package var run: RunID?
  package var location: LocationName?
  package var asset: AssetKey?
  package var step: StepKey?
  /// Names such as `step.failed`; empty for any.
  package var kinds: [String]
  /// Names of those that are passed over.
  package var excludedKinds: [String]

  package init(
    run: RunID? = nil,
    location: LocationName? = nil,
    asset: AssetKey? = nil,
    step: StepKey? = nil,
    kinds: [String] = [],
    excludedKinds: [String] = []
  ) {
    self.run = run
    self.location = location
    self.asset = asset
    self.step = step
    self.kinds = kinds
    self.excludedKinds = excludedKinds
  }
}
