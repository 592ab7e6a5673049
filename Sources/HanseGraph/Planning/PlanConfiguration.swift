import HanseModel

/// Finds the step that each entry of a request's configuration is for.
///
/// An entry is named by a step's key, an asset's key or an operation. Whether the values are right is
/// for the location to say, which knows the type.
struct PlanConfiguration {
  private let draft: PlanDraft
  private let graph: AssetGraph

  init(draft: PlanDraft, graph: AssetGraph) {
    self.draft = draft
    self.graph = graph
  }

  /// The configuration by step.
  func resolve(_ config: [String: JSONValue]) throws(PlanError) -> [Int: JSONValue] {
    if config.isEmpty { return [:] }
    let named = stepsByName()
    var result: [Int: JSONValue] = [:]
    var nameOfStep: [Int: String] = [:]
    for (name, value) in config.sorted(by: { $0.key < $1.key }) {
      let step = try step(named: name, among: named)
      if let other = nameOfStep[step] {
        throw PlanError(
          .unknownConfiguration,
          "the configurations \(quoted(other)) and \(quoted(name)) are for one step, "
            + "\(quoted(draft.steps[step].key)); give one of them"
        )
      }
      guard takesConfiguration(step) else {
        let target = draft.steps[step]
        throw PlanError(
          .unexpectedConfiguration,
          "configuration \(quoted(name)): step \(quoted(target.key)) of location "
            + "\(quoted(target.location)) takes none; remove it"
        )
      }
      nameOfStep[step] = name
      result[step] = value
    }
    return result
  }

  /// The steps that each name stands for; more than one when locations have operations of one name.
  private func stepsByName() -> [String: [Int]] {
    var byOperation: [String: [Int]] = [:]
    var byKey: [String: [Int]] = [:]
    for (index, step) in draft.steps.enumerated() {
      byKey[step.key.text] = [index]
      guard step.check == nil else { continue }
      for asset in step.assets { byKey[graph.nodes[asset].key.path] = [index] }
      if let operation = graph.nodes[step.assets[0]].operation {
        byOperation[operation, default: []].append(index)
      }
    }
    // An asset's key says more than an operation's name, and wins over it.
    return byKey.merging(byOperation) { key, _ in key }
  }

  private func step(named name: String, among named: [String: [Int]]) throws(PlanError) -> Int {
    let steps = named[name] ?? []
    if steps.count == 1 { return steps[0] }
    if steps.count > 1 {
      let keys = steps.map { quoted(draft.steps[$0].key) }.sorted().joined(separator: " or ")
      throw PlanError(
        .unknownConfiguration,
        "configuration \(quoted(name)) is for operations of several locations; name it \(keys)"
      )
    }
    if graph.index(of: AssetKey(name)) != nil {
      throw PlanError(
        .unknownConfiguration,
        "configuration \(quoted(name)) is for an asset that this run does not materialize; "
          + "select the asset too, or remove its configuration"
      )
    }
    let nearest = Spelling.nearest(to: name, among: named.keys)
    let hint = nearest.map { "did you mean \(quoted($0))?" }
    throw PlanError(
      .unknownConfiguration,
      "configuration \(quoted(name)) names no step of this run; "
        + (hint ?? "name it by the key of an asset or by an operation that the run holds")
    )
  }

  private func takesConfiguration(_ step: Int) -> Bool {
    draft.steps[step].check == nil
      && draft.steps[step].assets.contains { graph.nodes[$0].definition?.configSchema != nil }
  }
}
