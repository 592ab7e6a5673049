package import HanseModel

/// What a selection has to do with a location of which nobody knows what it defines.
package enum SelectionConcern: Int, Hashable, Sendable, Comparable {
  /// It cannot mean an asset of the location.
  case none
  /// It may: by a pattern, an attribute, or as a neighbour of another asset.
  case possible
  /// It says the location's name.
  case named

  package static func < (left: SelectionConcern, right: SelectionConcern) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension AssetSelection {
  /// - Parameters:
  ///   - location: The location.
  ///   - known: Assets of other locations.
  /// - Returns: What it may mean of the location beside them.
  package func concern(
    with location: LocationName,
    beside known: [AssetKey]
  ) -> SelectionConcern {
    expression.concern(with: UnknownLocation(name: location.text, known: known))
  }
}

private struct UnknownLocation {
  var name: String
  var known: [AssetKey]
}

extension SelectionExpression {
  /// The recursion is as deep as the expression, which the parser bounds.
  fileprivate func concern(with location: UnknownLocation) -> SelectionConcern {
    switch self {
    case .key(let term):
      let isKnown = location.known.contains { term.glob.matches($0.path) }
      if isKnown { return term.glob.literal == nil ? .possible : .none }
      // By custom the first segment of a key is its location, but any location may define it.
      return term.glob.pieces[0].hasPrefix("\(location.name)/") ? .named : .possible
    case .attribute(.location, let glob):
      return !glob.matches(location.name) ? .none : glob.literal == nil ? .possible : .named
    case .attribute, .tag: return .possible
    case .neighbours(let inner, _, _): return max(.possible, inner.concern(with: location))
    case .not(let inner): return inner.covers(location) ? .none : .possible
    case .all(let parts):
      let concerns = parts.map { $0.concern(with: location) }
      return concerns.contains(.none) ? .none : concerns.max() ?? .none
    case .any(let parts): return parts.map { $0.concern(with: location) }.max() ?? .none
    }
  }

  /// Whether every asset of the location is meant, whatever it defines.
  private func covers(_ location: UnknownLocation) -> Bool {
    switch self {
    case .key(let term): term.glob.matchesAll
    case .attribute(.location, let glob): glob.matches(location.name)
    case .attribute, .tag: false
    case .neighbours(let inner, _, _): inner.covers(location)
    case .not(let inner): inner.concern(with: location) == .none
    case .all(let parts): parts.allSatisfy { $0.covers(location) }
    case .any(let parts): parts.contains { $0.covers(location) }
    }
  }
}
