import HanseAPI
import HanseModel
import HanseStore
import HanseSystem

/// The words about runs.
enum RunMessages {
  static func launched(_ run: RunID, steps: Int) -> String {
    "run \(run): \(Messages.count(steps, "step"))"
  }

  static func detached(_ run: RunID) -> String {
    "run \(run) is launched; watch it with `hanse run \(run)` or `hanse events --run \(run) --follow`"
  }

  static let detachNeedsHost =
    "--detach needs a running host: start one with `hanse dev`, or leave --detach out"

  static func abridged(_ run: RunID, steps: Int) -> String {
    let what = steps == 1 ? "1 step has" : "\(steps) steps have"
    return "\(what) more to tell than fits here; see `hanse events --run \(run)`"
  }

  static func canceling(_ run: RunID) -> String {
    "canceling run \(run); press Ctrl-C again to end its steps by force"
  }

  static func forcing(_ run: RunID) -> String {
    "ending the steps of run \(run) by force; a third Ctrl-C leaves at once"
  }

  static func left(_ run: RunID) -> String {
    "left at once; the next host takes run \(run) up where it was"
  }

  static func lostHost(_ run: RunID, _ reason: String) -> String {
    "\(reason)\nrun \(run) goes on when a host runs again; see `hanse run \(run)`"
  }

  static func earlierRuns(_ count: Int) -> String {
    "\(Messages.count(count, "run")) of an earlier host \(count == 1 ? "is" : "are") unfinished; "
      + "`hanse dev` carries \(count == 1 ? "it" : "them") on"
  }

  static func progress(_ run: RunModel, hidden: Int) -> String {
    let finished = run.steps.count { $0.status.isFinished }
    var text = "run \(run.id) \(run.status.rawValue): \(finished) of \(run.steps.count) steps done"
    let failed = run.count(.failed)
    if failed > 0 { text += ", \(failed) failed" }
    if hidden > 0 { text += ", \(hidden) not shown" }
    return text
  }

  // MARK: The end

  static func ended(_ run: RunDocument) -> String {
    let time = TimeText.brief(from: run.started ?? run.created, to: run.finished)
    let within = time.isEmpty ? "" : " in \(time)"
    return "run \(run.id) \(run.status.rawValue)\(within): \(counts(run.steps))"
  }

  static func counts(_ counts: StepCounts) -> String {
    let parts: [(Int, String)] = [
      (counts.succeeded, "succeeded"), (counts.failed, "failed"), (counts.skipped, "skipped"),
      (counts.canceled, "canceled"), (counts.running, "running"), (counts.retrying, "retrying"),
      (counts.waiting, "waiting"),
    ]
    let shown = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    let total = Messages.count(counts.total, "step")
    return shown.count == 1
      ? "\(total) \(parts.first { $0.0 > 0 }?.1 ?? "")"
      : "\(total) (\(shown.joined(separator: ", ")))"
  }

  static func failed(_ step: StepDocument, _ failure: StepFailure) -> String {
    let attempts = step.attempts.count
    let after = attempts > 1 ? " after \(attempts) attempts" : ""
    return "step \(step.key) in location \(step.location) failed\(after): \(failure.message)"
  }

  static let standardErrorTitle = "last lines of its standard error:"

  static func checkFailed(_ check: CheckResult) -> String {
    let blocking = check.stopsDownstream ? ", and stopped what is downstream" : ""
    let why = check.description.map { ": \($0)" } ?? ""
    return "check \(check.name) on \(check.asset) failed\(why)\(blocking)"
  }

  static func whatNext(_ run: RunID, retry: String?) -> String {
    let again = retry.map { ", then `hanse materialize \($0)`" } ?? ""
    return "next: read `hanse run \(run)` and `hanse logs \(run)`\(again)"
  }

  // MARK: The page of a run

  static let labels = (
    selection: "selection", partition: "partition", launched: "launched by", tags: "tags",
    queue: "queue", priority: "priority",
    created: "created", started: "started", finished: "finished", message: "message",
    requeuedBy: "moved by", canceledBy: "canceled by"
  )
  static let checksTitle = "Checks:"
  static let madeTitle = "Made:"
  static let observedTitle = "Observed:"
  static let failuresTitle = "Failures:"
  static let attemptsTitle = "Attempts:"

  static func passed(_ check: CheckResult) -> String { check.passed ? "passed" : "failed" }

  // MARK: Arguments

  static func badConfig(_ text: String) -> String {
    "option \"--config\": \"\(text.visibleLine)\" is not KEY=JSON, such as report={\"days\": 30}, "
      + "or @FILE"
  }

  static func badConfigValue(_ key: String, _ error: JSONError) -> String {
    "option \"--config\": the value of \"\(key.visibleLine)\" is not JSON: \(error)"
  }

  static func badConfigFile(_ path: String, _ reason: String) -> String {
    "option \"--config\": the file \"\(path.visibleLine)\" \(reason)"
  }

  static func unreadableConfigFile(_ error: SystemError) -> String {
    error.isTooLarge
      ? "has more than 8 MiB, the limit" : "cannot be read: \(error.reason) (\(error.symbol))"
  }

  static func noConfigJSON(_ error: JSONError) -> String { "is not JSON: \(error)" }

  static let configFileForm =
    "has to hold an object of configurations by asset or operation, such as {\"report\": {\"days\": 30}}"

  static func badPartition(_ key: PartitionKey, _ problem: String) -> String {
    let shown = DisplayWidth.cut(key.text.visibleLine, to: 60)
    return "option \"--partition\": \"\(shown)\" cannot be a partition's key: \(problem)"
  }

  static func badTag(_ text: String) -> String {
    "option \"--tag\": \"\(text.visibleLine)\" is not NAME=VALUE"
  }
}
