import HanseAPI
import HanseHost
import HanseModel
import HanseStore
import HanseSystem

/// The words about runs.
enum RunMessages {
  static func launched(_ run: RunID, steps: Int) -> String {
    "run \(run): \(Messages.count(steps, "step"))"
  }

  static func detached(_ run: RunID) -> String {
    "run \(run) is launched; watch it with `hanse run \(run)` or `hanse events --run \(run) --follow`, "
      + "cancel it with `hanse cancel \(run)`"
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

  // MARK: The order to cancel

  /// What it has come to.
  static func canceled(_ run: RunDocument, forced: Bool) -> String {
    if run.status.isFinished { return "run \(run.id) is \(run.status.rawValue)" }
    let follow = "`hanse events --run \(run.id) --follow` ends with it"
    return forced
      ? "ending the steps of run \(run.id) by force; \(follow)"
      : "canceling run \(run.id): its steps are asked to stop; \(follow), and "
        + "`hanse cancel \(run.id) --force` ends its steps by force"
  }

  static func nothingToCancel(_ run: RunDocument) -> String {
    let end = run.status == .canceled ? "been canceled" : run.status.rawValue
    return "run \(run.id) has \(end) already; there is nothing to cancel"
  }

  /// The host that ran it is gone, and nobody has taken it up.
  static func cancelNeedsHost(_ run: RunID) -> String {
    """
    no host is running, so nothing of run \(run) runs: it was left unfinished
    start a host with `hanse dev`, which carries it on, and then cancel it with `hanse cancel \(run)`
    """
  }

  /// Somebody has the state directory, who takes no orders.
  static func cancelHeld(_ run: RunID, by pid: Int32?) -> String {
    let process = pid.map { "process \($0)" } ?? "another process"
    let interrupt = pid.map { " (`kill -INT \($0)`)" } ?? ""
    return """
      run \(run) cannot be canceled from here: \(process) has the state directory, and cannot be called
      if it is the `hanse materialize` that launched the run, Ctrl-C there cancels it\(interrupt); \
      else try again when it has ended
      """
  }

  static func progress(_ run: RunModel, hidden: Int) -> String {
    let finished = run.steps.count { $0.status.isFinished }
    var text = "run \(run.id) \(run.status.rawValue): \(finished) of \(run.steps.count) steps done"
    let failed = run.count(.failed)
    if failed > 0 { text += ", \(failed) failed" }
    if hidden > 0 { text += ", \(hidden) not shown" }
    return text
  }

  /// Why nothing of a run goes on, beside the word "waiting".
  static func standsStill(_ wait: Standstill.Wait, explainedBy run: RunID?) -> String {
    let word = "\(StepStatus.waiting.rawValue): "
    let reason =
      wait.reason.hasPrefix(word) ? String(wait.reason.dropFirst(word.count)) : wait.reason
    let steps = wait.others == 1 ? "1 more step waits" : "\(wait.others) more steps wait"
    let others = wait.others > 0 ? "; \(steps) for the same" : ""
    let hint = run.map { "; see `hanse queue explain \($0)`" } ?? ""
    return "\(reason)\(others)\(hint)"
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
    return "step \(step.key) in location \(step.location) failed\(after): \(reason(failure))"
  }

  /// Why an attempt failed: where nobody has found words for it, what kind of failure it is.
  static func reason(_ failure: StepFailure) -> String {
    if !failure.message.allSatisfy(\.isWhitespace) { return failure.message }
    return "\(failure.errorType ?? "an error") without a message [\(failure.code.rawValue)]"
  }

  /// Something of the selection cannot be in the run, and somebody asked for it by name.
  static func namedButMissing(_ location: LocationDocument) -> String {
    let why = location.reason.map { ": \($0)" } ?? ""
    return
      "the selection names location \(location.name), and nothing of it is in this run, for it "
      + "is not loaded (\(location.state.rawValue)\(why)); see `hanse logs \(location.name)`"
  }

  static func missing(_ locations: [LocationDocument]) -> String {
    let shown = locations.prefix(5).map { "\($0.name) (\($0.state.rawValue))" }
    let more = locations.count > 5 ? " and \(locations.count - 5) more" : ""
    let what = locations.count == 1 ? "1 location is" : "\(locations.count) locations are"
    return "\(what) not loaded, and nothing of \(locations.count == 1 ? "it" : "them") is in this "
      + "run: \(shown.joined(separator: ", "))\(more); see `hanse locations`"
  }

  static let standardErrorTitle = "last lines of its standard error:"

  static func checkFailed(_ check: CheckResult) -> String {
    let blocking = check.stopsDownstream ? ", and stopped what is downstream" : ""
    let why = check.description.map { ": \($0)" } ?? ""
    return "check \(check.name) on \(check.asset) failed\(why)\(blocking)"
  }

  /// - Parameters:
  ///   - run: The run that did not go well.
  ///   - restarts: The locations that run its failed steps only after a restart.
  ///   - retry: The selection that makes again what failed.
  /// - Returns: What to do.
  static func whatNext(_ run: RunID, restarts: [LocationName] = [], retry: String?) -> String {
    let restart = restarts.map { ", then `hanse locations restart \($0)`" }.joined()
    let again = retry.map { ", then `hanse materialize \($0)`" } ?? ""
    return "next: read `hanse run \(run)` and `hanse logs \(run)`\(restart)\(again)"
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
