import HanseModel

/// Finds what cannot run because it depends on itself, and what lies behind that.
///
/// Two kinds of cycle count: of assets, and of steps. Assets that form no cycle can still make steps
/// that do: an operation that makes `a` and `c`, where another asset `b` is made from `a` and `c` from
/// `b`, would have to run both before and after `b`.
struct CycleSearch {
  /// A cycle, as one of the locations on it is told about it.
  struct Finding {
    /// The location's least asset on the cycle.
    var node: Int
    var path: String
    /// Whether only the steps, and not the assets, form a cycle.
    var isOfSteps: Bool
  }

  private let nodes: [AssetNode]
  private let upstreams: Adjacency
  private let downstreams: Adjacency
  private let steps: StepGrouping

  private(set) var findings: [Finding] = []
  private(set) var blockages: [Int: AssetNode.Blockage] = [:]
  /// The assets behind a cycle, in the order of their keys.
  private(set) var behind: [Int] = []
  /// What each location was told about the cycle at hand.
  private var paths: [LocationName: String] = [:]

  /// Longer paths are shown with their middle left out.
  private static let shownPathLength = 30

  init(nodes: [AssetNode], upstreams: Adjacency, downstreams: Adjacency, steps: StepGrouping) {
    self.nodes = nodes
    self.upstreams = upstreams
    self.downstreams = downstreams
    self.steps = steps
    findAssetCycles()
    if steps.hasSharedSteps { findStepCycles() }
    if !blockages.isEmpty { findWhatIsBehind() }
  }

  private mutating func findAssetCycles() {
    for component in upstreams.cyclicComponents() {
      let members = Set(component)
      startComponent()
      for node in component {
        block(node, isOfSteps: false) {
          $0.upstreams.shortestCycle(from: node, within: members).map($0.label)
        }
      }
    }
  }

  private mutating func findStepCycles() {
    let stepUpstreams = steps.stepUpstreams(upstreams)
    for component in stepUpstreams.cyclicComponents() {
      let assets = component.flatMap { steps.members[$0] }.sorted()
      // A cycle of assets shows up among the steps again; it is reported already.
      if assets.contains(where: { blockages[$0] != nil }) { continue }
      let members = Set(component)
      startComponent()
      for node in assets {
        let step = steps.stepOfNode[node]
        block(node, isOfSteps: true) {
          stepUpstreams.shortestCycle(from: step, within: members).map($0.stepLabel)
        }
      }
    }
  }

  private mutating func startComponent() { paths = [:] }

  /// Blocks an asset on a cycle, and tells its location about the cycle once.
  private mutating func block(
    _ node: Int,
    isOfSteps: Bool,
    path: (CycleSearch) -> [Label]
  ) {
    guard let location = nodes[node].location else { return }
    if let shown = paths[location] {
      blockages[node] = .onCycle(path: shown)
      return
    }
    let shown = CycleSearch.text(of: path(self))
    findings.append(Finding(node: node, path: shown, isOfSteps: isOfSteps))
    paths[location] = shown
    blockages[node] = .onCycle(path: shown)
  }

  private mutating func findWhatIsBehind() {
    var causes = blockages.keys.sorted().map { (node: $0, key: nodes[$0].key) }
    var head = 0
    while head < causes.count {
      let (node, key) = causes[head]
      head += 1
      // What else the same step makes is as impossible as what comes after it.
      let partners = steps.members[steps.stepOfNode[node]]
      for next in [partners, downstreams[node]].joined() where blockages[next] == nil {
        blockages[next] = .behindCycle(of: key)
        behind.append(next)
        causes.append((next, key))
      }
    }
    behind.sort()
  }

  /// What a path calls one place on it, with and without its location.
  private struct Label {
    var name: String
    var location: LocationName?

    var full: String { location.map { "\(name) (location \($0))" } ?? name }
  }

  private func label(_ node: Int) -> Label {
    Label(name: nodes[node].key.path, location: nodes[node].location)
  }

  private func stepLabel(_ step: Int) -> Label {
    let node = steps.members[step].first ?? 0
    guard let operation = nodes[node].operation else { return label(node) }
    return Label(name: "operation \(operation)", location: nodes[node].location)
  }

  /// The whole way round, back to the first, whose location need not be said again.
  private static func text(of labels: [Label]) -> String {
    guard let first = labels.first else { return "" }
    var shown = labels.map(\.full)
    if labels.count > shownPathLength {
      let half = shownPathLength / 2
      shown = shown.prefix(half) + ["(\(labels.count - 2 * half) more)"] + shown.suffix(half)
    }
    return (shown + [first.name]).joined(separator: " -> ")
  }
}
