import HanseModel

extension APIDescription {
  /// What the data of each kind of event is.
  static let eventData: [(kind: String, shape: DocumentShape)] = [
    event(
      "host.started",
      "A host has begun to work on the state directory.",
      [.must("version", .text), .must("processID", .integer), .must("epoch", .integer)]
    ),
    event("host.stopped", "It has ended as it was told to.", []),
    event("location.starting", "A process has been started.", [.must("processID", .integer)]),
    event(
      "location.loaded",
      "A location has told what it defines.",
      [
        .must("digest", .text), .must("assets", .integer), .must("checks", .integer),
        .must("library", .text), .must("loadMilliseconds", .integer),
      ]
    ),
    event("location.exited", "Its process has ended.", exit),
    event("location.failed", "The host could not start it, or gave up on it.", failure),
    event(
      "location.swapped",
      "A new process has taken over.",
      [.must("from", .integer), .may("digest", .text)]
    ),
    event(
      "location.swap-failed",
      "A process that was to take over has failed.",
      [
        .must("code", .text), .must("reason", .text), .may("digest", .text),
        .may("standardErrorTail", .list(.text)), .may("retryInMilliseconds", .integer),
        .must("isRolledBack", .boolean),
      ]
    ),
    event(
      "location.pinned",
      "Somebody chose the binary that it runs; absent for its file again.",
      [.may("digest", .text)]
    ),
    event("location.disabled", "Somebody said that it is not to run.", []),
    event("location.enabled", "Somebody said that it is to run again.", []),
    event(
      "location.left-processes",
      "What it had left behind was killed.",
      [.must("count", .integer)]
    ),
    event(
      "location.events-dropped",
      "It sent more than its limit.",
      [.must("count", .integer), .must("limitPerSecond", .integer)]
    ),
    event(
      "location.reports-ignored",
      "It reported of what is not its own.",
      [.must("count", .integer), .must("code", .text), .must("message", .text)]
    ),
    event(
      "location.log-lost",
      "Lines of its log could not be written.",
      [.must("count", .integer), .must("bytes", .integer), .must("reason", .text)]
    ),
    event("worker.starting", "A worker was started.", [.must("processID", .integer)]),
    event("worker.exited", "A worker has ended.", exit),
    event("worker.failed", "A worker ended before it could take a step.", failure),
    event(
      "limits.changed",
      "Somebody changed, paused, drained or reset a limit.",
      [.must("target", .document("LimitTarget"))] + limitMembers + [
        .may("flow", .one(LimitOrder.Flow.allCases.map(\.rawValue))), author,
      ]
    ),
    event(
      "limits.drained",
      "Nothing that counts against it runs any more.",
      [.must("kind", .text), .may("name", .text)]
    ),
    event(
      "rates.noted",
      "How far the rates are, for the next host.",
      [
        .must("clock", .text), .must("reading", .integer),
        .may("debts", .list(.document("RateDebt"))),
      ]
    ),
    event(
      "run.created",
      "A run was launched.",
      [.must("request", .document("RunRequest")), .must("plan", .document("RunPlan"))]
    ),
    event("run.started", "Its first step may start.", []),
    event("run.canceling", "Somebody cancels it.", [.must("forced", .boolean), author]),
    event(
      "run.requeued",
      "Its steps that have not started wait elsewhere.",
      [
        .may("queue", .text), .must("priority", .integer),
        .may("reason", .text, "Absent where somebody ordered it."), author,
      ]
    ),
    event(
      "run.finished",
      "It has ended.",
      [.must("status", runStatus), .may("message", .text)]
    ),
    event("step.started", "An attempt began.", [.must("queuedMilliseconds", .integer)]),
    event("step.succeeded", "It went well.", [.must("durationMilliseconds", .integer)]),
    event(
      "step.failed",
      "It did not.",
      [.must("failure", .document("Failure")), .may("retryInMilliseconds", .integer)]
    ),
    event("step.skipped", "A step before it failed.", [.must("because", .text)]),
    event("step.canceled", "It was stopped, or never begun.", [.must("message", .text), author]),
    event("step.canceling", "It was asked to stop.", [.must("forced", .boolean), author]),
    event("step.cleared", "Another step ended the process.", [.must("because", .text)]),
    event("step.coalesced", "Another run's step stood for it.", [.must("into", .text)]),
    event(
      "step.logged",
      "Its code logged something.",
      [
        .must("level", .one(LogLevel.allCases.map(\.rawValue))), .must("message", .text),
        .may("fields", .map(.anything)),
      ]
    ),
    event("asset.materialized", "An asset was made and stored.", materialization),
    event("asset.observed", "Something was learned about an asset.", materialization),
    event(
      "asset.checked",
      "A check has looked at an asset.",
      [
        .must("name", .text), .must("asset", .text), .must("passed", .boolean),
        .must("severity", severity), .must("blocking", .boolean), .may("description", .text),
        .may("metadata", .map(.document("Metadata"))),
      ]
    ),
  ]

