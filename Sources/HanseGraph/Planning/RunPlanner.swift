package import HanseModel

/// Decides which steps a run has and in which order.
package struct RunPlanner {
  /// Plans a run.
  ///
  /// Each selected asset is a step of its own, or the step of its operation with all the assets that
  /// the operation makes. Each check of these assets is a step after its asset's. A step depends on the
  /// steps of its assets' upstreams that are in the plan, and on their blocking checks of severity
  /// error. External assets are left out.
  ///
  /// The order is the one in which, of all steps whose dependencies come before, the one with the least
  /// key is next; so that a plan depends on nothing but the graph and the request.
  ///
  /// - Complexity: O(*n* log *n*) in the number of steps and dependencies.
  /// - Parameters:
  ///   - indices: The selected assets of the graph, in any order.
  ///   - graph: The graph that the run is planned in.
  ///   - request: What was asked for; its selection is used in messages only.
  /// - Returns: The plan.
  /// - Throws: Why there is none.
  package static func plan(
    selection indices: [Int],
    graph: AssetGraph,
    request: RunRequest
  ) throws(PlanError) -> RunPlan {
    let assets = try materializable(indices, in: graph, request: request)
    let draft = PlanDraft(assets: assets, graph: graph)
    let configs = try PlanConfiguration(draft: draft, graph: graph).resolve(request.config)
    return draft.ordered(configs: configs)
  }

  /// The assets that a run of the selection makes, sorted: those selected that are not external, and
  /// what their operations make beside them.
  private static func materializable(
    _ indices: [Int],
    in graph: AssetGraph,
    request: RunRequest
  ) throws(PlanError) -> [Int] {
    var isIn = Array(repeating: false, count: graph.nodeCount)
    var external: [Int] = []
    for index in indices {
      if graph.nodes[index].isExternal { external.append(index) }
      if isIn[index] || graph.nodes[index].isExternal { continue }
      for member in graph.stepMembers(of: index) { isIn[member] = true }
    }
    let assets = isIn.indices.filter { isIn[$0] }
    if assets.isEmpty {
      throw PlanError(
        .nothingToMaterialize,
        nothing(external.sorted(), graph, request),
        undefined: external.sorted().map { graph.nodes[$0].key }
      )
    }
    let blocked = assets.filter { graph.nodes[$0].blockage != nil }
    if !blocked.isEmpty { throw PlanError(.notRunnable, notRunnable(blocked, graph, request)) }
    return assets
  }

  // MARK: Wording

  private static let shownCount = 3

  private static func nothing(
    _ external: [Int],
    _ graph: AssetGraph,
    _ request: RunRequest
  ) -> String {
    let message =
      "the selection \(quoted(request.selection)) matches no asset that can be materialized"
    guard !external.isEmpty else { return "\(message); list what there is with \"hanse assets\"" }
    return
      "\(message): \(names(external, graph)) \(external.count == 1 ? "is" : "are") external, "
      + "no location defines \(external.count == 1 ? "it" : "them")"
  }

  private static func notRunnable(
    _ blocked: [Int],
    _ graph: AssetGraph,
    _ request: RunRequest
  ) -> String {
    let reasons = blocked.prefix(shownCount).map { index in
      let node = graph.nodes[index]
      let location = node.location.map { " of location \(quoted($0))" } ?? ""
      let reason = node.blockage?.description ?? ""
      return "asset \(quoted(node.key))\(location) cannot run: \(reason)"
    }
    let rest = blocked.count > shownCount ? "; and \(blocked.count - shownCount) more" : ""
    return
      "the selection \(quoted(request.selection)) holds assets that cannot run: "
      + reasons.joined(separator: "; ") + rest
      + "; select without them, or see \"hanse check\" for what to correct"
  }

  private static func names(_ indices: [Int], _ graph: AssetGraph) -> String {
    let rest = indices.count > shownCount ? " and \(indices.count - shownCount) more" : ""
    return indices.prefix(shownCount).map { quoted(graph.nodes[$0].key) }.joined(separator: ", ")
      + rest
  }
}
