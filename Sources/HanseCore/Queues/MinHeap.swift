/// Gives the least element first; adding and taking cost the logarithm of how many there are.
struct MinHeap<Element: Comparable & Sendable>: Sendable {
  /// In no order but that the least comes first.
  private(set) var elements: [Element] = []

  var count: Int { elements.count }
  var isEmpty: Bool { elements.isEmpty }
  var min: Element? { elements.first }

  mutating func push(_ element: Element) {
    elements.append(element)
    siftUp(from: elements.count - 1)
  }

  mutating func popMin() -> Element? {
    guard let last = elements.popLast() else { return nil }
    guard let least = elements.first else { return last }
    elements[0] = last
    siftDown(from: 0)
    return least
  }

  /// Costs as much as there are elements.
  mutating func removeAll(where isUnwanted: (Element) -> Bool) {
    let before = elements.count
    elements.removeAll(where: isUnwanted)
    guard elements.count < before else { return }
    for index in stride(from: elements.count / 2 - 1, through: 0, by: -1) { siftDown(from: index) }
  }

  private mutating func siftUp(from start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard elements[child] < elements[parent] else { return }
      elements.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func siftDown(from start: Int) {
    var parent = start
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < elements.count {
        if elements[child] < elements[least] { least = child }
      }
      guard least != parent else { return }
      elements.swapAt(parent, least)
      parent = least
    }
  }
}
