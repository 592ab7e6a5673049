import HanseAPI
import HanseHost
import HanseModel

/// The words about locations and their generations.
enum LocationMessages {
  // MARK: Usage

  static func unknownAction(_ word: String, nearest: String?) -> String {
    let hint =
      nearest.map { "did you mean \"\($0)\"?" }
      ?? "there are \(LocationsCommand.Action.names.joined(separator: ", "))"
    return "there is no action \"\(word.visibleLine)\" for a location; \(hint)"
  }

  static func noName(after action: String) -> String {
    "\"hanse locations \(action)\" needs NAME: the location"
  }

  static let onlyWithDiff = "option \"--from\" goes with the action diff only"
  static let onlyWithGenerations = "option \"--to\" goes with the actions diff and rollback only"

  // MARK: What is

  /// What a location does now, in a line.
  static func state(of location: LocationDocument) -> String {
    var text = "location \"\(location.name)\" is \(location.state.rawValue)"
    switch location.state {
    case .starting, .loading, .running, .draining: text += " (\(location.generation))"
    case .disabled, .stopped, .backingOff, .quarantined, .invalid: break
    }
    if let candidate = location.candidate {
      text += "; \(candidate.generation) is \(candidate.state.rawValue) beside it"
    }
    if let pin = location.pin { text += "; it is to run binary \(pin.short)" }
    return text.visibleLine
  }

  // MARK: What was asked

  /// What was asked of a location, and what happens now: not the state of this instant alone.
  static func done(_ action: LocationAction, _ location: LocationDocument) -> String {
    let asked =
      switch action {
      case .start: "asked to start"
      case .stop: "asked to stop"
      case .restart: "asked to restart"
      case .reload: "asked to reload its file"
      case .rollback: "rolled back" + (location.pin.map { " to binary \($0.short)" } ?? "")
      case .enable: "enabled"
      case .disable: "disabled"
      }
    let isEnd = action == .stop || action == .disable
    let now = isEnd ? end(of: location, action) : start(of: location)
    return "location \"\(location.name)\" is \(asked): \(now)".visibleLine
  }

  private static func end(of location: LocationDocument, _ action: LocationAction) -> String {
    let back = action == .stop ? "start" : "enable"
    let again = "`hanse locations \(back) \(location.name)` starts it again"
    switch location.state {
    case .draining where location.stepsRunning > 0:
      let steps = Messages.count(location.stepsRunning, "step")
      return "\(location.generation) gets no more steps, and ends once \(steps) in flight "
        + "\(location.stepsRunning == 1 ? "is" : "are") done; \(again)"
    case .starting, .loading, .running, .draining: return "\(location.generation) ends; \(again)"
    case .disabled, .stopped, .backingOff, .quarantined, .invalid:
      return "it has no process; \(again)"
    }
  }

  private static func start(of location: LocationDocument) -> String {
    if let candidate = location.candidate {
      return "\(candidate.generation) starts beside \(location.generation), and takes over once it "
        + "serves"
    }
    switch location.state {
    case .draining: return "\(location.generation) ends first, and then another process starts"
    case .starting, .loading: return "\(location.generation) starts"
    case .running: return "\(location.generation) serves"
    case .backingOff, .quarantined:
      let why = location.reason.map { ": " + self.why($0, location.fault) } ?? ""
      let next = location.next.map { "; it \(self.next($0))" } ?? ""
      return "it has no process\(why)\(next)"
    case .disabled:
      return "it stays disabled; `hanse locations enable \(location.name)` starts it"
    case .stopped: return "it has no process; `hanse locations start \(location.name)` starts it"
    case .invalid: return "its entry in the workspace has an error; `hanse check` says which"
    }
  }

  /// What came of a reload: what the workspace file has changed, or what the locations do now.
  static func reloaded(_ document: ReloadDocument) -> [String] {
    let pending = document.pending.map {
      "not yet: \($0.visibleLine); start the host again for that"
    }
    let changes = document.applied.map { "now: \($0.visibleLine)" } + pending
    guard changes.isEmpty else { return changes + ["no location was started anew"] }
    return document.items.map { state(of: $0) }
  }

  // MARK: What came of a reload

  static func tookOver(_ before: LocationDocument, _ after: LocationDocument) -> String {
    let old = before.state == .running ? " took over from \(before.generation)" : " serves"
    let binary = after.binary.map { digest in
      digest == before.binary ? "; its binary is the same" : "; binary \(digest.short)"
    }
    let definitions = after.digest == before.digest ? "; what it defines is the same" : ""
    return "location \"\(after.name)\": \(after.generation)\(old)\(binary ?? "")\(definitions)"
      .visibleLine
  }

  static func refused(_ location: LocationDocument) -> String {
    let goesOn = location.state == .running ? "; \(location.generation) goes on serving" : ""
    if let rejection = location.rejection {
      let reason = why(rejection.reason, rejection.code)
      return
        "location \"\(location.name)\": \(rejection.generation) did not take over: \(reason)\(goesOn)"
        .visibleLine
    }
    let reason = why(location.reason ?? "it ended", location.fault)
    return "location \"\(location.name)\" does not serve: \(reason)".visibleLine
  }

