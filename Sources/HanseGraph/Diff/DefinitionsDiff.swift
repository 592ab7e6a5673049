package import HanseModel

/// What a location's new definitions add, remove and change, and whom else that affects.
///
/// Pure: made of two sets of definitions and of what the other locations define. Everything in it is
/// sorted, so equal definitions give equal documents.
package struct DefinitionsDiff: Hashable, Sendable {
  /// One part of a definition that differs; nil for what was not or is no longer said.
  package struct FieldChange: Hashable, Sendable {
    /// As in the protocol: `codeVersion`, `dependencies`.
    package var field: String
    package var old: JSONValue?
    package var new: JSONValue?
  }

  package struct AssetChange: Hashable, Sendable {
    package var key: AssetKey
    package var fields: [FieldChange]
  }

  package struct CheckChange: Hashable, Sendable {
    /// `asset:check`.
    package var check: StepKey
    package var fields: [FieldChange]
  }

  /// How an asset of another location is affected.
  package enum Effect: String, Hashable, Sendable, CaseIterable {
    /// An upstream is no longer defined by anybody.
    case upstreamRemoved = "upstream-removed"
    /// An upstream that nobody defined is now defined.
    case upstreamAdded = "upstream-added"
    /// An upstream's definition has changed.
    case upstreamChanged = "upstream-changed"
    /// It is further downstream of one of those.
    case behind
  }

  /// An asset of another location.
  package struct Affected: Hashable, Sendable {
    package var key: AssetKey
    package var location: LocationName
    package var effect: Effect
    /// The asset of this location that it is downstream of.
    package var cause: AssetKey
  }

  package var location: LocationName
  package var addedAssets: [AssetKey] = []
  package var removedAssets: [AssetKey] = []
  package var changedAssets: [AssetChange] = []
  package var addedChecks: [StepKey] = []
  package var removedChecks: [StepKey] = []
  package var changedChecks: [CheckChange] = []
  package var affected: [Affected] = []
  /// What the merge would say that it does not say now: duplicates, keys owned by others, upstreams
  /// that are missing, cycles; whichever location it concerns.
  package var newDiagnostics: [Diagnostic] = []
  /// What the merge would no longer say.
  package var resolvedDiagnostics: [Diagnostic] = []

  /// Whether nothing differs that anybody would notice; where things stand in the source does not
  /// count.
  package var isEmpty: Bool {
    addedAssets.isEmpty && removedAssets.isEmpty && changedAssets.isEmpty && addedChecks.isEmpty
      && removedChecks.isEmpty && changedChecks.isEmpty && newDiagnostics.isEmpty
      && resolvedDiagnostics.isEmpty
  }

  /// Compares a location's definitions with new ones.
  ///
  /// - Complexity: that of two merges.
  /// - Parameters:
  ///   - location: Whose definitions are new.
  ///   - new: What it would serve.
  ///   - locations: What all locations serve now, in the order of the workspace; this one may be
  ///     missing.
  package init(
    of location: LocationName,
    to new: LocationDefinitions,
    among locations: [LocationInput]
  ) {
    self.location = location
    let old = locations.first { $0.name == location }?.definitions ?? LocationDefinitions()
    compareAssets(Self.byKey(old.assets), Self.byKey(new.assets))
    compareChecks(Self.byKey(old.checks), Self.byKey(new.checks))

    var after = locations
    if let place = after.firstIndex(where: { $0.name == location }) {
      after[place].definitions = new
    } else {
      after.append(LocationInput(name: location, definitions: new))
    }
    let now = AssetGraph.merge(locations)
    let then = AssetGraph.merge(after, previous: now.graph)
    compare(now.diagnostics, then.diagnostics)
    findAffected(before: now.graph, after: then.graph)
  }

  // MARK: Comparing

  /// The first definition of a key is the one that counts.
  private static func byKey(_ assets: [AssetDefinition]) -> [AssetKey: AssetDefinition] {
    Dictionary(assets.map { ($0.key, $0) }) { first, _ in first }
  }

  private static func byKey(_ checks: [CheckDefinition]) -> [StepKey: CheckDefinition] {
    Dictionary(checks.map { ($0.stepKey, $0) }) { first, _ in first }
  }

  private mutating func compareAssets(
    _ old: [AssetKey: AssetDefinition],
    _ new: [AssetKey: AssetDefinition]
  ) {
    addedAssets = new.keys.filter { old[$0] == nil }.sorted()
    removedAssets = old.keys.filter { new[$0] == nil }.sorted()
    for key in old.keys.sorted() {
      guard let before = old[key], let after = new[key], before != after else { continue }
      let fields = FieldChange.all(before.comparable, after.comparable)
      if !fields.isEmpty { changedAssets.append(AssetChange(key: key, fields: fields)) }
    }
  }

  private mutating func compareChecks(
    _ old: [StepKey: CheckDefinition],
    _ new: [StepKey: CheckDefinition]
  ) {
    addedChecks = new.keys.filter { old[$0] == nil }.sorted()
    removedChecks = old.keys.filter { new[$0] == nil }.sorted()
    for key in old.keys.sorted() {
      guard let before = old[key], let after = new[key], before != after else { continue }
      let fields = FieldChange.all(before.comparable, after.comparable)
      if !fields.isEmpty { changedChecks.append(CheckChange(check: key, fields: fields)) }
    }
  }

  private mutating func compare(_ now: [Diagnostic], _ then: [Diagnostic]) {
    let known = Set(now.map(\.withoutPlace))
    let kept = Set(then.map(\.withoutPlace))
    newDiagnostics = then.filter { !known.contains($0.withoutPlace) }
    resolvedDiagnostics = now.filter { !kept.contains($0.withoutPlace) }
  }

  // MARK: Other locations

  private mutating func findAffected(before: AssetGraph, after: AssetGraph) {
    var found: [AssetKey: Affected] = [:]
    let removed = removedAssets.filter { after.node(for: $0)?.isExternal ?? true }
    let added = addedAssets.filter { after.node(for: $0)?.location == location }
    let changed = changedAssets.filter { $0.fields.contains(where: \.isLogic) }.map(\.key)
    spread(removed, .upstreamRemoved, in: before, &found)
    spread(added, .upstreamAdded, in: after, &found)
    spread(changed, .upstreamChanged, in: after, &found)
    affected = found.values.sorted { $0.key < $1.key }
  }

  /// Follows the flow of data from some assets, and notes each asset of another location once.
  ///
  /// Who depends on one of them directly is told so, whatever else it is behind.
  private func spread(
    _ sources: [AssetKey],
    _ effect: Effect,
    in graph: AssetGraph,
    _ found: inout [AssetKey: Affected]
  ) {
    var visited = Set(sources.compactMap { graph.index(of: $0) })
    var queue = sources.compactMap { key in
      graph.index(of: key).map { (node: $0, cause: key, isSource: true) }
    }
    var next = 0
    while next < queue.count {
      let (node, cause, isSource) = queue[next]
      next += 1
      for downstream in graph.downstream(of: node) {
        let target = graph.nodes[downstream]
        if let owner = target.location, owner != location {
          let kind = isSource ? effect : .behind
          if found[target.key] == nil || (found[target.key]?.effect == .behind && isSource) {
            found[target.key] = Affected(
              key: target.key,
              location: owner,
              effect: kind,
              cause: cause
            )
          }
        }
        if visited.insert(downstream).inserted { queue.append((downstream, cause, false)) }
      }
    }
  }
}

extension Diagnostic {
  /// The same without the line that it is about, which moves with every edit of the file.
  fileprivate var withoutPlace: Diagnostic {
    var copy = self
    copy.source = nil
    return copy
  }
}
