import HanseModel

/// Finds the assets that a selection means in one graph.
struct SelectionResolver {
  let graph: AssetGraph
  let text: String

  /// For each asset, whether it is selected.
  ///
  /// The recursion is as deep as the expression, which the parser bounds; the graph is walked with
  /// loops.
  func resolve(_ expression: SelectionExpression) throws(SelectionError) -> [Bool] {
    switch expression {
    case .key, .attribute, .tag:
      var result = Array(repeating: false, count: graph.nodeCount)
      try add(expression, to: &result)
      return result
    case .neighbours(let inner, let upstream, let downstream):
      return try resolveNeighbours(of: inner, upstream: upstream, downstream: downstream)
    case .not(let inner):
      var result = try resolve(inner)
      for index in result.indices { result[index].toggle() }
      return result
    case .all(let parts):
      var result = Array(repeating: true, count: graph.nodeCount)
      for part in parts {
        let other = try resolve(part)
        for index in result.indices where !other[index] { result[index] = false }
      }
      return result
    case .any(let parts):
      var result = Array(repeating: false, count: graph.nodeCount)
      for part in parts { try add(part, to: &result) }
      return result
    }
  }

  /// Adds what an expression means to a set, which for a plain key touches one entry only.
  private func add(
    _ expression: SelectionExpression,
    to result: inout [Bool]
  ) throws(SelectionError) {
    switch expression {
    case .key(let term):
      if let key = term.glob.literal {
        result[try index(of: key, offset: term.offset)] = true
      } else {
        select(in: &result) { term.glob.matches($0.key.path) }
      }
    case .attribute(let attribute, let glob):
      select(in: &result) { SelectionResolver.has($0, attribute, glob) }
    case .tag(let name, let value):
      select(in: &result) { SelectionResolver.hasTag($0, name: name, value: value) }
    case .neighbours, .not, .all, .any:
      let other = try resolve(expression)
      for index in result.indices where other[index] { result[index] = true }
    }
  }

  private func select(in result: inout [Bool], where matches: (AssetNode) -> Bool) {
    for (index, node) in graph.nodes.enumerated() where matches(node) { result[index] = true }
  }

  private func index(of key: String, offset: Int) throws(SelectionError) -> Int {
    if let index = graph.index(of: AssetKey(key)) { return index }
    let nearest = graph.nearestKey(to: key)
    throw SelectionError(unknown: key, suggestion: nearest, offset: offset, text: text)
  }

  private func resolveNeighbours(
    of inner: SelectionExpression,
    upstream: SelectionExpression.Reach?,
    downstream: SelectionExpression.Reach?
  ) throws(SelectionError) -> [Bool] {
    var result = try resolve(inner)
    let starts = result.indices.filter { result[$0] }
    if let upstream {
      let reached = graph.reachable(from: starts, upstream: true, levels: upstream.levels)
      for index in result.indices where reached[index] { result[index] = true }
    }
    if let downstream {
      let reached = graph.reachable(from: starts, upstream: false, levels: downstream.levels)
      for index in result.indices where reached[index] { result[index] = true }
    }
    return result
  }

  private static func has(
    _ node: AssetNode,
    _ attribute: SelectionExpression.Attribute,
    _ glob: Glob
  ) -> Bool {
    switch attribute {
    case .group: glob.matches(node.group ?? "") && (node.group != nil || glob.isEmpty)
    case .location: glob.matches(node.location?.text ?? "") && (!node.isExternal || glob.isEmpty)
    case .kind: hasAny(node.definition?.kinds ?? [], glob)
    case .owner: hasAny(node.definition?.owners ?? [], glob)
    }
  }

  private static func hasAny(_ values: [String], _ glob: Glob) -> Bool {
    values.isEmpty ? glob.isEmpty : values.contains(where: glob.matches)
  }

  private static func hasTag(_ node: AssetNode, name: Glob, value: Glob?) -> Bool {
    guard let tags = node.definition?.tags, !tags.isEmpty else {
      return name.isEmpty && value == nil
    }
    if let name = name.literal {
      guard let tag = tags[name] else { return false }
      return value?.matches(tag) ?? true
    }
    return tags.contains { name.matches($0.key) && (value?.matches($0.value) ?? true) }
  }
}
