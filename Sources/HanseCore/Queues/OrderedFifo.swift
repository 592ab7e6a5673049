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

  /// The first in no order that is wanted.
  func first(where isWanted: (Element) -> Bool) -> Element? {
    inOrder.elements.first(where: isWanted) ?? late.elements.first(where: isWanted)
  }

  /// Reads the elements in order and takes none; costs the logarithm of how many it has read.
  struct Cursor: Sendable {
    private struct Frontier: Comparable, Sendable {
      var element: Element
      var index: Int

      static func < (left: Self, right: Self) -> Bool { left.element < right.element }
      static func == (left: Self, right: Self) -> Bool { left.index == right.index }
    }

    private let inOrder: ArraySlice<Element>
    private var position: Int
    private let late: [Element]
    /// The places of the heap whose parents have been read.
    private var frontier = MinHeap<Frontier>()

    fileprivate init(_ inOrder: ArraySlice<Element>, _ late: [Element]) {
      self.inOrder = inOrder
      self.late = late
      position = inOrder.startIndex
      if let first = late.first { frontier.push(Frontier(element: first, index: 0)) }
    }

    mutating func next() -> Element? {
      let first = position < inOrder.endIndex ? inOrder[position] : nil
      guard let least = frontier.min, first.map({ least.element < $0 }) ?? true else {
        position += first == nil ? 0 : 1
        return first
      }
      _ = frontier.popMin()
      for child in [2 * least.index + 1, 2 * least.index + 2] where child < late.count {
        frontier.push(Frontier(element: late[child], index: child))
      }
      return least.element
    }
  }

  var cursor: Cursor { Cursor(inOrder.elements, late.elements) }

  /// All elements, in no order.
  func filter(_ isWanted: (Element) -> Bool) -> [Element] {
    inOrder.elements.filter(isWanted) + late.elements.filter(isWanted)
  }
}
