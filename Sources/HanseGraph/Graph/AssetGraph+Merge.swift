package import HanseModel

extension AssetGraph {
  /// Makes one graph of what all locations define.
  ///
  /// Total, pure and deterministic: whatever a location defines, there is a graph, and a bad
  /// definition costs its owner a diagnostic and nobody else anything.
  ///
  /// - Complexity: O(*n* log *n*) in the number of assets and dependencies.
  /// - Parameters:
  ///   - locations: The locations in the order of the workspace, which decides between two that define
  ///     one key, unless one of them had it before or owns it by the workspace.
  ///   - previousOwners: Which location had each key before.
  /// - Returns: The graph, and what people should know, in a fixed order.
  package static func merge(
    _ locations: [LocationInput],
    previousOwners: [AssetKey: LocationName] = [:]
  ) -> (graph: AssetGraph, diagnostics: [Diagnostic]) {
    merge(locations) { previousOwners[$0] }
  }

  /// Makes one graph of what all locations define, where a location that had a key in the graph
  /// before keeps it.
  package static func merge(
    _ locations: [LocationInput],
    previous: AssetGraph
  ) -> (graph: AssetGraph, diagnostics: [Diagnostic]) {
    merge(locations) { previous.node(for: $0)?.location }
  }

  private static func merge(
    _ locations: [LocationInput],
    previousOwner: (AssetKey) -> LocationName?
  ) -> (graph: AssetGraph, diagnostics: [Diagnostic]) {
    var merge = Merge(locations, previousOwner: previousOwner)
    return merge.run()
  }
}

/// The steps of one merge and what they hand to each other.
private struct Merge {
  private let locations: [LocationInput]
  private let ownership: Ownership
  private let claims: ClaimTable
  private var diagnostics: MergeDiagnostics
  private var suggestions = SuggestionBudget()

  /// The keys that only dependencies name; they are numbered after the claims.
  private var externals: [AssetKey] = []
  private var externalIDs: [AssetKey: Int] = [:]
  /// Who depends on an external asset, per location: the first asset, and how many more.
  private var uses: [(id: Int, claim: ClaimTable.Claim, others: Int)] = []
  private var useOf: [ExternalUse: Int] = [:]

  private struct ExternalUse: Hashable {
    var location: Int
    var id: Int
  }

  init(_ locations: [LocationInput], previousOwner: (AssetKey) -> LocationName?) {
    self.locations = locations
    ownership = Ownership(locations)
    claims = ClaimTable(locations, ownership: ownership, previousOwner: previousOwner)
    diagnostics = MergeDiagnostics(locations)
  }

  mutating func run() -> (graph: AssetGraph, diagnostics: [Diagnostic]) {
    let checks = CheckTable(locations, claims: claims)
    let targets = resolveDependencies()
    let keys = claims.claims.map(\.key) + externals
    let order = keys.indices.sorted { keys[$0] < keys[$1] }
    var rank = Array(repeating: 0, count: keys.count)
    for (position, id) in order.enumerated() { rank[id] = position }

    var nodes = order.map { makeNode($0, checks: checks) }
    let upstreams = makeUpstreams(order: order, rank: rank, targets: targets)
    let downstreams = upstreams.reversed()
    let steps = StepGrouping(nodes)
    let cycles = CycleSearch(
      nodes: nodes,
      upstreams: upstreams,
      downstreams: downstreams,
      steps: steps
    )
    for (node, blockage) in cycles.blockages { nodes[node].blockage = blockage }
    block(&nodes, withInvalidOperations: order)
    block(&nodes, withInvalidSettings: order, steps)

    report(checks, keys: keys)
    report(cycles, order: order)
    var indices = claims.ids.mapValues { rank[$0] }
    for (position, key) in externals.enumerated() {
      indices[key] = rank[claims.claims.count + position]
    }
    let graph = AssetGraph(
      nodes: nodes,
      locations: summaries(checks),
      indices: indices,
      upstreams: upstreams,
      downstreams: downstreams,
      steps: steps
    )
    return (graph, diagnostics.sorted())
  }

  private func definition(_ claim: ClaimTable.Claim) -> AssetDefinition {
    locations[claim.location].definitions.assets[claim.asset]
  }

  // MARK: Building

  /// The numbers of what each claim depends on; makes the external assets on the way.
  private mutating func resolveDependencies() -> Adjacency {
    let count = claims.claims.count
    var targets = Adjacency(expectedNodes: count, expectedEdges: count)
    var ids: [Int] = []
    for claim in claims.claims {
      let dependencies = locations[claim.location].definitions.assets[claim.asset].dependencies
      ids.removeAll(keepingCapacity: true)
      for dependency in dependencies {
        if let id = claims.ids[dependency.key] ?? external(dependency.key, for: claim) {
          ids.append(id)
        }
      }
      targets.append(ids)
    }
    return targets
  }

