import HanseTesting
import Testing

@testable import HanseCLI

/// What is said of a program's conformance, word for word.
struct ConformWordsTests {
  private static func result(
    _ check: String,
    _ verdict: ConformanceResult.Verdict,
    _ seen: String = "it answers"
  ) -> ConformanceResult {
    ConformanceResult(check: check, demand: "d", section: "s", verdict: verdict, seen: seen)
  }

  static let reports: [(ConformanceReport, [String])] = [
    (
      ConformanceReport(results: [result("a", .conforms), result("b", .conforms)]),
      ["2 checks conform"]
    ),
    (
      ConformanceReport(results: [
        result("a", .conforms), result("b", .skipped, "no step is long enough"),
        result("c", .skipped, "it has one page"),
      ]),
      [
        "1 check conforms, 2 were skipped", "  skipped b: no step is long enough",
        "  skipped c: it has one page",
      ]
    ),
    (
      ConformanceReport(results: [
        result("a", .conforms), result("b", .fails), result("c", .fails),
        result("d", .skipped, "why"),
      ]),
      ["1 check conforms, 2 fail, 1 was skipped", "  skipped d: why"]
    ),
    (
      ConformanceReport(results: [result("a", .fails)], notMade: 20),
      [
        "0 checks conform, 1 fails",
        "the other 20 were not made: the program does not start; mend that and try again",
      ]
    ),
  ]

  @Test(arguments: reports)
  func `the last lines count what conforms, fails and was skipped, and say why`(
    report: ConformanceReport,
    lines: [String]
  ) {
    #expect(ConformMessages.summary(report) == lines)
  }

  @Test func `the end of its standard error is shown without control characters`() {
    #expect(ConformMessages.standardError([]) == [])
    #expect(
      ConformMessages.standardError(["a\u{1B}[31mb"]).first == "  end of its standard error:"
    )
    #expect(ConformMessages.standardError(["a\u{1B}[31mb"]).last?.contains("\u{1B}") == false)
  }
}
