import HanseModel

/// Who may define which keys, by the workspace's `owns` patterns.
struct Ownership {
  struct Pattern {
    /// The owner's position in the workspace.
    var location: Int
    var text: String
    var glob: Glob
  }

  /// The patterns that fix a key's first segment, by that segment: what nearly all patterns do, so
  /// that a key need not be compared with every location's.
  private var byFirstSegment: [Substring: [Pattern]] = [:]
  private var others: [Pattern] = []

  init(_ locations: [LocationInput]) {
    for (location, input) in locations.enumerated() {
      for text in input.owns {
        let pattern = Pattern(location: location, text: text, glob: Glob(text))
        if let segment = Ownership.fixedFirstSegment(of: text) {
          byFirstSegment[segment, default: []].append(pattern)
        } else {
          others.append(pattern)
        }
      }
    }
  }

  /// The pattern that forbids a location to define a key: another location owns the key, and this
  /// one does not.
  func pattern(forbidding key: AssetKey, to location: Int) -> Pattern? {
    if isEmpty { return nil }
    let fixed = patterns(withFirstSegmentOf: key)
    if owns(location, key, by: fixed) || owns(location, key, by: others) { return nil }
    return pattern(claiming: key)
  }

  /// The first pattern that claims a key.
  func pattern(claiming key: AssetKey) -> Pattern? {
    if isEmpty { return nil }
    return patterns(withFirstSegmentOf: key).first { $0.glob.matches(key.path) }
      ?? others.first { $0.glob.matches(key.path) }
  }

  private var isEmpty: Bool { byFirstSegment.isEmpty && others.isEmpty }

  private func owns(_ location: Int, _ key: AssetKey, by patterns: [Pattern]) -> Bool {
    patterns.contains { $0.location == location && $0.glob.matches(key.path) }
  }

  private func patterns(withFirstSegmentOf key: AssetKey) -> [Pattern] {
    if byFirstSegment.isEmpty { return [] }
    let end = key.path.utf8.firstIndex(of: UInt8(ascii: "/")) ?? key.path.endIndex
    return byFirstSegment[key.path[..<end]] ?? []
  }

  /// The first segment of every key that matches, when there is only one such.
  private static func fixedFirstSegment(of pattern: String) -> Substring? {
    let segment = pattern.unicodeScalars.prefix { $0 != "/" }
    return segment.contains("*") ? nil : Substring(segment)
  }
}
