import HanseAPI
import HanseCore
import HanseHost
import HanseModel
import HanseWorkspace

/// The words about queues, limits and what waits.
enum QueueMessages {
  // MARK: Usage

  static func unknownAction(_ word: String, nearest: String?) -> String {
    let actions = QueueRequest.Action.allCases.map(\.rawValue)
    let hint =
      nearest.map { "did you mean \"\($0)\"?" } ?? "there are \(actions.joined(separator: ", "))"
    return "there is no action \"\(word.visibleLine)\" for queues; \(hint)"
  }

  static func explainNeeds(_ count: Int) -> String {
    count == 0
      ? "\"hanse queue explain\" needs a run, a run and one of its steps, or an asset"
      : "\"hanse queue explain\" takes a run and one of its steps, and nothing after them"
  }

  static func misplaced(_ option: String, _ actions: [String]) -> String {
    let last = actions.last ?? ""
    let rest = actions.dropLast().joined(separator: ", ")
    let what =
      actions.isEmpty
      ? "no action" : rest.isEmpty ? "the action \(last)" : "the actions \(rest) and \(last)"
    return "option \"--\(option)\" goes with \(what) only"
  }

  static func needsTarget(_ action: String) -> String {
    "\"hanse queue \(action)\" needs the name of a queue, or --pool NAME, --location NAME or --all"
  }

  static func takesOneTarget(_ action: String) -> String {
    "\"hanse queue \(action)\" takes one of a queue's name, --pool, --location and --all"
  }

  static let moveNeedsWhat =
    "\"hanse queue move\" needs a run, or a selection of assets that runs are to make"
  static let moveNeedsQueue = "\"hanse queue move\" needs --to QUEUE"
  static let priorityNeeds = "\"hanse queue priority\" needs a run and a number"
  static let cancelNeedsSelection =
    "\"hanse queue cancel\" needs a selection of assets, the steps of which are to stop"
  static let nothingToSet =
    "\"hanse queue set\" needs what is to be different: --concurrent-steps, --concurrent-runs, "
    + "--waiting-steps, --units, --weight or --rate"

  static func badPriority(_ text: String) -> String {
    "the priority \"\(text.visibleLine)\" is not a whole number from -1000 to 1000"
  }

  static func badCount(_ text: String) -> String {
    "option \"--concurrent-steps\": \"\(text.visibleLine)\" is not a whole number, nor \(none)"
  }

  static func badWeight(_ text: String) -> String {
    "option \"--weight\": \"\(text.visibleLine)\" is not a number, such as 0.5 or 2"
  }

  static func badRate(_ text: String) -> String {
    "option \"--rate\": \"\(text.visibleLine)\" is not STARTS/TIME or STARTS/TIME:BURST, such as "
      + "10/1s or 100/1m:20, nor \(none)"
  }

  /// No limit.
  static let none = "none"

  static func noSuchQueue(_ name: String, nearest: String?, _ detail: String) -> String {
    let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? "; list them with `hanse queue`"
    return "there is no queue and no action \"\(name.visibleLine)\"\(hint)"
  }

  static func neitherRunNorAsset(_ name: String, nearest: String?) -> String {
    let hint =
      nearest.map { "; did you mean \"\($0)\"?" }
      ?? "; list them with `hanse runs` and `hanse assets`"
    return "there is no run and no asset \"\(name.visibleLine)\"\(hint)"
  }

  // MARK: Without a host

  static let waitsForHost = "waiting for a host: start one with `hanse dev`"

  static func noHost(unfinished: Int) -> String {
    let runs = Messages.count(unfinished, "unfinished run")
    let waits = unfinished == 1 ? "waits" : "wait"
    let what = unfinished == 0 ? "nothing waits" : "\(runs) \(waits) for the next host"
    return "no host is running, so nothing starts, and \(what); `hanse dev` starts one\n"
      + "these are the limits that it would begin with"
  }

  static func noHostAndNoRun(_ name: String) -> String {
    "no host is running, so no step waits for a slot, and no run's id begins with "
      + "\"\(name.visibleLine)\"\nstart a host with `hanse dev`, or list the runs with `hanse runs`"
  }

  static func hasEnded(_ run: RunDocument) -> String {
    let end = run.status == .canceled ? "been canceled" : run.status.rawValue
    return "run \(run.id) has \(end) already; nothing of it waits"
  }

  static func noSuchStep(_ step: String, _ run: RunDetailDocument) -> String {
    let nearest = Spelling.nearest(to: step, among: run.steps.map(\.key.text))
    let hint =
      nearest.map { "did you mean \"\($0)\"?" } ?? "list its steps with `hanse run \(run.run.id)`"
    return "run \(run.run.id) has no step \"\(step.visibleLine)\"; \(hint)"
  }

  // MARK: The tables

  static let runs = "runs"
  static let isPaused = "paused"
  static let isDraining = "draining"
  static let isOrdered = "set by hand"
  static let isFull = "full"
  static let startsWorker = "starting"
  static let itsTurn = "its turn"
  static let blocks = "yes"
  static let lets = "no"

  static func runningTitle(_ shown: Int, of count: Int) -> String {
    if count == 0 { return "Nothing runs." }
    return shown < count ? "Running (the first \(shown) of \(count)):" : "Running (\(count)):"
  }

  static func waitingTitle(_ shown: Int, of count: Int) -> String {
    if count == 0 { return "Nothing waits for a slot." }
    let all = TimeText.grouped(Int64(count))
    return shown < count
      ? "Waiting, in the order of their turns (the first \(shown) of \(all)):"
      : "Waiting, in the order of their turns (\(all)):"
  }

  static func followersTitle(_ shown: Int, of count: Int) -> String {
    let some = shown < count ? "\(shown) of " : ""
    return "Steps that the same step of another run stands for (\(some)\(count)):"
  }