  private static let author = DocumentShape.Member.may(
    "by",
    .document("Principal"),
    "Who ordered it, where that is known."
  )
  private static let exit: [DocumentShape.Member] = [
    .may("code", .text, "The fault, if it was one, such as `LOC-CRASH`."), .must("reason", .text),
    .must("expected", .boolean, "Whether the host had asked for it."),
    .may("standardErrorTail", .list(.text)),
  ]
  private static let failure: [DocumentShape.Member] = [
    .may("code", .text), .must("message", .text),
  ]
  private static let materialization: [DocumentShape.Member] = [
    .must("asset", .text), .may("partition", .text),
    .may("metadata", .map(.document("Metadata"))), .may("codeVersion", .text),
    .may("dataVersion", .text), .may("inputs", .list(.document("MaterializationInput"))),
  ]

  private static func event(
    _ kind: String,
    _ text: String,
    _ members: [DocumentShape.Member]
  ) -> (String, DocumentShape) {
    (kind, DocumentShape("Event:\(kind)", text, members))
  }

  /// What events are made of besides.
  static let eventParts: [DocumentShape] = [
    DocumentShape(
      "LimitTarget",
      "Whose limit.",
      [.must("kind", .one(["workspace", "queue", "pool", "location"])), .may("name", .text)]
    ),
    DocumentShape(
      "RateDebt",
      "How long a rate is used up, by the clock that the event names.",
      [.must("target", .document("LimitTarget")), .must("nanoseconds", .integer)]
    ),
    DocumentShape(
      "RunPlan",
      "The steps of a run.",
      [.must("steps", .list(.document("PlannedStep")))]
    ),
    DocumentShape(
      "PlannedStep",
      "One step of a plan.",
      [
        .must("key", .text), .must("location", .text), .must("assets", .list(.text)),
        .may("check", .text),
        .may("dependsOn", .list(.integer), "Places in the plan, counted from 0."),
        .may("retry", .document("Retry")),
        .may("timeoutMilliseconds", .integer), .may("pools", .map(.integer)),
        .may("onLimit", onLimit), .may("config", .anything),
      ]
    ),
    DocumentShape(
      "MaterializationInput",
      "An upstream's value that was read.",
      [.must("asset", .text), .may("dataVersion", .text), .may("sequence", .integer)]
    ),
  ]

  /// An event, whose kind says what its data is.
  static var event: JSONValue {
    let shape = DocumentShape(
      "Event",
      "Something that has happened, as the log has it. A kind that is not listed here is of a newer "
        + "version.",
      [
        .must("sequence", .integer, "Its place in the log."), .must("time", .time),
        .must("kind", .text), .may("location", .text), .may("generation", .integer),
        .may("run", .text), .may("step", .text), .may("attempt", .integer), .may("asset", .text),
        .may("partition", .text), .must("data", .anything),
      ]
    )
    guard case .object(let members) = shape.schema else { return shape.schema }
    let branches = eventData.map { kind, shape -> JSONValue in
      [
        "if": ["properties": ["kind": ["const": .string(kind)]]],
        "then": ["properties": ["data": shape.schema]],
      ]
    }
    return .object(members + [JSONValue.Member("allOf", .array(branches))])
  }
}
