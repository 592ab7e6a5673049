import HanseAPI
import HanseHost
import HanseModel
import HanseWorkspace

/// The words about queues, limits and what waits.
enum QueueMessages {
  // MARK: Usage

  static func unknownAction(_ word: String, nearest: String?) -> String {
    let actions = QueueCommand.Action.allCases.map(\.rawValue)
    let hint =
      nearest.map { "did you mean \"\($0)\"?" } ?? "there are \(actions.joined(separator: ", "))"
    return "there is no action \"\(word.visibleLine)\" for queues; \(hint)"
  }

  static func explainNeeds(_ count: Int) -> String {
    count == 0
      ? "\"hanse queue explain\" needs a run, a run and one of its steps, or an asset"
      : "\"hanse queue explain\" takes a run and one of its steps, and nothing after them"
  }

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

  // MARK: Explanations

  static let labels = (
    location: "location", queue: "queue", ready: "ready since", started: "started",
    position: "before it", upstream: "waits for", next: "next attempt", starts: "starts"
  )

  static func step(_ found: StepExplanation) -> String { "\(found.step) of run \(found.run)" }

  static func standing(_ queue: String, _ priority: Int) -> String {
    priority == 0 ? queue : "\(queue), with priority \(priority)"
  }

  static func position(_ ahead: Int) -> String {
    ahead == 0
      ? "none of its location in this queue"
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
    "only \(shown) steps are explained; --limit shows more, and a step's key after the run just one"
  }
}
