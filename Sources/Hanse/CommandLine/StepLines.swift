import HanseModel

/// What a person sees of an in-process run: a line for each thing worth knowing.
package enum StepLines {
  /// The line of an event, or nil for one that says nothing new.
  package static func line(for event: Event) -> String? {
    let step = event.record.step?.text ?? ""
    switch event.record.payload {
    case .stepSucceeded(let milliseconds):
      return "ok     \(step)  \(Duration.milliseconds(milliseconds).briefDescription)"
    case .stepFailed(let failure, let retry):
      let next = retry.map { ", again in \(Duration.milliseconds($0).briefDescription)" } ?? ""
      return "failed \(step)\(next)\n       \(indented(failure.message))"
    case .stepSkipped(let because): return "skip   \(step)  because of \(because)"
    case .stepCanceled: return "cancel \(step)"
    case .materialized(let made): return metadata(made)
    case .checked(let result): return check(result)
    case .logged(let record):
      return "       \(record.level.rawValue): \(indented(record.message))"
    default: return nil
    }
  }

  /// The last line of a run.
  package static func summary(of result: MaterializeResult) -> String {
    let counts: [(StepStatus, String)] = [
      (.succeeded, "succeeded"), (.failed, "failed"), (.skipped, "skipped"),
      (.canceled, "canceled"),
    ]
    let parts = counts.compactMap { status, name -> String? in
      let count = result.steps.count { $0.status == status }
      return count == 0 ? nil : "\(count) \(name)"
    }
    let steps = LocationHelp.counted(result.steps.count, "step")
    return parts.isEmpty ? steps : "\(steps): \(parts.joined(separator: ", "))"
  }

  /// What to do when values were not found, which a host may have made and keeps elsewhere.
  static func hint(for result: MaterializeResult, storage: String) -> String? {
    let isMissing = result.steps.contains { step in
      step.failure?.code == .input
        && step.failure?.errorType == String(describing: MissingValue.self)
    }
    guard isMissing else { return nil }
    return "values were looked for in \(storage); to use those that a host has made, name its "
      + "storage: --storage DIR, which is .hanse/storage beside workspace.json unless its \"io\" "
      + "says otherwise"
  }

  private static func check(_ result: CheckResult) -> String {
    let verdict = result.passed ? "passed" : "\(result.severity.rawValue)"
    let text = result.description.map { ": \(indented($0))" } ?? ""
    return "       check \(result.name) of \(result.asset): \(verdict)\(text)"
  }

  /// The metadata that fits a line.
  private static func metadata(_ made: Materialization) -> String? {
    let entries = made.metadata.sorted { $0.key < $1.key }.compactMap { name, value -> String? in
      switch value {
      case .integer(let value): "\(name) \(value)"
      case .number(let value): "\(name) \(value)"
      case .bytes(let value): "\(name) \(value)"
      case .text(let text), .path(let text), .url(let text):
        text.contains("\n") || text.count > 80 ? nil : "\(name) \(text)"
      case .bool(let value): "\(name) \(value)"
      case .duration(let value): "\(name) \(Duration.milliseconds(value).briefDescription)"
      case .time(let value): "\(name) \(value)"
      case .markdown, .json, .table, .unknown: nil
      }
    }
    return entries.isEmpty ? nil : "       \(made.asset): \(entries.joined(separator: ", "))"
  }

  private static func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n       ")
  }
}
