package import HanseModel

/// What has to be looked at again, and when; a binary heap.
///
/// A timer is never cancelled: whoever is woken up looks whether it still matters. Those that do
/// not are swept out when they have become many.
package struct TimerQueue<Key: Sendable>: Sendable {
  private struct Entry: Sendable {
    var at: HostInstant
    var order: UInt64
    var key: Key

    func isBefore(_ other: Entry) -> Bool { (at, order) < (other.at, other.order) }
  }

  private var heap: [Entry] = []
  private var added: UInt64 = 0

  package init() {}

  package var next: HostInstant? { heap.first?.at }
  package var count: Int { heap.count }

  package mutating func add(_ key: Key, at instant: HostInstant) {
    added += 1
    heap.append(Entry(at: instant, order: added, key: key))
    var child = heap.count - 1
    while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Takes the first timer that is due; equal times come in the order they were added.
  package mutating func popDue(at now: HostInstant) -> Key? {
    guard let first = heap.first, first.at <= now else { return nil }
    let last = heap.removeLast()
    if heap.isEmpty { return first.key }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if heap[child].isBefore(heap[least]) { least = child }
      }
      if least == parent { return first.key }
      heap.swapAt(parent, least)
      parent = least
    }
  }

  /// Drops the timers that matter no more; the others keep their order.
  ///
  /// Costs a sort of all timers: call it when their number has doubled since the last time.
  package mutating func sweep(keeping matters: (Key, HostInstant) -> Bool) {
    heap = heap.filter { matters($0.key, $0.at) }
    // A sorted array is a heap.
    heap.sort { $0.isBefore($1) }
  }
}
