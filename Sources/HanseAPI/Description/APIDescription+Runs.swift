import HanseModel

extension APIDescription {
  static let onLimit = Shape.one(OnLimit.allCases.map(\.rawValue))
  static let runStatus = Shape.one(RunStatus.allCases.map(\.rawValue))
  static let stepStatus = Shape.one(StepStatus.allCases.map(\.rawValue))

  private static let runMembers: [DocumentShape.Member] = [
    .must("id", .text), .must("status", runStatus), .must("selection", .text),
    .may("partition", .text), .must("trigger", .text, "Who launched it, such as `cli`."),
    .may("tags", .map(.text)), .must("created", .time), .may("started", .time),
    .may("finished", .time), .may("message", .text, "How it ended."),
    .may("queue", .text, "What its steps wait in; absent for each location's own."),
    .must("priority", .integer, "From -1000 to 1000."),
    .must("stepCounts", .document("StepCounts")),
    .must("sequence", .integer, "The event that created it: the order of runs."),
  ]

  /// What is answered about runs.
  static let runs: [DocumentShape] = [
    DocumentShape("Run", "One run, as every listing shows it.", runMembers),
    DocumentShape(
      "RunDetail",
      "One run with all its steps.",
      runMembers + [
        .may("config", .map(.anything), "By asset or operation."),
        .may("canceledBy", .document("Principal"), "Who canceled it, where that is known."),
        .may("requeuedBy", .document("Principal"), "Who changed its queue or priority last."),
        .must("steps", .list(.document("Step")), "In the order of the plan."),
        .may(
          "abridgedSteps",
          .integer,
          "How many steps are abridged, for together they have more to tell than 8 MiB."
        ),
      ]
    ),
    DocumentShape(
      "StepCounts",
      "How many steps of a run are in which state.",
      ["total", "waiting", "running", "retrying", "succeeded", "failed", "skipped", "canceled"]
        .map { .must($0, .integer) }
    ),
    DocumentShape(
      "Step",
      "One step of a run.",
      [
        .must("key", .text), .must("location", .text), .must("assets", .list(.text)),
        .may("check", .text, "The check that it runs, if it makes no asset."),
        .must("status", stepStatus),
        .may("dependsOn", .list(.text), "The steps that must have succeeded before."),
        .may("queuedMilliseconds", .integer, "How long the last attempt waited for a slot."),
        .may("started", .time), .may("finished", .time),
        .may("durationMilliseconds", .integer, "How long the attempt that succeeded took."),
        .may("attempts", .list(.document("Attempt"))),
        .may("failure", .document("Failure"), "Of the last attempt that failed."),
        .may("skippedBecause", .text, "The step that failed before it."),
        .may("message", .text, "Why it was canceled."),
        .may("canceledBy", .document("Principal"), "Who canceled it for itself."),
        .may("progress", .document("Progress")),
        .may("held", .text, "Why it waits, though all before it is done."),
        .may("checks", .list(.document("CheckResult"))),
        .may("materializations", .list(.document("MaterializationRecord"))),
        .may(
          "isAbridged",
          .boolean,
          "True when not all that it made, checked and failed of is told; the run's events do."
        ),
      ]
    ),
    DocumentShape(
      "Attempt",
      "One attempt at a step.",
      [
        .must("attempt", .integer, "Counts from 1."), .may("location", .text),
        .may("generation", .integer), .must("status", stepStatus),
        .may("queuedMilliseconds", .integer), .may("started", .time), .may("finished", .time),
        .may("durationMilliseconds", .integer), .may("failure", .document("Failure")),
        .may("retryInMilliseconds", .integer),
      ]
    ),
    DocumentShape(
      "Failure",
      "Why an attempt did not succeed.",
      [
        .must("code", .text), .must("message", .text), .may("errorType", .text),
        .may("standardErrorTail", .list(.text)),
        .may("isRetryable", .boolean, "False when trying again cannot help; else absent."),
        .may(
          "crash",
          .one(StepFailure.Crash.allCases.map(\.rawValue)),
          "What the step had to do with the end of its process."
        ),
      ]
    ),
    DocumentShape(
      "Progress",
      "How far an attempt in flight is.",
      [
        .must("elapsedMilliseconds", .integer), .may("fraction", .number, "From 0 to 1."),
        .may("message", .text),
      ]
    ),
    DocumentShape(
      "CheckResult",
      "What a check found.",
      [
        .must("name", .text), .must("asset", .text), .must("passed", .boolean),
        .must("severity", severity), .must("blocking", .boolean), .may("description", .text),
        .may("metadata", .map(.document("Metadata"))),
      ]
    ),
  ]

  // MARK: Queues

  private static let limitKind = Shape.one(["workspace", "queue", "location", "pool", "tag"])

