import HanseModel

/// Which assets are made together by one step.
///
/// The assets of one operation of one location are one step; any other asset is a step of its own.
struct StepGrouping: Sendable {
  /// The step of each node.
  ///
  /// Steps are numbered by their first node.
  let stepOfNode: [Int]
  /// The nodes of each step.
  let members: Adjacency

  private struct Operation: Hashable {
    var location: LocationName
    var name: String
  }

  init(_ nodes: [AssetNode]) {
    var steps: [Operation: Int] = [:]
    var stepOfNode: [Int] = []
    stepOfNode.reserveCapacity(nodes.count)
    var stepCount = 0
    for node in nodes {
      var step = stepCount
      if let location = node.location, let name = node.operation {
        let operation = Operation(location: location, name: name)
        step = steps[operation] ?? stepCount
        steps[operation] = step
      }
      stepOfNode.append(step)
      stepCount = max(stepCount, step + 1)
    }
    self.stepOfNode = stepOfNode
    members = StepGrouping.members(of: stepOfNode, stepCount: stepCount)
  }

  /// Whether any step makes more than one asset.
  var hasSharedSteps: Bool { members.nodeCount < stepOfNode.count }

  /// What each step depends on, leaving out what happens inside a step.
  func stepUpstreams(_ upstreams: Adjacency) -> Adjacency {
    var result = Adjacency(expectedNodes: members.nodeCount, expectedEdges: upstreams.edgeCount)
    for step in 0..<members.nodeCount {
      var targets: [Int] = []
      for node in members[step] {
        for upstream in upstreams[node] where stepOfNode[upstream] != step {
          targets.append(stepOfNode[upstream])
        }
      }
      result.append(targets)
    }
    return result
  }

  private static func members(of stepOfNode: [Int], stepCount: Int) -> Adjacency {
    // Each node has one neighbour, its step; seen from the steps, those are the members.
    Adjacency(oneTargetEach: stepOfNode).reversed(targetCount: stepCount)
  }
}
