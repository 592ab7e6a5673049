extension Adjacency {
  /// The sets of nodes that lie on cycles with each other: the strongly connected components of more
  /// than one node, and the nodes that are their own neighbours.
  ///
  /// Tarjan's algorithm with its own stack, because a chain of 100,000 nodes would overflow the
  /// thread's.
  ///
  /// - Complexity: O(nodes + edges).
  /// - Returns: Each set sorted, the sets sorted by their least node.
  package func cyclicComponents() -> [[Int]] {
    var search = ComponentSearch(nodeCount: nodeCount)
    for node in 0..<nodeCount where search.isNew(node) { search.explore(from: node, in: self) }
    return search.cyclic.sorted { $0[0] < $1[0] }
  }

  /// A shortest way from a node back to itself.
  ///
  /// - Parameters:
  ///   - start: A node on a cycle.
  ///   - members: The nodes to stay on.
  /// - Returns: The nodes of the cycle in order, `start` first and not repeated at the end; empty when
  ///   there is no way back.
  package func shortestCycle(from start: Int, within members: Set<Int>) -> [Int] {
    var cameFrom: [Int: Int] = [:]
    var queue = [start]
    var head = 0
    while head < queue.count {
      let node = queue[head]
      head += 1
      for target in self[node] {
        if target == start { return path(to: node, from: start, cameFrom: cameFrom) }
        guard members.contains(target), cameFrom[target] == nil else { continue }
        cameFrom[target] = node
        queue.append(target)
      }
    }
    return []
  }

  private func path(to end: Int, from start: Int, cameFrom: [Int: Int]) -> [Int] {
    var reversed = [end]
    var node = end
    while node != start, let previous = cameFrom[node] {
      node = previous
      reversed.append(node)
    }
    return reversed.reversed()
  }
}

/// The state of Tarjan's search for strongly connected components.
private struct ComponentSearch {
  /// When each node was first seen, counting from 1; 0 for not yet.
  private var seen: [Int]
  /// The earliest node of the stack that each node is known to reach.
  private var low: [Int]
  private var isOpen: [Bool]
  /// The nodes whose component is not known yet, in the order they were seen.
  private var open: [Int] = []
  private var clock = 0
  private(set) var cyclic: [[Int]] = []

  init(nodeCount: Int) {
    seen = Array(repeating: 0, count: nodeCount)
    low = seen
    isOpen = Array(repeating: false, count: nodeCount)
  }

  func isNew(_ node: Int) -> Bool { seen[node] == 0 }

  mutating func explore(from root: Int, in graph: Adjacency) {
    // What a recursive search would keep on the thread's stack: a node and its next edge.
    var calls = [(node: root, rest: graph[root])]
    enter(root)
    while let (node, rest) = calls.last {
      guard let target = rest.first else {
        calls.removeLast()
        leave(node, in: graph)
        if let caller = calls.last?.node { low[caller] = min(low[caller], low[node]) }
        continue
      }
      calls[calls.count - 1].rest = rest.dropFirst()
      if isNew(target) {
        enter(target)
        calls.append((target, graph[target]))
      } else if isOpen[target] {
        low[node] = min(low[node], seen[target])
      }
    }
  }

  private mutating func enter(_ node: Int) {
    clock += 1
    seen[node] = clock
    low[node] = clock
    isOpen[node] = true
    open.append(node)
  }

  /// Ends a node; when it is the first of its component, takes the component off the stack.
  private mutating func leave(_ node: Int, in graph: Adjacency) {
    guard low[node] == seen[node] else { return }
    var members: [Int] = []
    while let member = open.popLast() {
      isOpen[member] = false
      members.append(member)
      if member == node { break }
    }
    if members.count > 1 || graph[node].contains(node) { cyclic.append(members.sorted()) }
  }
}