  static func run(_ id: RunID) -> String { "run \(id)" }

  static func followers(_ runs: [RunID], more: Int) -> String {
    let shown = "the same step of " + runs.map(run).joined(separator: ", ")
    return more > 0 ? "\(shown) and \(more) more" : shown
  }

  static func ordered(_ principal: Principal?, _ time: Timestamp) -> String {
    (principal.map { "by \($0), " } ?? "") + "since \(TimeText.full(time))"
  }

  /// `10/1s:20`: as the option `--rate` takes it.
  static func rate(_ rate: RateLimit) -> String {
    let burst = rate.burst == rate.starts ? "" : ":\(rate.burst)"
    return "\(rate.starts)/\(DurationText.text(rate.per))\(burst)"
  }

  static func weight(_ weight: Double) -> String {
    weight == weight.rounded() && abs(weight) < 1e9 ? "\(Int(weight))" : "\(weight)"
  }

  static func rateIsUsedUp(_ next: Timestamp) -> String {
    "its rate lets the next step start at \(TimeText.clock(next))"
  }

  static func heldBy(_ holder: SlotHolder, others: Int) -> String {
    let more = others > 0 ? " and \(Messages.count(others, "other"))" : ""
    return "held by \(holder.step) of run \(holder.run)\(more)"
  }

  // MARK: Orders

  /// What holds of a limit now, in a line.
  static func state(of limit: LimitReport, _ target: LimitTarget) -> String {
    var parts = ["\(QueuePage.taken(limit)) \(limit.kind == .pool ? "units" : "slots") taken"]
    if let weight = limit.weight { parts.append("weight \(self.weight(weight))") }
    if let rate = limit.rate { parts.append("rate \(self.rate(rate))") }
    parts.append("\(limit.waiting) waiting")
    if limit.isOrdered { parts.append(isOrdered) }
    let what = parts.joined(separator: ", ")
    if limit.isDraining { return "\(target) is draining: \(what)" }
    return limit.isPaused ? "\(target) is paused: \(what)" : "\(target): \(what)"
  }

  static func moved(_ outcome: OrderOutcomeDocument, _ queue: String) -> String {
    guard !outcome.runs.isEmpty else { return "no run that is under way is to make that" }
    let runs = Messages.count(outcome.runs.count, "run")
    let steps = Messages.count(outcome.waiting, "waiting step")
    let moved = outcome.waiting == 1 ? "was" : "were"
    return "\(runs) to queue \(queue): \(steps) \(moved) moved, and what becomes ready waits there"
  }

  static func reprioritized(_ run: RunID, _ priority: Int, _ waiting: Int) -> String {
    "run \(run) has priority \(priority); \(Messages.count(waiting, "waiting step")) moved"
  }

  static func canceled(_ outcome: OrderOutcomeDocument) -> String {
    let waiting = Messages.count(outcome.waiting, "step")
    return "\(waiting) that had not started \(outcome.waiting == 1 ? "is" : "are") canceled, "
      + "\(outcome.running) that \(outcome.running == 1 ? "runs is" : "run are") asked to stop"
  }

  // MARK: Explanations

  static let labels = (
    location: "location", queue: "queue", ready: "ready since", started: "started",
    position: "before it", upstream: "waits for", next: "next attempt", starts: "starts",
    passed: "passed", followers: "stands for"
  )

  static func step(_ found: StepExplanation) -> String { "\(found.step) of run \(found.run)" }

  static func standing(_ queue: String, _ priority: Int) -> String {
    priority == 0 ? queue : "\(queue), with priority \(priority)"
  }

  static let isReserved = "what comes free of its pools is kept for it"

  static func passed(_ passes: Int, of most: Int) -> String {
    "\(Messages.count(passes, "time")) by steps that could use what was free; after \(most) it is kept "
      + "for this one"
  }

  static func isKept(_ units: Int, for location: LocationName) -> String {
    "\(Messages.count(units, "unit")) kept for location \(location)"
  }

  static func position(_ ahead: Int) -> String {
    ahead == 0
      ? "none of its location in this queue"
      : ahead >= LanePlaces.counted
        ? "\(TimeText.grouped(Int64(ahead))) steps or more of its location in this queue"
        : "\(Messages.count(ahead, "step")) of its location in this queue"
  }

  static func upstream(_ steps: [StepExplanation.Upstream], more: Int) -> String {
    let shown = steps.map { "\($0.step) (\($0.status.rawValue))" }.joined(separator: ", ")
    return more > 0 ? "\(shown) and \(more) more" : shown
  }

  static func estimate(_ start: Timestamp, _ how: String) -> String {
    "about \(TimeText.full(start)): \(how)"
  }

  static func holds(_ holder: SlotHolder, _ limit: LimitReport) -> String {
    let name = limit.kind == .workspace ? "the workspace" : "\(limit.kind.rawValue) \(limit.name)"
    let what =
      limit.kind == .pool
      ? "\(Messages.count(holder.units, "unit")) of \(name)" : "a slot of \(name)"
    let held = "\(what) is held by \(holder.step) of run \(holder.run)"
    guard let started = holder.started else { return "\(held), whose worker process is starting" }
    let elapsed = TimeText.brief(milliseconds: holder.elapsedMilliseconds)
    return "\(held), since \(TimeText.clock(started)) (\(elapsed))"
  }

  static func nothingUnderWay(_ asset: String) -> String {
    "no run that is under way is to make \(asset.visibleLine); make it with "
      + "`hanse materialize \(asset.visibleLine)`"
  }

  static func more(_ shown: Int) -> String {
    "only \(Messages.count(shown, "step")) \(shown == 1 ? "is" : "are") explained; --limit shows more, and a step's key after the run just one"
  }
}
