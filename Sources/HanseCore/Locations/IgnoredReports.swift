package import HanseModel

/// The reports of a location that changed nothing, and how many of them have been told.
///
/// All are counted and few are recorded: a flood of them must not become a flood of events.
package struct IgnoredReports: Hashable, Sendable {
  /// The least time between two events that tell of them.
  private static let interval = Duration.seconds(1)

  /// Since the host started.
  package private(set) var count = 0
  private var untold = 0
  private var last: ReportRefusal?
  private var toldAt: HostInstant?

  package init() {}

  /// Counts one, and returns what to record of it and of those before it, if it is time.
  package mutating func note(_ refusal: ReportRefusal, at now: HostInstant) -> EventPayload? {
    count += 1
    untold += 1
    last = refusal
    return tell(at: now)
  }

  /// What to record of those that no event has told of yet, if it is time.
  ///
  /// - Parameters:
  ///   - now: When.
  ///   - isLast: Whether there will be no better time.
  /// - Returns: The event, or nil.
  package mutating func tell(at now: HostInstant, isLast: Bool = false) -> EventPayload? {
    guard untold > 0, let last else { return nil }
    if !isLast, let toldAt, now - toldAt < Self.interval { return nil }
    defer { (untold, toldAt) = (0, now) }
    return .reportsIgnored(count: untold, code: last.code.rawValue, message: last.message)
  }
}
