import HanseModel

/// Finds nearest keys for messages, while that costs little.
///
/// A suggestion compares a name with every candidate. That is nothing for one typing mistake, and
/// would take minutes for a generated location with 100,000 of them.
struct SuggestionBudget {
  /// How many comparisons are left: some tens of milliseconds in all.
  private var comparisons = 50_000

  mutating func nearest(
    to key: AssetKey,
    among candidates: some Collection<AssetKey>
  ) -> String? {
    let count = candidates.count
    guard count <= comparisons else { return nil }
    comparisons -= count
    return Spelling.nearest(to: key.path, among: candidates.lazy.map(\.path))
  }
}
