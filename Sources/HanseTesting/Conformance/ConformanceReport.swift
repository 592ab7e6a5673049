package import HanseModel

/// One check of the suite, with what came of it.
package struct ConformanceResult: Hashable, Sendable {
  package enum Verdict: String, Hashable, Sendable {
    case conforms, fails
    /// The location has nothing that it could be looked at with.
    case skipped
  }

  package var check: String
  /// What the protocol's text demands.
  package var demand: String
  /// The section of the protocol's documentation that demands it.
  package var section: String
  package var verdict: Verdict
  package var seen: String
  /// The last lines of the program's standard error, where a check fails.
  package var standardError: [String] = []

  package init(
    check: String,
    demand: String,
    section: String,
    verdict: Verdict,
    seen: String,
    standardError: [String] = []
  ) {
    (self.check, self.demand, self.section) = (check, demand, section)
    (self.verdict, self.seen, self.standardError) = (verdict, seen, standardError)
  }
}

package struct ConformanceReport: Hashable, Sendable {
  package var results: [ConformanceResult]
  /// How many checks were not made, because the program does not even start.
  package var notMade = 0

  package init(results: [ConformanceResult], notMade: Int = 0) {
    (self.results, self.notMade) = (results, notMade)
  }

  package var isGood: Bool { results.allSatisfy { $0.verdict != .fails } }

  /// The document of `hanse conform --json`.
  package var json: JSONValue {
    .object([
      .init("conforms", .bool(isGood)),
      .init(
        "checks",
        .array(
          results.map { result in
            .object([
              .init("check", .string(result.check)),
              .init("verdict", .string(result.verdict.rawValue)),
              .init("demand", .string(result.demand)),
              .init("section", .string(result.section)),
              .init("seen", .string(result.seen)),
              .init("standardError", .array(result.standardError.map { .string($0) })),
            ])
          }
        )
      ),
      .init("notMade", .integer(Int64(notMade))),
    ])
  }

  private func failure(_ result: ConformanceResult) -> String {
    (["\(result.demand) Seen: \(result.seen)"] + result.standardError).joined(separator: "\n")
  }

  package var junit: String {
    JUnit.document(
      suite: "hanse conform",
      cases: results.map { result in
        JUnit.Case(
          group: "conformance",
          name: result.check,
          failure: result.verdict == .fails ? failure(result) : nil
        )
      }
    )
  }
}
