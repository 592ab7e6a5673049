package import HanseModel

/// What has to be looked at again, and when.
///
/// A timer is never cancelled: whoever is woken up looks whether it still matters. Those that do
/// not are swept out when they have become many.
package struct TimerQueue<Key: Sendable>: Sendable {
  private struct Entry: Comparable, Sendable {
    var at: HostInstant
    var order: UInt64
    var key: Key

    static func < (left: Entry, right: Entry) -> Bool {
      (left.at, left.order) < (right.at, right.order)
    }
    static func == (left: Entry, right: Entry) -> Bool { left.order == right.order }
  }

  private var heap = MinHeap<Entry>()
  private var added: UInt64 = 0

  package init() {}

  package var next: HostInstant? { heap.min?.at }
  package var count: Int { heap.count }

  package mutating func add(_ key: Key, at instant: HostInstant) {
    added += 1
    heap.push(Entry(at: instant, order: added, key: key))
  }

  /// Takes the first timer that is due; equal times come in the order they were added.
  package mutating func popDue(at now: HostInstant) -> Key? {
    guard let first = heap.min, first.at <= now else { return nil }
    return heap.popMin()?.key
  }

  /// Drops the timers that matter no more; the others keep their order.
  ///
  /// Looks at all timers: call it when their number has doubled since the last time.
  package mutating func sweep(keeping matters: (Key, HostInstant) -> Bool) {
    heap.removeAll { !matters($0.key, $0.at) }
  }
}
