/// One figure of a scenario, measured.
struct Figure: Sendable {
  var metric: Metric
  var statistics: Statistics

  /// The best repetition: what the machine can do when nothing else runs on it.
  var best: Double { metric.wantsMore ? statistics.max : statistics.min }

  enum Verdict: Hashable, Sendable {
    /// The median meets the target.
    case met
    /// Only the best repetition does.
    case metAtBest
    /// Not even the best does, by so many hundredths.
    case missed(percent: Int)
  }

  /// How the figure stands to its target, when it has one.
  var verdict: Verdict? {
    guard let target = metric.target?.value else { return nil }
    func meets(_ value: Double) -> Bool {
      metric.wantsMore ? value >= target : value <= target
    }
    if meets(statistics.median) { return .met }
    if meets(best) { return .metAtBest }
    return .missed(percent: Int((abs(best - target) / target * 100).rounded(.up)))
  }
}

/// A scenario, measured.
struct ScenarioResult: Sendable {
  var scenario: Scenario
  var figures: [Figure]
}

extension Figure.Verdict: CustomStringConvertible {
  var description: String {
    switch self {
    case .met: "met"
    case .metAtBest: "met at best"
    case .missed(let percent): "missed by \(percent) %"
    }
  }
}
