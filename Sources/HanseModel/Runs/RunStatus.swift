/// Where a run is in its life.
public enum RunStatus: String, Hashable, Sendable, CaseIterable {
  /// Accepted; no step has started.
  case queued
  /// At least one step has started.
  case running
  /// Somebody asked it to stop; steps in flight are on their way out.
  case canceling
  case succeeded, failed, canceled

  public var isFinished: Bool {
    switch self {
    case .succeeded, .failed, .canceled: true
    case .queued, .running, .canceling: false
    }
  }
}

/// Where a step is in its life.
public enum StepStatus: String, Hashable, Sendable, CaseIterable {
  /// Steps before it are not finished.
  case waiting
  /// All before it is done; it waits for a slot or for its location.
  case ready
  case running
  /// An attempt failed; another comes after a delay.
  case retrying
  case succeeded, failed
  /// It never ran, because something before it did not succeed.
  case skipped
  case canceled

  public var isFinished: Bool {
    switch self {
    case .succeeded, .failed, .skipped, .canceled: true
    case .waiting, .ready, .running, .retrying: false
    }
  }
}

extension RunStatus: JSONEnumeration {}
extension StepStatus: JSONEnumeration {}
