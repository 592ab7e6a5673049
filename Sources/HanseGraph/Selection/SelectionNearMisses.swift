import HanseModel

/// Finds terms of a selection that no asset fits and that are nearly one that some do.
///
/// A pattern or an attribute may match nothing, so a slip of the pen in one is no error; but whoever
/// gets nothing wants to hear of it.
extension AssetSelection {
  /// The terms as they were probably meant, such as `kind:model` for `kind:modell`.
  ///
  /// - Parameter values: The values that an attribute has, over all assets.
  /// - Returns: Each once, in the order of the selection.
  package func nearMisses(
    _ values: (SelectionExpression.Attribute) -> Set<String>
  ) -> [String] {
    var found: [String] = []
    for (attribute, value) in expression.literalAttributes {
      let known = values(attribute)
      guard !known.contains(value),
        let nearest = Spelling.nearest(to: value, among: known.sorted())
      else { continue }
      let meant = SelectionExpression.attribute(attribute, Glob(pieces: [nearest])).canonicalText
      if !found.contains(meant) { found.append(meant) }
    }
    return found
  }

  /// The same, with what a graph's assets have.
  package func nearMisses(in graph: AssetGraph) -> [String] {
    nearMisses { graph.values(of: $0) }
  }
}

extension SelectionExpression {
  /// The attributes that are asked for by one value, from left to right.
  ///
  /// The recursion is as deep as the expression, which the parser bounds.
  fileprivate var literalAttributes: [(Attribute, String)] {
    switch self {
    case .attribute(let attribute, let glob):
      glob.literal.map { $0.isEmpty ? [] : [(attribute, $0)] } ?? []
    case .key, .tag: []
    case .neighbours(let inner, _, _), .not(let inner): inner.literalAttributes
    case .all(let parts), .any(let parts): parts.flatMap(\.literalAttributes)
    }
  }
}

extension AssetGraph {
  fileprivate func values(of attribute: SelectionExpression.Attribute) -> Set<String> {
    var values: Set<String> = []
    for node in nodes {
      switch attribute {
      case .group: if let group = node.group { values.insert(group) }
      case .location: if let location = node.location { values.insert(location.text) }
      case .kind: values.formUnion(node.definition?.kinds ?? [])
      case .owner: values.formUnion(node.definition?.owners ?? [])
      }
    }
    return values
  }
}
