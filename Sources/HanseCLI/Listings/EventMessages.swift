import HanseModel

/// The words about events.
enum EventMessages {
  static let forced = "by force"

  static func hostStarted(_ version: String, _ pid: Int, _ epoch: HostEpoch) -> String {
    "version \(version), process \(pid), \(epoch)"
  }

  static func process(_ pid: Int) -> String { "process \(pid)" }

  static func loaded(_ summary: EventPayload.LocationSummary) -> String {
    "\(Messages.count(summary.assets, "asset")), \(Messages.count(summary.checks, "check")), "
      + "in \(TimeText.brief(milliseconds: summary.loadMilliseconds))"
  }

  static func created(_ creation: EventPayload.RunCreation) -> String {
    "\(Messages.count(creation.plan.steps.count, "step")) for \(creation.request.selection)"
  }

  static func swapped(_ from: Generation, _ digest: BinaryDigest?) -> String {
    "took over from \(from)" + (digest.map { ", binary \($0.short)" } ?? "")
  }

  static func swapFailed(_ failure: EventPayload.SwapFailure) -> String {
    let next =
      failure.isRolledBack
      ? "; the binary before it runs instead"
      : failure.retryInMilliseconds.map { "; next try in \(TimeText.brief(milliseconds: $0))" }
        ?? "; not tried again before the file changes or somebody reloads it"
    return "[\(failure.code)] \(failure.reason)\(next)"
  }

  static func pinned(_ digest: BinaryDigest?) -> String {
    digest.map { "runs binary \($0.short), whatever its file is" } ?? "runs its file again"
  }

  static func leftProcesses(_ count: Int) -> String {
    "left \(count) \(count == 1 ? "process" : "processes") behind; killed"
  }

  static func ignored(_ count: Int, _ code: String, _ message: String) -> String {
    let others = count > 1 ? "; \(count) reports since the last time" : ""
    return "[\(code)] ignored: it \(message)\(others)"
  }

  static func logLost(_ count: Int, _ bytes: Int, _ reason: String) -> String {
    let lines = count == 1 ? "1 line" : "\(count) lines"
    return "\(lines) (\(TimeText.bytes(Int64(bytes)))) of its log are lost: \(reason)"
  }

  static func limitsChanged(_ change: EventPayload.LimitChange) -> String {
    let order = change.order
    let author = author(change.by)
    if order.isEmpty { return "\(change.target) is as the workspace file says\(author)" }
    let values = [
      order.concurrentSteps.map { "concurrentSteps \(text($0))" },
      order.concurrentRuns.map { "concurrentRuns \($0)" }, order.units.map { "units \($0)" },
      order.waitingSteps.map { "waitingSteps \($0)" },
      order.weight.map { "weight \($0)" }, order.rate.map { "rate \(text($0))" },
      order.flow.map(\.rawValue),
    ]
    return "\(change.target): " + values.compactMap(\.self).joined(separator: ", ") + author
  }

  private static func text<Value>(_ bound: LimitOrder.Bound<Value>) -> String {
    bound.value.map { "\($0)" } ?? "without limit"
  }

  static func drained(_ target: LimitTarget) -> String { "nothing of \(target) runs any more" }

  static func noted(_ note: EventPayload.RateNote) -> String {
    note.debts.map { debt in
      "\(debt.target) is \(Duration.nanoseconds(debt.nanoseconds).briefDescription) ahead of its rate"
    }.joined(separator: ", ")
  }

  static func requeued(_ queue: String?, _ priority: Int, _ principal: Principal?) -> String {
    "queue \(queue ?? "of each location"), priority \(priority)\(author(principal))"
  }

  static func canceling(_ forced: Bool, _ principal: Principal?) -> String {
    [forced ? Self.forced : nil, principal.map { "by \($0)" }].compactMap(\.self)
      .joined(separator: ", ")
  }

  static func canceled(_ message: String, _ principal: Principal?) -> String {
    message + author(principal)
  }

  private static func author(_ principal: Principal?) -> String {
    principal.map { ", by \($0)" } ?? ""
  }

  static func queued(_ milliseconds: Int64) -> String {
    milliseconds > 0 ? "queued \(TimeText.brief(milliseconds: milliseconds))" : ""
  }

  static func failed(_ failure: StepFailure, _ retry: Int64?) -> String {
    let next = retry.map { "; next attempt in \(TimeText.brief(milliseconds: $0))" } ?? ""
    return "\(RunMessages.reason(failure))\(next)"
  }

  static func skipped(_ because: StepKey) -> String { "because of \(because)" }

  static func coalesced(_ run: RunID) -> String { "run \(run) made it for this one too" }

  static func cleared(_ because: StepKey) -> String {
    "it was \(because) that ended the location's process"
  }

  static func materialized(_ value: Materialization) -> String {
    let metadata = MetadataText.line(value.metadata)
    return metadata.isEmpty ? value.asset.path : "\(value.asset.path): \(metadata)"
  }

  static func checked(_ result: CheckResult) -> String {
    let what = "\(result.name) on \(result.asset) \(result.passed ? "passed" : "failed")"
    return result.description.map { "\(what): \($0)" } ?? what
  }

  static func logged(_ record: LogRecord) -> String {
    let fields = record.fields.sorted { $0.key < $1.key }
      .map { " \($0.key)=\($0.value.text)" }.joined()
    return "\(record.level.rawValue): \(record.message)\(fields)"
  }

  static func dropped(_ count: Int, _ limit: Int) -> String {
    "\(Messages.count(count, "event")) left out: more than \(limit) a second"
  }
}
