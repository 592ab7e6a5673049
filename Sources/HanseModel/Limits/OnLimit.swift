/// What becomes of a step that cannot start at once, because a limit is hit.
public enum OnLimit: String, Hashable, Sendable, CaseIterable {
  /// It waits for its turn.
  case queue
  /// It is canceled, and what is behind it skipped.
  case dropNew
  /// What runs of the same asset and partition is canceled, and it waits for its turn.
  case cancelRunning
  /// Where another run's step for the same asset, partition and configuration waits already, that one
  /// stands for it too.
  case coalesce
}

extension OnLimit: JSONEnumeration {}
