import HanseModel
import HanseSystem

/// Measures a scenario several times, each time in a process of its own.
struct Repetitions {
  var scenario: Scenario
  var location: String
  /// Memory varies less than time, and looking at it takes long.
  private static let memoryLimit = 3

  func run(_ count: Int) throws -> ScenarioResult {
    var samples: [String: [Double]] = [:]
    for aspect in [Aspect.time, .memory]
    where scenario.metrics.contains(where: { $0.aspect == aspect }) {
      for _ in 0..<(aspect == .memory ? min(count, Self.memoryLimit) : count) {
        for (name, value) in try measure(aspect) { samples[name, default: []].append(value) }
      }
    }
    return ScenarioResult(
      scenario: scenario,
      figures: try scenario.metrics.map { metric in
        guard let values = samples[metric.name] else {
          throw BenchFailure("\(scenario.name) gave no figure \"\(metric.name)\"")
        }
        return Figure(metric: metric, statistics: Statistics(values))
      }
    )
  }

  private func measure(_ aspect: Aspect) throws -> [String: Double] {
    var arguments = ["--measure", scenario.name, "--location", location]
    if aspect == .memory { arguments.append("--memory") }
    let child = try PipedChild(
      executable: try SelfProcess.executablePath(),
      arguments,
      adding: [LoadMeasurement.startVariable: "\(MonotonicClock.nanoseconds())"]
    )
    return try JSONValue.decode(child.readToEnd()).numbers
  }
}

extension JSONValue {
  /// An object of numbers.
  init(_ numbers: [String: Double]) {
    self = .object(
      numbers.sorted { $0.key < $1.key }.map { Member($0.key, .number($0.value)) }
    )
  }

  fileprivate var numbers: [String: Double] {
    var result: [String: Double] = [:]
    for member in objectMembers ?? [] { result[member.name] = member.value.doubleValue }
    return result
  }
}
