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
}

package struct ConformanceReport: Hashable, Sendable {
  package var results: [ConformanceResult]

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
            ])
          }
        )
      ),
    ])
  }

  package var junit: String {
    JUnit.document(
      suite: "hanse conform",
      cases: results.map { result in
        JUnit.Case(
          group: "conformance",
          name: result.check,
          failure: result.verdict == .fails ? "\(result.demand) Seen: \(result.seen)" : nil
        )
      }
    )
  }
}
