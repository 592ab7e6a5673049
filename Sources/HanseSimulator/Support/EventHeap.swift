/// What will happen, by time; among equal times, by a number that the seed draws.
struct EventHeap<Payload> {
  struct Entry {
    var at: Int64
    var tie: UInt32
    /// The order of insertion, for equal draws.
    var order: UInt32
    var payload: Payload

    @inline(__always)
    func isBefore(_ other: Entry) -> Bool {
      if at != other.at { return at < other.at }
      if tie != other.tie { return tie < other.tie }
      return order < other.order
    }
  }

  private var heap: [Entry] = []
  private var added: UInt32 = 0

  var count: Int { heap.count }
  var nextTime: Int64? { heap.first?.at }

  mutating func push(_ payload: Payload, at time: Int64, tie: UInt32) {
    added &+= 1
    heap.append(Entry(at: time, tie: tie, order: added, payload: payload))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].isBefore(heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func pop() -> Entry? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    if heap.isEmpty { return first }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      let left = 2 * parent + 1
      if left < heap.count, heap[left].isBefore(heap[least]) { least = left }
      if left + 1 < heap.count, heap[left + 1].isBefore(heap[least]) { least = left + 1 }
      if least == parent { return first }
      heap.swapAt(parent, least)
      parent = least
    }
  }

  mutating func removeAll(where isUnwanted: (Payload) -> Bool) {
    heap.removeAll { isUnwanted($0.payload) }
    // A sorted array is a heap.
    heap.sort { $0.isBefore($1) }
  }
}
