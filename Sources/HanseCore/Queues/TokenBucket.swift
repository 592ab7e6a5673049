package import HanseModel

/// Lets through so many a second, and a burst; counts what it holds back.
package struct TokenBucket: Hashable, Sendable {
  package let perSecond: Int
  package let burst: Int
  /// Refused since the count was last taken.
  package private(set) var refused = 0
  private var tokens: Double
  private var filledAt: HostInstant

  package init(perSecond: Int, burst: Int, at now: HostInstant) {
    self.perSecond = perSecond
    self.burst = burst
    tokens = Double(burst)
    filledAt = now
  }

  /// Takes a token, if there is one.
  package mutating func take(at now: HostInstant) -> Bool {
    let elapsed = Double((now - filledAt).wholeNanoseconds) / 1e9
    tokens = min(Double(burst), tokens + elapsed * Double(perSecond))
    filledAt = now
    guard tokens >= 1 else {
      refused += 1
      return false
    }
    tokens -= 1
    return true
  }

  package mutating func takeRefused() -> Int {
    defer { refused = 0 }
    return refused
  }
}
