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
    let matching = patterns(matching: key)
    return matching.contains { $0.location == location } ? nil : matching.first
  }

  /// The first pattern that claims a key.
  func pattern(claiming key: AssetKey) -> Pattern? { patterns(matching: key).first }

  private func patterns(matching key: AssetKey) -> [Pattern] {
    if byFirstSegment.isEmpty && others.isEmpty { return [] }
    let segment = key.path.prefix { $0 != "/" }
    let candidates = (byFirstSegment[segment] ?? []) + others
    return candidates.filter { $0.glob.matches(key.path) }
  }

  /// The first segment of every key that matches, when there is only one such.
  private static func fixedFirstSegment(of pattern: String) -> Substring? {
    let segment = pattern.prefix { $0 != "/" }
    return segment.contains("*") ? nil : segment
  }
}
