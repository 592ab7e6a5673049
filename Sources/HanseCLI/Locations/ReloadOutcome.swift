import HanseAPI
import HanseHost
import HanseModel

/// What came of starting a location's file anew.
enum ReloadOutcome: Hashable {
  /// The new process serves.
  case tookOver
  /// It failed; what served before goes on, if anything did.
  case refused
  /// Nothing was started.
  case unchanged

  /// - Parameters:
  ///   - before: The location before it was asked to.
  ///   - after: The same once that is decided.
  init(_ before: LocationDocument, _ after: LocationDocument) {
    switch after.state {
    case .running where after.rejection == nil && after.generation > before.generation:
      self = .tookOver
    case .running: self = after.rejection == nil ? .unchanged : .refused
    case .backingOff, .quarantined: self = .refused
    case .disabled, .stopped, .invalid, .starting, .loading, .draining: self = .unchanged
    }
  }
}
