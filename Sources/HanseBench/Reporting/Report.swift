import HanseModel

/// Everything that was measured, as a table for people and as JSON.
struct Report: Sendable {
  var machine: Machine
  var repetitions: Int
  var results: [ScenarioResult]

  // MARK: The table

  /// A table in Markdown, aligned so that it reads well as it is.
  var table: String {
    let head = ["scenario", "figure", "n", "min", "median", "max", "target", "verdict"]
    let rows = results.flatMap { result in
      result.figures.map { row($0, of: result.scenario) }
    }
    let widths = head.indices.map { column in
      max(3, ([head] + rows).map { $0[column].count }.max() ?? 0)
    }
    let rule = widths.indices.map { column in
      let dashes = String(repeating: "-", count: widths[column])
      return Self.isNumber(column) ? dashes.dropLast() + ":" : dashes
    }
    let body = ([head, rule] + rows).map { cells in
      let padded = cells.indices.map { pad(cells[$0], to: widths[$0], right: Self.isNumber($0)) }
      return "| " + padded.joined(separator: " | ") + " |"
    }
    return ([introduction, ""] + body).joined(separator: "\n")
  }

  private var introduction: String {
    """
    \(machine.time): \(machine.processorName), \(machine.processors) processors, load average \
    \(machine.loadAverage).
    A verdict is that of the median; "met at best": only the best repetition met the target.
    """
  }

  /// Whether a column is aligned to the right.
  private static func isNumber(_ column: Int) -> Bool { (2...6).contains(column) }

  private func row(_ figure: Figure, of scenario: Scenario) -> [String] {
    let (metric, statistics) = (figure.metric, figure.statistics)
    let bound = metric.wantsMore ? "≥" : "≤"
    return [
      scenario.name,
      metric.name,
      "\(statistics.count)",
      text(statistics.min, metric.unit),
      text(statistics.median, metric.unit),
      text(statistics.max, metric.unit),
      metric.target.map { "\(bound) \(text($0.value, metric.unit))" } ?? "",
      figure.verdict.map(\.description) ?? "",
    ]
  }

  private func text(_ value: Double, _ unit: Metric.Unit) -> String {
    "\(Self.rounded(value)) \(unit.rawValue)"
  }

  /// Three digits that count, without an exponent.
  static func rounded(_ value: Double) -> String {
    if value >= 100 { return "\(Int(value.rounded()))" }
    let scale: Double = value >= 10 ? 10 : 100
    let scaled = (value * scale).rounded() / scale
    return scaled == scaled.rounded() ? "\(Int(scaled))" : "\(scaled)"
  }

  private func pad(_ text: String, to width: Int, right: Bool) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return right ? space + text : text + space
  }

  // MARK: JSON

  var json: JSONValue {
    .object([
      .init("time", .string(machine.time.description)),
      .init("processor", .string(machine.processorName)),
      .init("processors", .integer(Int64(machine.processors))),
      .init("loadAverage", .number(machine.loadAverage)),
      .init("repetitions", .integer(Int64(repetitions))),
      .init("scenarios", .array(results.map(json))),
    ])
  }

  private func json(_ result: ScenarioResult) -> JSONValue {
    .object([
      .init("name", .string(result.scenario.name)),
      .init("title", .string(result.scenario.title)),
      .init("figures", .array(result.figures.map(json))),
    ])
  }

  private func json(_ figure: Figure) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("name", .string(figure.metric.name)),
      .init("unit", .string(figure.metric.unit.rawValue)),
      .init("min", .number(figure.statistics.min)),
      .init("median", .number(figure.statistics.median)),
      .init("max", .number(figure.statistics.max)),
      .init("samples", .array(figure.statistics.sorted.map { .number($0) })),
    ]
    if let target = figure.metric.target, let verdict = figure.verdict {
      members.append(.init("target", .number(target.value)))
      members.append(.init("verdict", .string(verdict.description)))
    }
    return .object(members)
  }
}
