extension Int {
  /// The number with its noun: `1 asset`, `2 assets`.
  package func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
