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
    /// Worlds that were run again without the faults of one location.
    var compared: UInt64 = 0
    var failure: (UInt64, Violation)?
    var failures: [(UInt64, Violation)] = []
    /// Processor time.
    var busyNanoseconds: Int64 = 0

    /// Simulated events in a second of the processor's time.
    var perSecond: Double { Double(steps) / max(Double(busyNanoseconds) / 1e9, 1e-9) }

    /// What should have been seen in so many worlds, and was not.
    var unseen: [Coverage] {
      guard seeds >= 2000 else { return [] }
      return Coverage.allCases.filter { sometimes[$0] == 0 }
    }

    var text: String {
      var lines = [
        "\(seeds) seeds, \(steps) simulated events in \(busyNanoseconds / 1_000_000) ms of processor "
          + "time (\(nanoseconds / 1_000_000) ms in all): \(Int(perSecond)) a second",
        "  \(compared) worlds compared with and without the faults of one location",
      ]
      for coverage in Coverage.allCases { lines.append("  \(sometimes[coverage]) \(coverage)") }
      for coverage in unseen { lines.append("never seen: \(coverage)") }
      for (seed, violation) in failures { lines.append("seed \(seed) failed: \(violation)") }
      return lines.joined(separator: "\n")
    }

    var json: JSONValue {
      var members: [JSONValue.Member] = [
        .init("seeds", .integer(Int64(seeds))),
        .init("events", .integer(Int64(steps))),
        .init("milliseconds", .integer(Int64(nanoseconds / 1_000_000))),
        .init("processorMilliseconds", .integer(busyNanoseconds / 1_000_000)),
        .init("eventsPerSecond", .integer(Int64(perSecond))),
        .init("compared", .integer(Int64(compared))),
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

  /// One world of so many is run twice more, with and without the faults of its first location.
  static let comparedEvery: UInt64 = 16

  var from: UInt64
  var count: UInt64
  var mutation: Mutation?
  var isVerbose: Bool
  /// Whether to go on after a seed that fails.
  var goesOn: Bool

  /// Runs until the first seed that fails, or all of them.
  func run() -> Report {
    var report = Report()
    let start = MonotonicClock.nanoseconds()
    let busy = ProcessorTime.nanoseconds()
    for seed in from..<(from + count) {
      if isVerbose {
        print("seed \(seed)")
        StandardStreams.flushOutput()
      }
      let outcome = Simulation.run(seed: seed, mutation: mutation)
      report.seeds += 1
      report.steps += outcome.steps
      report.sometimes.add(outcome.sometimes)
      var violation = outcome.violation
      if violation == nil,
        seed % Self.comparedEvery == 0 || mutation?.breaks == .neighboursFeelNothing
      {
        let comparison = Simulation.compareNeighbours(seed: seed, mutation: mutation)
        report.compared += 1
        report.steps += comparison.steps
        violation = comparison.violation
      }
      guard let violation else { continue }
      if report.failure == nil { report.failure = (seed, violation) }
      report.failures.append((seed, violation))
      if !goesOn { break }
    }
    report.nanoseconds = UInt64(MonotonicClock.nanoseconds() - start)
    report.busyNanoseconds = ProcessorTime.nanoseconds() - busy
    return report
  }
}
