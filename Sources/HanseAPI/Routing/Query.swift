import HanseModel

/// The query of a call, every parameter of which is known.
struct Query {
  private let values: [String: String]

  /// - Parameters:
  ///   - values: What came.
  ///   - known: What there is.
  /// - Throws: For a parameter that is not there, with the nearest that is.
  init(_ values: [String: String], known: [String]) throws(Problem) {
    for name in values.keys.sorted() where !known.contains(name) {
      throw .unknownParameter(name, known: known)
    }
    self.values = values
  }

  subscript(name: String) -> String? { values[name] }

  func integer(
    _ name: String,
    in range: ClosedRange<Int64>,
    default absent: Int64
  ) throws(Problem) -> Int64 {
    guard let text = values[name] else { return absent }
    guard let value = Int64(text), range.contains(value) else {
      let upper = range.upperBound == .max ? "on" : "to \(range.upperBound)"
      throw .invalidParameter(
        name,
        text,
        expected: "a whole number from \(range.lowerBound) \(upper)"
      )
    }
    return value
  }

  /// Words separated by commas, each of which is known; empty when the parameter is absent.
  func words(_ name: String, known: [String], what: String) throws(Problem) -> [String] {
    guard let text = values[name] else { return [] }
    let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    for word in words where !known.contains(word) {
      throw .invalidParameter(
        name,
        text,
        expected: "\(what), separated by commas: \(known.joined(separator: ", "))",
        suggestion: Spelling.nearest(to: word, among: known)
      )
    }
    return words
  }
}
