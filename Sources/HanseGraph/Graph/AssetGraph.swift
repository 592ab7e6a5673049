package import HanseModel

/// The assets of all locations and how they depend on each other: the one graph that everybody sees.
///
/// A value, made by merging the locations' definitions and never changed. Nodes are numbered from 0
/// in the order of their keys; the numbers are good for this graph only.
package struct AssetGraph: Sendable {
  /// A location that took part in the merge.
  package struct Location: Hashable, Sendable {
    package var name: LocationName
    package var generation: Generation
    /// Whether what is shown of it are the last known good definitions.
    package var isStale: Bool
    /// Its assets in the graph; those left out with a diagnostic do not count.
    package var assetCount: Int
    package var checkCount: Int
  }

  /// The assets in the order of their keys.
  package let nodes: [AssetNode]
  /// The locations in the order of the workspace.
  package let locations: [Location]

  private let indices: [AssetKey: Int]
  private let upstreams: Adjacency
  private let downstreams: Adjacency
  private let steps: StepGrouping

  init(
    nodes: [AssetNode],
    locations: [Location],
    indices: [AssetKey: Int],
    upstreams: Adjacency,
    downstreams: Adjacency,
    steps: StepGrouping
  ) {
    self.nodes = nodes
    self.locations = locations
    self.indices = indices
    self.upstreams = upstreams
    self.downstreams = downstreams
    self.steps = steps
  }

  /// A graph without assets.
  package static let empty = AssetGraph.merge([]).graph

  package var nodeCount: Int { nodes.count }
  /// How many dependencies there are.
  package var edgeCount: Int { upstreams.edgeCount }
  /// How many of the assets are external.
  package var externalCount: Int { nodes.count - locations.reduce(0) { $0 + $1.assetCount } }

  package func index(of key: AssetKey) -> Int? { indices[key] }

  package func node(for key: AssetKey) -> AssetNode? { indices[key].map { nodes[$0] } }

  package func location(named name: LocationName) -> Location? {
    locations.first { $0.name == name }
  }

  /// What an asset is made from or after, sorted.
  package func upstream(of index: Int) -> ArraySlice<Int> { upstreams[index] }

  /// What is made from or after an asset, sorted.
  package func downstream(of index: Int) -> ArraySlice<Int> { downstreams[index] }

  /// All assets that one step makes together with this one, sorted; itself included.
  package func stepMembers(of index: Int) -> ArraySlice<Int> {
    steps.members[steps.stepOfNode[index]]
  }

  /// The number of the step that makes an asset: the same for all assets of one operation.
  package func step(of index: Int) -> Int { steps.stepOfNode[index] }

  /// How many steps a run of everything would have, not counting checks and external assets' places.
  package var stepCount: Int { steps.members.nodeCount }

  /// The assets that can be reached by following dependencies, the starts included.
  ///
  /// - Parameters:
  ///   - starts: Where to start.
  ///   - upstream: Whether to go against the flow of data.
  ///   - levels: How many dependencies to follow at most; nil for all.
  /// - Returns: For each asset, whether it is reached.
  package func reachable(from starts: [Int], upstream: Bool, levels: Int? = nil) -> [Bool] {
    (upstream ? upstreams : downstreams).reachable(from: starts, levels: levels)
  }

  /// The key that somebody meant to type; nil when none is near.
  package func nearestKey(to key: String) -> String? {
    Spelling.nearest(to: key, among: nodes.lazy.map(\.key.path))
  }
}
