import HanseFaults
import HanseModel
import HanseTesting

/// The words of `hanse drill`.
enum DrillMessages {
  static let nothingChosen =
    "name a fault with --fault NAME, take some of each kind with --quick, or take them all with "
    + "--all; --list explains them"
  static let interrupted = "interrupted; the host and its locations have ended"
  static let breaks = "what is broken:   "
  static let must = "what must happen: "
  static let mustNot = "what must not:    "
  static let shownAs = "how it is shown:  "

  static func unknownFault(_ name: String, nearest: String?) -> String {
    let hint = nearest.map { "did you mean \"\($0)\"?" } ?? "see `hanse drill --list`"
    return "there is no fault \"\(name.visibleLine)\"; \(hint)"
  }

  static func unknownLocation(_ name: String, nearest: String?) -> String {
    let hint = nearest.map { "did you mean \"\($0)\"?" } ?? "see `hanse locations`"
    return "there is no location \"\(name.visibleLine)\" in the workspace; \(hint)"
  }

  static func milliseconds(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) ms"
  }

  /// Before, at most, and after.
  static func memory(_ memory: HostMemory) -> String {
    [memory.beforeBytes, memory.peakBytes, memory.afterBytes]
      .map { "\($0 >> 20)" }.joined(separator: " / ")
  }

  static func summary(_ report: DrillReport) -> String {
    let good = report.results.count { $0.isGood }
    return "\(good) of \(report.results.count) faults led to what was promised; "
      + "quiet: p50 \(milliseconds(report.quiet.p50)), p99 \(milliseconds(report.quiet.p99)), "
      + "\(Int(report.quiet.perSecond)) steps a second"
  }

  static func json(_ fault: Fault) -> JSONValue {
    .object([
      .init("name", .string(fault.name)),
      .init("area", .string(fault.area.rawValue)),
      .init("row", .string(fault.entry.row)),
      .init("breaks", .string(fault.entry.breaks)),
      .init("must", .string(fault.entry.must)),
      .init("mustNot", .string(fault.entry.mustNot)),
      .init("marks", .array(fault.entry.consequence.marks.map { .string($0) })),
    ])
  }
}