  /// What is answered about limits and what waits for them.
  static let queues: [DocumentShape] = [
    DocumentShape(
      "QueueReport",
      "Every limit, what is taken of it, and the first of those that wait: at one moment.",
      [
        .must("items", .list(.document("Limit")), "The queues."),
        .must("next", .nullable(.text), "Always null: they are all there."),
        .must("time", .time), .must("workspace", .document("Limit")),
        .must("runs", .document("RunSlots")), .must("locations", .list(.document("Limit"))),
        .must("pools", .list(.document("Limit"))), .must("tags", .list(.document("Limit"))),
        .must("runningCount", .integer), .must("running", .list(.document("SlotHolder"))),
        .must("waitingCount", .integer), .must("waiting", .list(.document("WaitingStep"))),
        .must("followerCount", .integer),
        .must("followers", .list(.document("FollowingStep"))),
        .may("miscounts", .list(.text), "Absent unless there is a defect."),
      ]
    ),
    DocumentShape(
      "RunSlots",
      "How many runs are under way.",
      [.must("used", .integer), .must("limit", .integer), .must("waiting", .integer)]
    ),
    DocumentShape(
      "Limit",
      "One limit that steps are subject to.",
      [
        .must("kind", limitKind),
        .must("name", .text, "Empty for the workspace; `NAME=VALUE` or `NAME` for a tag."),
        .must("used", .integer), .may("limit", .integer, "Absent for none."),
        .may("weight", .number), .may("rate", .document("Rate")),
        .may("nextStart", .time, "When the rate lets the next step start, while it lets none."),
        .must("isPaused", .boolean), .must("isDraining", .boolean),
        .must(
          "isOrdered",
          .boolean,
          "Whether somebody ordered other than the workspace file says."
        ),
        .may("orderedBy", .document("Principal"), "Who ordered last what holds of it."),
        .may("orderedAt", .time),
        .may("unavailable", .text, "Why its location takes no steps now."),
        .may("kept", .integer, "Units that are kept for a step that was passed too often."),
        .may("keptFor", .text, "The location of that step."),
        .must("waiting", .integer), .may("needs", .integer, "What the step takes of it."),
        .must("blocks", .boolean, "Whether it alone keeps the step from starting now."),
        .may("holders", .list(.document("SlotHolder"))),
      ]
    ),
    DocumentShape(
      "Rate",
      "So many starts in a time.",
      [.must("starts", .integer), .must("perMilliseconds", .integer), .must("burst", .integer)]
    ),
    DocumentShape(
      "SlotHolder",
      "A step that is under way, and holds slots for that.",
      [
        .must("run", .text), .must("step", .text), .must("location", .text),
        .must("queue", .text), .must("attempt", .integer),
        .may("started", .time, "Absent while it waits for its worker process."),
        .must("elapsedMilliseconds", .integer), .must("units", .integer),
      ]
    ),
    DocumentShape(
      "WaitingStep",
      "A step that waits for slots.",
      [
        .must("run", .text), .must("step", .text), .must("location", .text),
        .must("queue", .text), .must("priority", .integer), .must("since", .time),
        .must("waitedMilliseconds", .integer),
        .may("held", .text, "What keeps it; absent when only its turn has not come."),
      ]
    ),
    DocumentShape(
      "FollowingStep",
      "A step that the same step of another run stands for (`onLimit` is `coalesce`).",
      [
        .must("run", .text), .must("step", .text), .must("location", .text),
        .must("leader", .text, "The run of the other one."),
      ]
    ),
    DocumentShape(
      "Principal",
      "Who gave an order: the user of the host's machine whose process it was.",
      [.must("userID", .integer), .may("userName", .text)]
    ),
    DocumentShape(
      "StepExplanation",
      "Why one step has not started, or that it has.",
      [
        .must("run", .text), .must("step", .text), .must("location", .text),
        .must("status", stepStatus), .must("reason", .text), .must("queue", .text),
        .must("priority", .integer), .may("since", .time),
        .may(
          "ahead",
          .integer,
          "Steps of its location in its queue that go first; 10000 stands for more too."
        ),
        .may("passes", .integer, "How often others took units while it lacked some."),
        .may("passesAllowed", .integer, "After so many passes units are kept for it."),
        .must("isReserved", .boolean, "Whether what comes free of its pools is kept for it."),
        .may("leader", .text, "The run whose step stands for this one."),
        .may("followers", .list(.text), "The runs that it stands for, the first twenty."),
        .must("followerCount", .integer), .may("limits", .list(.document("Limit"))),
        .may("upstream", .list(.document("WaitedFor")), "The first twenty."),
        .must("upstreamCount", .integer), .may("nextAttempt", .time),
        .may("estimatedStart", .time),
        .may("estimate", .text, "How the estimate was made, or why there is none."),
      ]
    ),
    DocumentShape(
      "WaitedFor",
      "A step that has to succeed first.",
      [.must("step", .text), .must("status", stepStatus)]
    ),
    DocumentShape(
      "OrderOutcome",
      "What an order about waiting steps has reached.",
      [
        .may("runs", .list(.text)), .must("waiting", .integer, "Steps that waited."),
        .must("running", .integer, "Steps that run."),
      ]
    ),
  ]
}
