/// Gives the least element first, at a cost that does not depend on how many wait, as long as they
/// come in order; those that come out of order cost the logarithm of how many of these there are.
struct OrderedFifo<Element: Comparable & Sendable>: Sendable {
  private var inOrder = Fifo<Element>()
  private var late = MinHeap<Element>()

  var count: Int { inOrder.count + late.count }

  var min: Element? {
    guard let least = late.min else { return inOrder.first }
    guard let first = inOrder.first else { return least }
    return Swift.min(least, first)
  }

  mutating func push(_ element: Element) {
    if let last = inOrder.last, element < last {
      late.push(element)
    } else {
      inOrder.append(element)
    }
  }

  mutating func popMin() -> Element? {
    guard let least = late.min else { return inOrder.popFirst() }
    guard let first = inOrder.first, first < least else { return late.popMin() }
    return inOrder.popFirst()
  }

  /// Costs as much as there are elements.
  mutating func removeAll(where isUnwanted: (Element) -> Bool) {
    inOrder.removeAll(where: isUnwanted)
    late.removeAll(where: isUnwanted)
  }

  /// All elements, in no order.
  func filter(_ isWanted: (Element) -> Bool) -> [Element] {
    inOrder.elements.filter(isWanted) + late.elements.filter(isWanted)
  }
}
