import HanseModel
import HanseSimulator
import HanseSystem

/// Many seeds, one after another.
struct Sweep {
  struct Report {
    var seeds: UInt64 = 0
    var steps = 0
    var nanoseconds: UInt64 = 0
    var sometimes = Sometimes()
    var failure: (UInt64, Violation)?

    var perSecond: Double { Double(steps) / max(Double(nanoseconds) / 1e9, 1e-9) }

    var text: String {
      var lines = [
        "\(seeds) seeds, \(steps) simulated events in \(nanoseconds / 1_000_000) ms: "
          + "\(Int(perSecond)) a second"
      ]
      for coverage in Coverage.allCases { lines.append("  \(sometimes[coverage]) \(coverage)") }
      if let (seed, violation) = failure { lines.append("seed \(seed) failed: \(violation)") }
      return lines.joined(separator: "\n")
    }

    var json: JSONValue {
      var members: [JSONValue.Member] = [
        .init("seeds", .integer(Int64(seeds))),
        .init("events", .integer(Int64(steps))),
        .init("milliseconds", .integer(Int64(nanoseconds / 1_000_000))),
        .init("eventsPerSecond", .integer(Int64(perSecond))),
        .init(
          "sometimes",
          .object(Coverage.allCases.map { .init("\($0)", .integer(Int64(sometimes[$0]))) })
        ),
      ]
      if let (seed, violation) = failure {
        members.append(
          .init(
            "failure",
            .object([
              .init("seed", .string("\(seed)")),
              .init("invariant", .string(violation.invariant.rawValue)),
              .init("message", .string(violation.message)),
            ])
          )
        )
      }
      return .object(members)
    }
  }

  var from: UInt64
  var count: UInt64
  var mutation: Mutation?
  var isVerbose: Bool

  /// Runs until the first seed that fails.
  func run() -> Report {
    var report = Report()
    let start = MonotonicClock.nanoseconds()
    for seed in from..<(from + count) {
      if isVerbose {
        print("seed \(seed)")
        StandardStreams.flushOutput()
      }
      let outcome = Simulation.run(seed: seed, mutation: mutation)
      report.seeds += 1
      report.steps += outcome.steps
      report.sometimes.add(outcome.sometimes)
      if let violation = outcome.violation {
        report.failure = (seed, violation)
        break
      }
    }
    report.nanoseconds = UInt64(MonotonicClock.nanoseconds() - start)
    return report
  }
}
