import HanseModel
import HanseTesting

/// The words of `hanse conform`.
enum ConformMessages {
  static func standardError(_ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["  end of its standard error:"] + lines.map { "    \($0.visibleLine)" }
  }

  /// The last lines: how many checks conform, how many fail, and which could not be made, and why.
  static func summary(_ report: ConformanceReport) -> [String] {
    let good = report.results.count { $0.verdict == .conforms }
    let bad = report.results.count { $0.verdict == .fails }
    let skipped = report.results.filter { $0.verdict == .skipped }
    var parts = ["\(Messages.count(good, "check")) \(good == 1 ? "conforms" : "conform")"]
    if bad > 0 { parts.append("\(bad) \(bad == 1 ? "fails" : "fail")") }
    if !skipped.isEmpty {
      parts.append("\(skipped.count) \(skipped.count == 1 ? "was" : "were") skipped")
    }
    var lines = [parts.joined(separator: ", ")]
    lines += skipped.map { "  skipped \($0.check): \($0.seen.visibleLine)" }
    if report.notMade > 0 {
      lines.append(
        "the other \(report.notMade) were not made: the program does not start; mend that and try again"
      )
    }
    return lines
  }
}
