/// The values that limits may have, wherever people set them: in the workspace file, by an order, in a
/// run's request.
package enum LimitBounds {
  /// Steps at once of the workspace, of a queue, or with a tag.
  package static let steps = 1...100_000
  /// Steps at once of one location; the protocol tells a location that there are never more.
  package static let stepsOfLocation = 1...10_000
  /// Steps of one location that wait.
  package static let waitingSteps = 1...10_000_000
  /// Runs at once.
  package static let runs = 1...100_000
  /// Units of a pool.
  package static let units = 1...1_000_000
  /// Starts of a rate in its time, and in one burst.
  package static let starts = 1...1_000_000
  package static let priorities = -1000...1000

  /// Why a run cannot have a priority; nil when it can.
  package static func problem(ofPriority priority: Int) -> String? {
    priorities.contains(priority)
      ? nil
      : "priority \(priority) is out of range; it goes from \(priorities.lowerBound) to "
        + "\(priorities.upperBound)"
  }
}
