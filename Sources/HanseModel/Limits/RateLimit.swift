/// How often something may start.
package struct RateLimit: Hashable, Sendable {
  /// At least 1.
  package var starts: Int
  package var per: Duration
  /// How many may start at once after a pause; at least 1.
  package var burst: Int

  package init(starts: Int, per: Duration, burst: Int) {
    self.starts = starts
    self.per = per
    self.burst = burst
  }
}
