/// A moment on the host's monotonic clock.
///
/// It has no meaning outside the process and is never stored; see ``Timestamp`` for that.
public struct HostInstant: Hashable, Sendable, Comparable {
  public var nanoseconds: Int64

  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

  /// The moment that lies `right` ahead; one too far to count is the last there is.
  public static func + (left: HostInstant, right: Duration) -> HostInstant {
    let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.wholeNanoseconds)
    return HostInstant(nanoseconds: overflow ? (sum < 0 ? .max : .min) : sum)
  }

  /// The time from `right` to `left`; at most what can be counted.
  public static func - (left: HostInstant, right: HostInstant) -> Duration {
    let (rest, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
    return .nanoseconds(overflow ? (left < right ? .min : .max) : rest)
  }
}

extension Duration {
  /// The duration in nanoseconds, at most what 64 bits hold (292 years).
  package var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, tooMany) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, overflow) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
    return tooMany || overflow ? (seconds < 0 ? .min / 2 : .max / 2) : sum
  }

  /// The duration in milliseconds, rounded towards zero, at most what 64 bits hold.
  package var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, tooMany) = seconds.multipliedReportingOverflow(by: 1000)
    let (sum, overflow) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
    return tooMany || overflow ? (seconds < 0 ? .min : .max) : sum
  }

  /// The duration as people read it: `250ms`, `1.5s`, `3m 20s`, `2h 5m`.
  package var briefDescription: String {
    let milliseconds = wholeMilliseconds
    if milliseconds < 1000 { return "\(milliseconds)ms" }
    if milliseconds < 60_000 {
      let tenths = (milliseconds + 50) / 100
      return tenths % 10 == 0 ? "\(tenths / 10)s" : "\(tenths / 10).\(tenths % 10)s"
    }
    let seconds = milliseconds / 1000
    if seconds < 3600 {
      return seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds / 60)m \(seconds % 60)s"
    }
    let minutes = seconds / 60
    return minutes % 60 == 0 ? "\(minutes / 60)h" : "\(minutes / 60)h \(minutes % 60)m"
  }
}
