package import HanseModel

/// Lets through so many a second, and a burst; counts what it holds back.
package struct TokenBucket: Hashable, Sendable {
  private var gate: RateGate
  /// Refused since the count was last taken.
  package private(set) var refused = 0

  package init(perSecond: Int, burst: Int, at now: HostInstant) {
    gate = RateGate(RateLimit(starts: perSecond, per: .seconds(1), burst: burst), at: now)
  }

  /// Takes a token, if there is one.
  package mutating func take(at now: HostInstant) -> Bool {
    guard gate.isOpen(at: now) else {
      refused += 1
      return false
    }
    gate.take(at: now)
    return true
  }

  package mutating func takeRefused() -> Int {
    defer { refused = 0 }
    return refused
  }
}
