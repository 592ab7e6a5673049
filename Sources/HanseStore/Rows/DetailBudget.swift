package import HanseModel

/// How much is read at once of what the steps of a run made, checked and failed of.
///
/// Each step has an equal share for sure, so that what one location reports cannot leave no room for
/// what another does; what some do not need is for whoever comes first. All together take less than
/// twice the limit.
package struct DetailBudget: Sendable {
  /// What an entry takes beside its texts.
  private static let entryBytes = 64

  private let shareBytes: Int
  private var leftBytes: Int
  private var taken: [StepKey: Int] = [:]
  /// The steps of which something had no room.
  package private(set) var abridged: Set<StepKey> = []

  /// A fresh one.
  ///
  /// - Parameters:
  ///   - limitBytes: What all steps may take together.
  ///   - steps: How many there are.
  package init(limitBytes: Int, steps: Int) {
    leftBytes = limitBytes
    shareBytes = limitBytes / max(1, steps)
  }

  /// One that nothing is too long for.
  static var unlimited: DetailBudget { DetailBudget(limitBytes: .max, steps: 1) }

  /// Takes room for something of a step.
  ///
  /// - Returns: Whether there was enough; the step is abridged otherwise.
  package mutating func take(_ bytes: Int, of step: StepKey) -> Bool {
    let bytes = bytes + Self.entryBytes
    let used = taken[step, default: 0]
    guard bytes <= leftBytes || used + bytes <= shareBytes else {
      abridged.insert(step)
      return false
    }
    taken[step] = used + bytes
    leftBytes = max(0, leftBytes - bytes)
    return true
  }

  /// Shortens a failure for which there is no room.
  mutating func abridge(_ failure: inout StepFailure, of step: StepKey) {
    let lines = failure.standardErrorTail.reduce(0) { $0 + $1.utf8.count }
    let bytes = failure.message.utf8.count + (failure.errorType?.utf8.count ?? 0) + lines
    if !take(bytes, of: step) { failure = failure.abridged }
  }
}

extension StepFailure {
  private static let abridgedLength = 200

  /// The same with the beginning of its message only.
  fileprivate var abridged: StepFailure {
    var failure = self
    failure.standardErrorTail = []
    failure.errorType = errorType.map { Self.beginning(of: $0) }
    failure.message = Self.beginning(of: message)
    return failure
  }

  private static func beginning(of text: String) -> String {
    guard text.utf8.count > abridgedLength else { return text }
    return String(text.unicodeScalars.prefix(abridgedLength)) + "…"
  }
}