  private mutating func external(_ key: AssetKey, for claim: ClaimTable.Claim) -> Int? {
    if let problem = key.problem {
      diagnostics.invalidUpstream(key, of: claim, problem: problem)
      return nil
    }
    let id = externalIDs[key] ?? claims.claims.count + externals.count
    if externalIDs[key] == nil {
      externalIDs[key] = id
      externals.append(key)
    }
    let use = ExternalUse(location: claim.location, id: id)
    if let known = useOf[use] {
      uses[known].others += 1
      if claim.key < uses[known].claim.key { uses[known].claim = claim }
    } else {
      useOf[use] = uses.count
      uses.append((id, claim, 0))
    }
    return id
  }

  private func makeNode(_ id: Int, checks: CheckTable) -> AssetNode {
    guard id < claims.claims.count else {
      return AssetNode(external: externals[id - claims.claims.count])
    }
    let claim = claims.claims[id]
    let input = locations[claim.location]
    return AssetNode(
      definitions: input.definitions.assets,
      position: claim.asset,
      location: input.name,
      checks: checks.checks[id] ?? []
    )
  }

  private func makeUpstreams(order: [Int], rank: [Int], targets: Adjacency) -> Adjacency {
    var result = Adjacency(expectedNodes: order.count, expectedEdges: targets.edgeCount)
    for id in order {
      if id < targets.nodeCount {
        result.append(targets[id].lazy.map { rank[$0] })
      } else {
        result.append([])
      }
    }
    return result
  }

  /// Operations are named as assets are, so that no step's key can be mistaken for another's.
  private mutating func block(_ nodes: inout [AssetNode], withInvalidOperations order: [Int]) {
    for node in nodes.indices {
      guard let operation = nodes[node].operation,
        let problem = AssetKey(operation).problem
      else { continue }
      nodes[node].blockage = .invalidOperation(
        problem: "its operation \(quoted(operation)) has a name that is not valid: \(problem)"
      )
      diagnostics.invalidOperation(
        claims.claims[order[node]],
        operation: operation,
        problem: problem
      )
    }
  }

  /// The assets of one step run together or not at all.
  private mutating func block(
    _ nodes: inout [AssetNode],
    withInvalidSettings order: [Int],
    _ steps: StepGrouping
  ) {
    for node in nodes.indices {
      let problems = nodes[node].settingProblems
      guard let first = problems.first else { continue }
      for problem in problems { diagnostics.invalidSetting(claims.claims[order[node]], problem) }
      for member in steps.members[steps.stepOfNode[node]] where nodes[member].blockage == nil {
        let whose = member == node ? "it" : "asset \(quoted(nodes[node].key)), of the same step,"
        nodes[member].blockage = .invalidSetting(problem: "\(whose) \(first)")
      }
    }
  }

  private func summaries(_ checks: CheckTable) -> [AssetGraph.Location] {
    var summaries = locations.map {
      AssetGraph.Location(
        name: $0.name,
        generation: $0.generation,
        isStale: $0.isStale,
        assetCount: 0,
        checkCount: 0
      )
    }
    for (id, claim) in claims.claims.enumerated() {
      summaries[claim.location].assetCount += 1
      summaries[claim.location].checkCount += checks.checks[id]?.count ?? 0
    }
    return summaries
  }

  // MARK: Reporting

  private mutating func report(_ checks: CheckTable, keys: [AssetKey]) {
    for (claim, problem) in claims.invalid { diagnostics.invalidKey(claim, problem: problem) }
    for (claim, pattern) in claims.notOwned { diagnostics.notOwned(claim, pattern: pattern) }
    for (claim, id) in claims.duplicates { diagnostics.duplicate(claim, of: claims.claims[id]) }
    for misfit in checks.duplicates { diagnostics.duplicateCheck(misfit) }
    for misfit in checks.unusable { diagnostics.unusableCheck(misfit) }
    for misfit in checks.unknown {
      let candidates = locations[misfit.location].definitions.assets.lazy.map(\.key)
      diagnostics.unknownCheckedAsset(
        misfit,
        nearest: suggestions.nearest(to: misfit.check.asset, among: candidates)
      )
    }
    let defined = claims.claims.lazy.map(\.key)
    for user in uses {
      let key = keys[user.id]
      let nearest = suggestions.nearest(to: key, among: defined)
      if let pattern = ownership.pattern(claiming: key) {
        diagnostics.missing(
          key,
          for: user.claim,
          others: user.others,
          pattern: pattern,
          nearest: nearest
        )
      } else {
        diagnostics.external(key, for: user.claim, others: user.others, nearest: nearest)
      }
    }
  }

  private mutating func report(_ cycles: CycleSearch, order: [Int]) {
    for finding in cycles.findings {
      diagnostics.cycle(finding, at: claims.claims[order[finding.node]])
    }
    var behind = Array(repeating: [ClaimTable.Claim](), count: locations.count)
    for node in cycles.behind {
      let claim = claims.claims[order[node]]
      behind[claim.location].append(claim)
    }
    for claims in behind { diagnostics.behindCycle(claims) }
  }
}
