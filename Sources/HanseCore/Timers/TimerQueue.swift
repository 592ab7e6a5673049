package import HanseModel

/// What has to be looked at again, and when; a binary heap.
///
/// A timer is never cancelled: whoever is woken up looks whether it still matters.
package struct TimerQueue<Key: Sendable>: Sendable {
  private var heap: [(at: HostInstant, order: UInt64, key: Key)] = []
  private var added: UInt64 = 0

  package init() {}

  package var next: HostInstant? { heap.first?.at }
  package var count: Int { heap.count }

  package mutating func add(_ key: Key, at instant: HostInstant) {
    added += 1
    heap.append((instant, added, key))
    var child = heap.count - 1
    while child > 0, isBefore(child, (child - 1) / 2) {
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
        if isBefore(child, least) { least = child }
      }
      if least == parent { return first.key }
      heap.swapAt(parent, least)
      parent = least
    }
  }

  private func isBefore(_ left: Int, _ right: Int) -> Bool {
    (heap[left].at, heap[left].order) < (heap[right].at, heap[right].order)
  }
}
