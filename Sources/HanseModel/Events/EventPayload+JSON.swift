extension EventPayload {
  /// Writes the payload's data; the kind is written by the event.
  package func write(to json: inout JSONWriter) {
    switch self {
    case .materialized(let value), .observed(let value): json.value(value)
    case .checked(let value): json.value(value)
    case .logged(let value): json.value(value)
    case .runCreated(let value): json.value(value)
    case .locationLoaded(let value): json.value(value)
    case .locationSwapFailed(let value): json.value(value)
    case .limitsChanged(let value): json.value(value)
    case .limitsDrained(let value): json.value(value)
    case .ratesNoted(let value): json.value(value)
    case .unknown(_, let data): json.value(data)
    default:
      json.beginObject()
      writeMembers(to: &json)
      json.endObject()
    }
  }

  private func writeMembers(to json: inout JSONWriter) {
    switch self {
    case .hostStarted(let version, let processID, let epoch):
      json.member("version", version)
      json.member("processID", processID)
      json.member("epoch", epoch)
    case .locationStarting(let processID), .workerStarting(let processID):
      json.member("processID", processID)
    case .locationExited(let reason, let expected, let tail, let code),
      .workerExited(let reason, let expected, let tail, let code):
      json.member("code", code)
      json.member("reason", reason)
      json.member("expected", expected)
      json.member("standardErrorTail", tail)
    case .locationFailed(let message, let code), .workerFailed(let message, let code):
      json.member("code", code)
      json.member("message", message)
    case .locationSwapped(let from, let digest):
      json.member("from", from)
      json.member("digest", digest)
    case .locationPinned(let digest): json.member("digest", digest)
    case .locationLeftProcesses(let count): json.member("count", count)
    case .reportsIgnored(let count, let code, let message):
      json.member("count", count)
      json.member("code", code)
      json.member("message", message)
    case .logLost(let count, let bytes, let reason):
      json.member("count", count)
      json.member("bytes", bytes)
      json.member("reason", reason)
    case .runCanceling(let forced, let principal), .stepCanceling(let forced, let principal):
      json.member("forced", forced)
      json.member("by", principal)
    case .runRequeued(let queue, let priority, let reason, let principal):
      json.member("queue", queue)
      json.member("priority", priority)
      json.member("reason", reason)
      json.member("by", principal)
    case .runFinished(let status, let message):
      json.member("status", status)
      json.member("message", message)
    case .stepStarted(let queued): json.member("queuedMilliseconds", queued)
    case .stepSucceeded(let duration): json.member("durationMilliseconds", duration)
    case .stepFailed(let failure, let retry):
      json.member("failure", failure)
      json.member("retryInMilliseconds", retry)
    case .stepSkipped(let because), .stepCleared(let because): json.member("because", because)
    case .stepCanceled(let message, let principal):
      json.member("message", message)
      json.member("by", principal)
    case .stepCoalesced(let run): json.member("into", run)
    case .eventsDropped(let count, let limit):
      json.member("count", count)
      json.member("limitPerSecond", limit)
    case .hostStopped, .locationDisabled, .locationEnabled, .runStarted, .materialized, .observed,
      .checked, .logged, .runCreated,
      .locationLoaded, .locationSwapFailed, .limitsChanged, .limitsDrained, .ratesNoted,
      .unknown:
      break
    }
  }

  package init(kind: String, from json: inout JSONReader) throws(JSONError) {
    switch kind {
    case "asset.materialized": self = .materialized(try json.value())
    case "asset.observed": self = .observed(try json.value())
    case "asset.checked": self = .checked(try json.value())
    case "step.logged": self = .logged(try json.value())
    case "run.created": self = .runCreated(try json.value())
    case "location.loaded": self = .locationLoaded(try json.value())
    case "location.swap-failed": self = .locationSwapFailed(try json.value())
    case "limits.changed": self = .limitsChanged(try json.value())
    case "limits.drained": self = .limitsDrained(try json.value())
    case "rates.noted": self = .ratesNoted(try json.value())
    case _ where Self.smallKinds.contains(kind):
      self = try Members(from: &json).payload(kind: kind)
    default: self = .unknown(kind: kind, data: try json.value())
    }
  }

  /// The kinds whose data is a few members, read by ``Members``.
  private static let smallKinds: Set<String> = [
    "host.started", "host.stopped", "location.starting", "location.exited", "location.failed",
    "run.started", "run.canceling", "run.finished", "step.started", "step.succeeded",
    "step.failed", "step.skipped", "step.canceled", "step.cleared", "location.events-dropped",
    "location.swapped", "location.pinned", "location.disabled", "location.enabled",
    "location.left-processes", "location.reports-ignored", "location.log-lost", "worker.starting",
    "worker.exited", "worker.failed", "run.requeued", "step.canceling", "step.coalesced",
  ]

  /// All the members that the small payloads have among them.
  private struct Members {
    var version = ""
    var processID = 0
    var epoch = HostEpoch(0)
    var reason = ""
    var code: String?
    var expected = false
    var standardErrorTail: [String] = []
    var message: String?
    var forced = false
    var status = RunStatus.failed
    var queuedMilliseconds: Int64 = 0
    var durationMilliseconds: Int64 = 0
    var failure = StepFailure(.failed, message: "")
    var retryInMilliseconds: Int64?
    var because: StepKey = ""
    var count = 0
    var from = Generation()
    var digest: BinaryDigest?
    var limitPerSecond = 0
    var bytes = 0
    var queue: String?
    var priority = 0
    var into: RunID = ""
    var by: Principal?

    init(from json: inout JSONReader) throws(JSONError) {
      try json.object { name, json throws(JSONError) in
        switch name {
        case "version": version = try json.string()
        case "processID": processID = try json.int()
        case "epoch": epoch = try json.value()
        case "reason": reason = try json.string()
        case "code": code = try json.optional()
        case "expected": expected = try json.bool()
        case "standardErrorTail": standardErrorTail = try json.list()
        case "message": message = try json.optional()
        case "forced": forced = try json.bool()
        case "status": status = try json.value()
        case "queuedMilliseconds": queuedMilliseconds = try json.int64()
        case "durationMilliseconds": durationMilliseconds = try json.int64()
        case "failure": failure = try json.value()
        case "retryInMilliseconds": retryInMilliseconds = try json.optional()
        case "because": because = try json.value()
        case "count": count = try json.int()
        case "from": from = try json.value()
        case "digest": digest = try json.optional()
        case "limitPerSecond": limitPerSecond = try json.int()
        case "bytes": bytes = try json.int()
        case "queue": queue = try json.optional()
        case "priority": priority = try json.int()
        case "into": into = try json.value()
        case "by": by = try json.optional()
        default: try json.skip()
        }
      }
    }

    func payload(kind: String) -> EventPayload {
      switch kind {
      case "host.started":
        return .hostStarted(version: version, processID: processID, epoch: epoch)
      case "host.stopped": return .hostStopped
      case "location.starting": return .locationStarting(processID: processID)
      case "location.exited":
        return .locationExited(
          reason: reason,
          expected: expected,
          standardErrorTail: standardErrorTail,
          code: code
        )
      case "location.failed": return .locationFailed(message: message ?? "", code: code)
      case "worker.starting": return .workerStarting(processID: processID)
      case "worker.exited":
        return .workerExited(
          reason: reason,
          expected: expected,
          standardErrorTail: standardErrorTail,
          code: code
        )
      case "worker.failed": return .workerFailed(message: message ?? "", code: code)
      case "location.swapped": return .locationSwapped(from: from, digest: digest)
      case "location.pinned": return .locationPinned(digest)
      case "location.disabled": return .locationDisabled
      case "location.enabled": return .locationEnabled
      case "location.left-processes": return .locationLeftProcesses(count: count)
      case "location.reports-ignored":
        return .reportsIgnored(count: count, code: code ?? "", message: message ?? "")
      case "location.log-lost": return .logLost(count: count, bytes: bytes, reason: reason)
      case "run.started": return .runStarted
      case "run.canceling": return .runCanceling(forced: forced, by: by)
      case "run.requeued":
        let told = reason.isEmpty ? nil : reason
        return .runRequeued(queue: queue, priority: priority, reason: told, by: by)
      case "run.finished": return .runFinished(status: status, message: message)
      case "step.started": return .stepStarted(queuedMilliseconds: queuedMilliseconds)
      case "step.succeeded": return .stepSucceeded(durationMilliseconds: durationMilliseconds)
      case "step.failed": return .stepFailed(failure, retryInMilliseconds: retryInMilliseconds)
      case "step.skipped": return .stepSkipped(because: because)
      case "step.canceled": return .stepCanceled(message: message ?? "", by: by)
      case "step.canceling": return .stepCanceling(forced: forced, by: by)
      case "step.coalesced": return .stepCoalesced(into: into)
      case "step.cleared": return .stepCleared(because: because)
      case "location.events-dropped":
        return .eventsDropped(count: count, limitPerSecond: limitPerSecond)
      default:
        preconditionFailure("\(kind) is among the small kinds but not read here")
      }
    }
  }
}

