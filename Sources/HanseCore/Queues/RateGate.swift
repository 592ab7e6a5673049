package import HanseModel

/// Lets so many starts through in a time, and a burst after a pause.
///
/// It is the generic cell rate algorithm in its virtual scheduling form (ITU-T I.371, annex A): one
/// number, the time at which the next start would be due if all came evenly. What has been let
/// through is a debt that shrinks with time, so it can be kept over a restart of the host.
package struct RateGate: Hashable, Sendable {
  package private(set) var rate: RateLimit
  /// Between two starts that come evenly.
  private let intervalNanoseconds: Int64
  private var dueAt: HostInstant

  /// - Parameters:
  ///   - rate: What is let through.
  ///   - debt: How far ahead of an even pace the earlier starts were; never more than a burst.
  ///   - now: When.
  package init(_ rate: RateLimit, debt: Duration = .zero, at now: HostInstant) {
    self.rate = rate
    let starts = Int64(max(1, rate.starts))
    let (whole, rest) = rate.per.wholeNanoseconds.quotientAndRemainder(dividingBy: starts)
    intervalNanoseconds = max(1, rest > 0 ? whole + 1 : whole)
    let burst = Duration.nanoseconds(intervalNanoseconds) * max(1, rate.burst)
    dueAt = now + min(max(.zero, debt), burst)
  }

  /// A gate that a new host knows nothing of begins with all of its debt if it pays that off within
  /// this time; the debts of others are noted with each start.
  package static let shortMemory = Duration.seconds(1)

  /// How long it takes until a burst that was let through is forgotten.
  package var memory: Duration {
    .nanoseconds(intervalNanoseconds) * max(1, rate.burst)
  }

  /// When the next start is let through; a moment that is past means now.
  package var opensAt: HostInstant {
    let (earlier, isTooMuch) =
      intervalNanoseconds.multipliedReportingOverflow(by: Int64(max(1, rate.burst) - 1))
    // A burst that reaches back further than time is counted is no limit.
    return isTooMuch ? HostInstant(nanoseconds: .min) : dueAt + .nanoseconds(-earlier)
  }

  package func isOpen(at now: HostInstant) -> Bool { opensAt <= now }

  /// Lets one through; the caller has seen that it is open.
  package mutating func take(at now: HostInstant) {
    dueAt = max(now, dueAt) + .nanoseconds(intervalNanoseconds)
  }

  /// How far ahead of an even pace the starts so far are: what a later host has to know of them.
  package func debt(at now: HostInstant) -> Duration { max(.zero, dueAt - now) }

  /// The same debt under another rate, which holds from now on.
  package func changed(to rate: RateLimit, at now: HostInstant) -> RateGate {
    RateGate(rate, debt: debt(at: now), at: now)
  }
}
