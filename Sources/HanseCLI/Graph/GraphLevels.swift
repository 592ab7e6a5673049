import HanseAPI
import HanseModel

/// The assets of a graph, each on the level after the last of its upstreams.
struct GraphLevels: Hashable, Sendable {
  /// Positions of nodes, by level, each level in the order of the nodes.
  private(set) var levels: [[Int]] = []
  /// Positions of the nodes that are on a circle or behind one.
  private(set) var circular: [Int] = []
  /// For each node the positions of its upstreams.
  private(set) var upstreams: [[Int]]

  init(_ graph: GraphDocument) {
    let positions = Dictionary(
      graph.nodes.enumerated().map { ($0.element.key, $0.offset) },
      uniquingKeysWith: { first, _ in first }
    )
    upstreams = Array(repeating: [], count: graph.nodes.count)
    var downstreams = upstreams
    for edge in graph.edges {
      guard let from = positions[edge.from], let to = positions[edge.to] else { continue }
      upstreams[to].append(from)
      downstreams[from].append(to)
    }
    var missing = upstreams.map(\.count)
    var level = graph.nodes.indices.filter { missing[$0] == 0 }
    var placed = 0
    while !level.isEmpty {
      levels.append(level)
      placed += level.count
      var next: [Int] = []
      for node in level {
        for target in downstreams[node] {
          missing[target] -= 1
          if missing[target] == 0 { next.append(target) }
        }
      }
      level = next.sorted()
    }
    if placed < graph.nodes.count {
      circular = graph.nodes.indices.filter { missing[$0] > 0 }
    }
  }
}
