/// The meaning of a selection.
package indirect enum SelectionExpression: Hashable, Sendable {
  /// Assets by key.
  case key(KeyTerm)
  /// Assets by one of their attributes.
  case attribute(Attribute, Glob)
  /// Assets with a tag; nil for any value of it.
  case tag(name: Glob, value: Glob?)
  /// Assets and what is upstream or downstream of them.
  case neighbours(of: SelectionExpression, upstream: Reach?, downstream: Reach?)
  case not(SelectionExpression)
  /// What is in each of two or more selections.
  case all([SelectionExpression])
  /// What is in any of two or more selections.
  case any([SelectionExpression])

  package enum Attribute: String, Hashable, Sendable, CaseIterable {
    case group, kind, owner, location
  }

  /// How far to follow dependencies.
  package enum Reach: Hashable, Sendable {
    case everything
    case levels(Int)

    var levels: Int? {
      switch self {
      case .everything: nil
      case .levels(let count): count
      }
    }
  }

  /// A key or a pattern of keys, and where it was written, which is not part of its meaning.
  package struct KeyTerm: Hashable, Sendable {
    package var glob: Glob
    /// Counts the Unicode scalars before it.
    package var offset: Int

    package init(_ glob: Glob, offset: Int = 0) {
      self.glob = glob
      self.offset = offset
    }

    package static func == (left: KeyTerm, right: KeyTerm) -> Bool { left.glob == right.glob }
    package func hash(into hasher: inout Hasher) { hasher.combine(glob) }
  }
}
