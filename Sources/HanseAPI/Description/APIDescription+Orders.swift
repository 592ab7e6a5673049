import HanseModel

extension APIDescription {
  static let limitMembers: [DocumentShape.Member] = [
    .may("concurrentSteps", .nullable(.whole(LimitBounds.steps)), "Null for no limit."),
    .may("concurrentRuns", .whole(LimitBounds.runs), "Of the workspace."),
    .may("units", .whole(LimitBounds.units), "Of a pool."),
    .may("waitingSteps", .whole(LimitBounds.waitingSteps), "Of a location."),
    .may("weight", .number, "Above 0, at most 1000."),
    .may("rate", .nullable(.document("Rate")), "Null for none."),
  ]

  /// What is sent with a POST.
  static let orders: [DocumentShape] = sent.map { order in
    var order = order
    order.leastSent = order.name == "LimitOrder" ? 1 : 0
    return order
  }

  /// What is answered to a call that is refused.
  static let refusals: [DocumentShape] = [
    DocumentShape(
      "Problem",
      "Why a call was refused (RFC 9457).",
      [
        .must("type", .text, "`urn:hanse:problem:CODE`, which does not change."),
        .must("title", .text), .must("status", .integer), .must("detail", .text),
        .may("instance", .text), .may("parameter", .text, "The parameter or member it is about."),
        .may("column", .integer, "Where in the selection."), .may("selection", .text),
        .may("suggestion", .text, "What was probably meant."),
        .may("candidates", .list(.text)), .may("allowed", .list(.text), "The methods there are."),
      ]
    )
  ]

  private static let sent: [DocumentShape] = [
    DocumentShape(
      "RunRequest",
      "What to run.",
      [
        .must("selection", .text), .may("partition", .text),
        .may("config", .map(.anything), "By asset or operation."), .may("tags", .map(.text)),
        .may("queue", .text), .may("priority", .whole(LimitBounds.priorities)),
        .may("onLimit", onLimit), .may("trigger", .text, "Who launches it; `api` if absent."),
      ]
    ),
    DocumentShape(
      "CancelOrder",
      "How to cancel a run.",
      [.may("forced", .boolean, "Whether to end the location of a step that does not stop.")]
    ),
    DocumentShape(
      "RollbackOrder",
      "Which generation's binary to run; the last one but the present without it.",
      [.may("generation", .whole(1...Int(Int32.max)))]
    ),
    DocumentShape("LimitOrder", "The values of a limit that are to be others.", limitMembers),
    DocumentShape(
      "RequeueOrder",
      "What is to wait elsewhere: a run, or the runs that make what a selection names.",
      [
        .may("run", .text), .may("selection", .text), .may("queue", .text),
        .may("priority", .whole(LimitBounds.priorities)),
      ]
    ),
    DocumentShape(
      "StepCancelOrder",
      "Which steps to stop: of one run, or of all that are under way.",
      [
        .must("selection", .text), .may("run", .text),
        .may("forced", .boolean, "Whether the process of a step that runs is ended at once."),
      ]
    ),
    DocumentShape("NoOrder", "Nothing needs to be said.", []),
  ]
}
