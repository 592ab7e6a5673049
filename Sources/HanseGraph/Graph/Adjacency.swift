/// The neighbours of each of a number of nodes, in two flat arrays.
///
/// One array of arrays would cost an allocation a node; this costs two in all (the compressed sparse
/// row form of sparse matrices).
package struct Adjacency: Hashable, Sendable {
  /// Where each node's neighbours begin in `targets`; one more entry than there are nodes.
  private var offsets: [Int]
  private var targets: [Int]

  /// Starts with no nodes; `append` adds them in order.
  package init(expectedNodes: Int = 0, expectedEdges: Int = 0) {
    offsets = [0]
    targets = []
    offsets.reserveCapacity(expectedNodes + 1)
    targets.reserveCapacity(expectedEdges)
  }

  /// Nodes with exactly one neighbour each.
  init(oneTargetEach targets: [Int]) {
    offsets = Array(0...targets.count)
    self.targets = targets
  }

  package var nodeCount: Int { offsets.count - 1 }
  package var edgeCount: Int { targets.count }

  package subscript(node: Int) -> ArraySlice<Int> { targets[offsets[node]..<offsets[node + 1]] }

  /// Adds the next node with its neighbours, which are kept sorted and once each.
  package mutating func append(_ neighbours: some Collection<Int>) {
    if neighbours.count < 2 {
      targets.append(contentsOf: neighbours)
    } else {
      var last: Int?
      for neighbour in neighbours.sorted() where neighbour != last {
        targets.append(neighbour)
        last = neighbour
      }
    }
    offsets.append(targets.count)
  }

  /// The same edges, each from its target to its node.
  ///
  /// - Parameter targetCount: How many nodes the targets are among, when they are others than these.
  /// - Returns: For each target the nodes that had it as a neighbour, sorted.
  package func reversed(targetCount: Int? = nil) -> Adjacency {
    let targetCount = targetCount ?? nodeCount
    var result = Adjacency()
    result.offsets = Array(repeating: 0, count: targetCount + 1)
    result.targets = Array(repeating: 0, count: targets.count)
    for target in targets { result.offsets[target + 1] += 1 }
    for target in 0..<targetCount { result.offsets[target + 1] += result.offsets[target] }
    var next = result.offsets
    for node in 0..<nodeCount {
      for edge in offsets[node]..<offsets[node + 1] {
        let target = targets[edge]
        result.targets[next[target]] = node
        next[target] += 1
      }
    }
    return result
  }

  /// The nodes that can be reached from some of them, those included.
  ///
  /// - Parameters:
  ///   - starts: Where to start.
  ///   - levels: How many edges to follow at most; nil for all.
  /// - Returns: For each node, whether it is reached.
  package func reachable(from starts: [Int], levels: Int? = nil) -> [Bool] {
    var reached = Array(repeating: false, count: nodeCount)
    var frontier: [Int] = []
    for start in starts where !reached[start] {
      reached[start] = true
      frontier.append(start)
    }
    var left = levels ?? .max
    while !frontier.isEmpty, left > 0 {
      left -= 1
      var next: [Int] = []
      for node in frontier {
        for target in self[node] where !reached[target] {
          reached[target] = true
          next.append(target)
        }
      }
      frontier = next
    }
    return reached
  }
}