extension EventPayload.LocationSummary: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("digest", digest)
    json.member("assets", assets)
    json.member("checks", checks)
    json.member("library", library)
    json.member("loadMilliseconds", loadMilliseconds)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(digest: "", assets: 0, checks: 0, library: "", loadMilliseconds: 0)
    try json.object { name, json throws(JSONError) in
      switch name {
      case "digest": digest = try json.string()
      case "assets": assets = try json.int()
      case "checks": checks = try json.int()
      case "library": library = try json.string()
      case "loadMilliseconds": loadMilliseconds = try json.int64()
      default: try json.skip()
      }
    }
  }
}

extension EventPayload.SwapFailure: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("code", code)
    json.member("reason", reason)
    json.member("digest", digest)
    json.member("standardErrorTail", standardErrorTail)
    json.member("retryInMilliseconds", retryInMilliseconds)
    json.member("isRolledBack", isRolledBack)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(code: "", reason: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "code": code = try json.string()
      case "reason": reason = try json.string()
      case "digest": digest = try json.optional()
      case "standardErrorTail": standardErrorTail = try json.list()
      case "retryInMilliseconds": retryInMilliseconds = try json.optional()
      case "isRolledBack": isRolledBack = try json.bool()
      default: try json.skip()
      }
    }
  }
}

extension EventPayload.RunCreation: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("request", request)
    json.member("plan", plan)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(request: RunRequest(selection: ""), plan: RunPlan())
    try json.object { name, json throws(JSONError) in
      switch name {
      case "request": request = try json.value()
      case "plan": plan = try json.value()
      default: try json.skip()
      }
    }
  }
}
