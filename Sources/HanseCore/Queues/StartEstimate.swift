/// When a step that waits for a limit would get its part of it, by how long others have taken before.
///
/// It lets those who hold something end when they usually do, gives what they leave to those who are
/// before the step, in their order, and lets these take as long as they usually do.
package struct StartEstimate: Sendable {
  /// Somebody who takes something of the limit for a time.
  package struct Share: Hashable, Sendable {
    package var units: Int
    package var lasts: Duration

    package init(units: Int, lasts: Duration) {
      self.units = units
      self.lasts = lasts
    }
  }

  /// How long it takes from now.
  ///
  /// - Parameters:
  ///   - total: What there is of the limit.
  ///   - needs: What the step needs of it.
  ///   - holders: Who has what, and for how much longer.
  ///   - ahead: Who gets something before the step, and for how long then.
  ///   - more: How many others are before it, about which nothing is known.
  /// - Returns: Nil when it can never be, for more is needed than there is.
  package static func wait(
    total: Int,
    needs: Int,
    holders: [Share],
    ahead: [Share],
    more: Int = 0
  ) -> Duration? {
    guard needs <= total else { return nil }
    var free = total - holders.reduce(0) { $0 + $1.units }
    var ends = MinHeap<End>()
    for holder in holders { ends.push(End(at: max(.zero, holder.lasts), units: holder.units)) }
    var now = Duration.zero
    func advance(until units: Int) {
      while free < units, let end = ends.popMin() {
        now = max(now, end.at)
        free += end.units
      }
    }
    for share in ahead where share.units <= total {
      advance(until: share.units)
      free -= share.units
      ends.push(End(at: now + share.lasts, units: share.units))
    }
    advance(until: needs)
    guard more > 0, !ahead.isEmpty else { return now }
    // Those that are not known are taken to be like those that are.
    let taken = ahead.reduce(0.0) { $0 + Double($1.units) * seconds($1.lasts) }
    return now + .seconds(taken / Double(ahead.count) * Double(more) / Double(max(1, total)))
  }

  private static func seconds(_ duration: Duration) -> Double {
    let (whole, rest) = duration.components
    return Double(whole) + Double(rest) / 1e18
  }

  private struct End: Comparable, Sendable {
    var at: Duration
    var units: Int

    static func < (left: Self, right: Self) -> Bool { left.at < right.at }
  }
}
