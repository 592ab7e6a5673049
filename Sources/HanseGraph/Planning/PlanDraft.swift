import HanseModel

/// The steps of a run before they have an order.
struct PlanDraft {
  /// A step that makes assets, or looks at one.
  struct Step {
    var key: StepKey
    var location: LocationName
    /// The graph's indices of the assets, sorted.
    var assets: [Int]
    var check: CheckDefinition?
  }

  private(set) var steps: [Step] = []
  /// The step that makes each asset of the graph; nil for one that the run does not make.
  private(set) var stepOfAsset: [Int?]
  private let graph: AssetGraph
  /// The steps of each asset's blocking checks.
  private var blockingChecks: [Int: [Int]] = [:]

  init(assets: [Int], graph: AssetGraph) {
    self.graph = graph
    stepOfAsset = Array(repeating: nil, count: graph.nodeCount)
    steps.reserveCapacity(assets.count)
    for asset in assets where stepOfAsset[asset] == nil { addStep(making: asset) }
    for asset in assets { addChecks(of: asset) }
  }

  private mutating func addStep(making asset: Int) {
    let node = graph.nodes[asset]
    guard let key = node.stepKey, let location = node.location else { return }
    let members = Array(graph.stepMembers(of: asset))
    for member in members { stepOfAsset[member] = steps.count }
    steps.append(Step(key: key, location: location, assets: members))
  }

  private mutating func addChecks(of asset: Int) {
    let node = graph.nodes[asset]
    guard let location = node.location else { return }
    for check in node.checks {
      if check.blocking && check.severity == .error {
        blockingChecks[asset, default: []].append(steps.count)
      }
      steps.append(Step(key: check.stepKey, location: location, assets: [asset], check: check))
    }
  }

  /// The plan, with the configuration given for some of the steps.
  func ordered(configs: [Int: JSONValue]) -> RunPlan {
    let dependencies = dependencies()
    let order = order(dependencies)
    var position = Array(repeating: 0, count: steps.count)
    for (place, step) in order.enumerated() { position[step] = place }
    return RunPlan(
      steps: order.map { step in
        var planned = planned(steps[step])
        planned.dependsOn = dependencies[step].map { position[$0] }.sorted()
        planned.config = configs[step]
        return planned
      }
    )
  }

  private func dependencies() -> Adjacency {
    var result = Adjacency(expectedNodes: steps.count, expectedEdges: steps.count)
    for (index, step) in steps.enumerated() {
      var targets: [Int] = []
      for asset in step.assets {
        if step.check != nil {
          // A check runs after the step that made its asset.
          if let maker = stepOfAsset[asset] { targets.append(maker) }
          continue
        }
        for upstream in graph.upstream(of: asset) {
          guard let maker = stepOfAsset[upstream], maker != index else { continue }
          targets.append(maker)
          targets += blockingChecks[upstream] ?? []
        }
      }
      result.append(targets)
    }
    return result
  }

  /// Kahn's algorithm; of the steps that are ready, the one with the least key is next.
  private func order(_ dependencies: Adjacency) -> [Int] {
    let byKey = steps.indices.sorted { steps[$0].key < steps[$1].key }
    var rank = Array(repeating: 0, count: steps.count)
    for (place, step) in byKey.enumerated() { rank[step] = place }

    let dependents = dependencies.reversed()
    var waitsFor = steps.indices.map { dependencies[$0].count }
    var ready = MinHeap()
    for step in steps.indices where waitsFor[step] == 0 { ready.insert(rank[step]) }
    var order: [Int] = []
    order.reserveCapacity(steps.count)
    while let next = ready.popLeast() {
      let step = byKey[next]
      order.append(step)
      for dependent in dependents[step] {
        waitsFor[dependent] -= 1
        if waitsFor[dependent] == 0 { ready.insert(rank[dependent]) }
      }
    }
    // Assets whose steps form a cycle are not runnable, and do not get here.
    precondition(order.count == steps.count, "the steps of a plan form a cycle")
    return order
  }

  private func planned(_ step: Step) -> PlannedStep {
    var planned = PlannedStep(
      key: step.key,
      location: step.location,
      assets: step.assets.map { graph.nodes[$0].key }
    )
    if let check = step.check {
      planned.check = check.name
      planned.retry = check.retry ?? .none
      planned.timeoutMilliseconds = check.timeoutMilliseconds
      return planned
    }
    // The assets of an operation share one step: the first policy said, the longest time, and the most
    // units of each pool are enough for all of them.
    let definitions = step.assets.compactMap { graph.nodes[$0].definition }
    planned.retry = definitions.lazy.compactMap(\.retry).first ?? .none
    planned.timeoutMilliseconds = definitions.lazy.compactMap(\.timeoutMilliseconds).max()
    planned.onLimit = definitions.lazy.compactMap(\.onLimit).first
    for definition in definitions {
      planned.pools.merge(definition.pools) { max($0, $1) }
    }
    return planned
  }
}
