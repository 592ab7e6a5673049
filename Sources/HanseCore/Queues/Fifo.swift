/// First in, first out, at a cost that does not depend on how many wait.
struct Fifo<Element: Sendable>: Sendable {
  private var storage: [Element] = []
  /// Where the waiting ones begin; what is before has been taken.
  private var head = 0

  init(_ elements: [Element] = []) { storage = elements }

  var count: Int { storage.count - head }

  /// Those that wait, the first one first.
  var elements: ArraySlice<Element> { storage[head...] }

  var first: Element? { head < storage.count ? storage[head] : nil }

  var last: Element? { head < storage.count ? storage.last : nil }

  mutating func append(_ element: Element) { storage.append(element) }

  mutating func popFirst() -> Element? {
    guard head < storage.count else { return nil }
    let element = storage[head]
    head += 1
    // Each element is moved at most once for each one that was taken.
    if head == storage.count {
      storage.removeAll(keepingCapacity: head <= 1024)
      head = 0
    } else if head > 1024, head * 2 > storage.count {
      storage.removeSubrange(..<head)
      head = 0
    }
    return element
  }

  mutating func removeAll(where isUnwanted: (Element) -> Bool) {
    storage = elements.filter { !isUnwanted($0) }
    head = 0
  }
}
