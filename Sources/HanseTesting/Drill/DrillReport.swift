package import HanseFaults
package import HanseModel

/// One thing that was promised, and whether it is so.
package struct DrillCheck: Hashable, Sendable {
  package var promise: String
  package var isKept: Bool
  /// What was seen.
  package var seen: String

  init(_ promise: String, _ isKept: Bool, _ seen: String) {
    self.promise = promise
    self.isKept = isKept
    self.seen = seen
  }
}

/// What one fault led to.
package struct DrillResult: Sendable {
  package var fault: Fault
  package var checks: [DrillCheck]
  /// What the canary felt while the fault happened.
  package var during: LatencyFigures
  package var after: LatencyFigures
  package var memory: HostMemory

  package var isGood: Bool { checks.allSatisfy(\.isKept) }
  package var broken: [DrillCheck] { checks.filter { !$0.isKept } }
}

/// A whole drill.
package struct DrillReport: Sendable {
  /// The canary's latency with no fault beside it.
  package var quiet: LatencyFigures
  package var results: [DrillResult]

  package var isGood: Bool { results.allSatisfy(\.isGood) }

  /// The document of `hanse drill --json`.
  package var json: JSONValue {
    .object([
      .init("good", .bool(isGood)),
      .init("quiet", quiet.json),
      .init("faults", .array(results.map(\.json))),
    ])
  }

  /// A report for continuous integration: a test case for each fault.
  package var junit: String {
    JUnit.document(
      suite: "hanse drill",
      cases: results.map { result in
        JUnit.Case(
          group: result.fault.area.rawValue,
          name: result.fault.name,
          failure: result.isGood
            ? nil : result.broken.map { "\($0.promise): \($0.seen)" }.joined(separator: "\n")
        )
      }
    )
  }
}

extension LatencyFigures {
  var json: JSONValue {
    .object([
      .init("steps", .integer(Int64(count))),
      .init("p50Milliseconds", .number(p50)),
      .init("p99Milliseconds", .number(p99)),
      .init("stepsPerSecond", .number(perSecond)),
    ])
  }
}

extension HostMemory {
  var json: JSONValue {
    .object([
      .init("beforeBytes", .integer(Int64(beforeBytes))),
      .init("peakBytes", .integer(Int64(peakBytes))),
      .init("afterBytes", .integer(Int64(afterBytes))),
    ])
  }
}

extension DrillResult {
  var json: JSONValue {
    .object([
      .init("fault", .string(fault.name)),
      .init("area", .string(fault.area.rawValue)),
      .init("good", .bool(isGood)),
      .init("during", during.json),
      .init("after", after.json),
      .init("hostMemory", memory.json),
      .init(
        "checks",
        .array(
          checks.map { check in
            .object([
              .init("promise", .string(check.promise)),
              .init("kept", .bool(check.isKept)),
              .init("seen", .string(check.seen)),
            ])
          }
        )
      ),
    ])
  }
}

/// The XML that continuous integration reads.
enum JUnit {
  struct Case {
    var group: String
    var name: String
    var failure: String?
  }

  static func document(suite: String, cases: [Case]) -> String {
    let failures = cases.count { $0.failure != nil }
    var lines = [
      #"<?xml version="1.0" encoding="UTF-8"?>"#,
      "<testsuite name=\"\(escaped(suite))\" tests=\"\(cases.count)\" failures=\"\(failures)\">",
    ]
    for test in cases {
      let head = "  <testcase classname=\"\(escaped(test.group))\" name=\"\(escaped(test.name))\""
      guard let failure = test.failure else {
        lines.append("\(head)/>")
        continue
      }
      lines.append("\(head)><failure message=\"\(escaped(failure))\"/></testcase>")
    }
    return (lines + ["</testsuite>", ""]).joined(separator: "\n")
  }

  /// Text as XML 1.0 takes it: without the control characters that it has no way to say.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n": result += "&#10;"
      case "\t": result += "&#9;"
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
