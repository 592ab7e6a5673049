/// What will happen, by time; among equal times, by a number that the seed draws.
struct EventHeap<Payload> {
  /// A place in the order; what happens there lies apart, for it is large and would be moved often.
  private struct Entry {
    var at: Int64
    var tie: UInt32
    /// The order of insertion, for equal draws.
    var order: UInt32
    var slot: Int

    @inline(__always)
    func isBefore(_ other: Entry) -> Bool {
      if at != other.at { return at < other.at }
      if tie != other.tie { return tie < other.tie }
      return order < other.order
    }
  }

  private var heap: [Entry] = []
  private var payloads: [Payload?] = []
  private var freeSlots: [Int] = []
  private var added: UInt32 = 0

  mutating func push(_ payload: Payload, at time: Int64, tie: UInt32) {
    added &+= 1
    let slot: Int
    if let free = freeSlots.popLast() {
      slot = free
      payloads[slot] = payload
    } else {
      slot = payloads.count
      payloads.append(payload)
    }
    heap.append(Entry(at: time, tie: tie, order: added, slot: slot))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].isBefore(heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes out what happens next.
  mutating func pop() -> (at: Int64, payload: Payload)? {
    guard let first = heap.first, let payload = payloads[first.slot].take() else { return nil }
    freeSlots.append(first.slot)
    let last = heap.removeLast()
    if !heap.isEmpty { sink(last) }
    return (first.at, payload)
  }

  /// Puts an entry at the top, and lets it sink to its place.
  private mutating func sink(_ entry: Entry) {
    var parent = 0
    while true {
      var least = 2 * parent + 1
      guard least < heap.count else { break }
      if least + 1 < heap.count, heap[least + 1].isBefore(heap[least]) { least += 1 }
      guard heap[least].isBefore(entry) else { break }
      heap[parent] = heap[least]
      parent = least
    }
    heap[parent] = entry
  }
}