  static func unchanged(_ location: LocationDocument) -> String {
    "location \"\(location.name)\" is \(location.state.rawValue), and nothing was started anew"
      .visibleLine
  }

  static func next(_ next: LocationStatus.Next) -> String {
    let what =
      switch next.step {
      case .start: "starts again"
      case .giveUp: "is ended unless it has answered"
      case .end: "is asked to end, whatever is in flight"
      case .terminate: "gets SIGTERM"
      case .kill: "gets SIGKILL"
      }
    return "\(what) at \(TimeText.clock(next.time))"
  }

  static func why(_ reason: String, _ fault: String?) -> String {
    fault.map { "\(reason) [\($0)]" } ?? reason
  }

  static func serves(_ location: LocationDocument) -> String {
    let assets = Messages.count(location.assetCount, "asset")
    let checks = Messages.count(location.checkCount, "check")
    return "\(assets), \(checks)" + (location.isStale ? "; \(ListingMessages.isStale)" : "")
  }

  static func steps(_ location: LocationDocument) -> String {
    "\(location.stepsRunning) of \(location.concurrentSteps) running, "
      + "\(location.stepsWaiting) waiting"
  }

  static let heldBack =
    "it is not read from: it writes faster than the disk takes it; it goes on by itself"
  static let isolation = "run: each run has a worker process of its own"

  static func worker(_ worker: LocationStatus.Worker) -> String {
    let process = worker.processID.map { "process \($0)" } ?? "no process yet"
    let step = worker.step.map { ", step \($0) alone" } ?? ""
    let state = worker.state == .running ? "" : ", \(worker.state.rawValue)"
    return "run \(worker.run)\(step): \(process) since \(TimeText.clock(worker.since)), "
      + "generation \(worker.generation.number)\(state)"
  }

  static func workerTrouble(_ trouble: LocationStatus.WorkerTrouble) -> String {
    "do not start: \(why(trouble.reason, trouble.code)); failed \(times(trouble.failures)); next try "
      + "at \(TimeText.clock(trouble.nextTryAt))"
  }

  static func binary(_ location: LocationDocument) -> String? {
    location.binary.map { $0.short + (location.runsKeptBinary ? ", the host's own copy" : "") }
  }

  /// What lies at the executable's path, where that is not what runs.
  static func file(_ location: LocationDocument) -> String? {
    if let problem = location.fileProblem { return problem }
    guard let file = location.file, file != location.binary else { return nil }
    return "\(file.short), another program"
  }

  static func requiredDigest(_ digest: BinaryDigest) -> String {
    "\(digest.text); no other binary is run"
  }

  static func pin(_ pin: BinaryDigest) -> String {
    "\(pin.short), until its file changes or is reloaded"
  }

  static func candidate(_ candidate: LocationStatus.Candidate) -> String {
    var parts = ["\(candidate.generation) is \(candidate.state.rawValue)"]
    if let digest = candidate.digest { parts[0] += ", binary \(digest.short)" }
    if candidate.failures > 0 { parts.append("failed \(times(candidate.failures))") }
    if let next = candidate.next { parts.append(self.next(next)) }
    return parts.joined(separator: "; ")
  }

  static func rejection(_ rejection: LocationStatus.Rejection) -> String {
    let binary = rejection.digest.map { ", binary \($0.short)," } ?? ""
    let what = rejection.isRolledBack ? "was rolled back" : "did not take over"
    let next =
      rejection.isRolledBack
      ? "the binary before it runs until the file changes"
      : rejection.nextTryAt.map { "tried again at \(TimeText.clock($0))" }
        ?? "not tried again before the file changes or somebody reloads it"
    return "\(rejection.generation)\(binary) \(what) at \(TimeText.clock(rejection.time)): "
      + "\(why(rejection.reason, rejection.code)); failed \(times(rejection.failures)); \(next)"
  }

  static func rejectedNote(_ rejection: LocationStatus.Rejection) -> String {
    let what = rejection.isRolledBack ? "was rolled back" : "did not take over"
    return "\(rejection.generation) \(what): \(why(rejection.reason, rejection.code))"
  }

  static func served(_ served: LocationStatus.Served) -> String {
    "\(served.generation): binary \(served.digest.short)" + (served.isKept ? ", kept" : "")
  }

  private static func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }

  // MARK: Differences

  static func diffTitle(_ diff: DiffDocument, _ name: LocationName) -> String {
    "location \"\(name)\": \(diff.to) against \(diff.from)"
  }

  static let noDifference = "nothing that anybody would notice differs"
  static let affectedTitle = "assets of other locations that this affects"
  static let newDiagnosticsTitle = "new diagnostics"
  static let resolvedDiagnosticsTitle = "resolved diagnostics"

  static func effect(_ effect: String, _ cause: String) -> String {
    switch effect {
    case "upstream-removed": "its upstream \(cause) is gone"
    case "upstream-added": "its upstream \(cause) is there now"
    case "upstream-changed": "its upstream \(cause) has changed"
    default: "downstream of \(cause)"
    }
  }
}
