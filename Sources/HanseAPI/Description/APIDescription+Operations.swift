extension APIDescription {
  private static let base = APIPath.base
  private static let milliseconds = Shape.whole(0...10_000)
  private static let sequence = Shape.whole(0...Int64.max)

  private static func page(upTo most: Int) -> [Operation.Parameter] {
    [
      .query("limit", .whole(1...most), "The most items."),
      .query("cursor", .text, "The `next` of an earlier answer."),
    ]
  }

  private static let lines = Operation.Parameter.query(
    "lines",
    .whole(1...100_000),
    "How many of the last lines; the newest 8 MiB at most."
  )
  private static let logCursor = Operation.Parameter.query(
    "cursor",
    .text,
    "The `next` of an earlier answer: all that came since, a page at a time."
  )
  private static let name = Operation.Parameter.place("name", "The location's name.")
  private static let selection = Operation.Parameter.query("selection", .text, "Which assets.")
  private static let runID = Operation.Parameter.place("run", "The run's id, or how it begins.")
  private static let location = Shape.document("Location")

  static let hostOperations: [Operation] = [
    .get(
      "health",
      APIPath.health,
      "How far the host is.",
      [.query("settledWithinMilliseconds", milliseconds, "How long to wait until it is settled.")],
      answer: .document("Health")
    ),
    .get("description", APIPath.openAPI, "This description.", answer: .map(.anything)),
    .get(
      "events",
      APIPath.events,
      "What has happened: a page of at most 4 MiB, or a stream.",
      [
        .query("after", sequence, "Those after this one, the oldest first."),
        .query("before", .whole(1...Int64.max), "Those before this one, the newest first."),
      ] + page(upTo: 10_000) + [
        .query("run", .text, "Only of this run."),
        .query("kind", .text, "Only of these kinds, separated by commas."),
        .query("asset", .text, "Only about this asset."),
        .query("location", .text, "Only of this location."),
      ],
      answer: .page(.document("Event")),
      streams: true
    ),
    .get(
      "diagnostics",
      "\(base)/diagnostics",
      "What is wrong: a page of at most 4 MiB.",
      page(upTo: 10_000),
      answer: .page(.document("Diagnostic"))
    ),
    .post(
      "reload",
      "\(base)/reload",
      "Takes the limits of a changed workspace file, or reloads every location.",
      answer: .document("Reload")
    ),
  ]

  static let locationOperations: [Operation] =
    [
      .get("locations", "\(base)/locations", "All locations.", answer: .page(location)),
      .get(
        "location",
        "\(base)/locations/{name}",
        "One location.",
        [
          name,
          .query(
            "decidedWithinMilliseconds",
            milliseconds,
            "How long to wait until what was started serves or has failed."
          ),
        ],
        answer: location
      ),
      .get(
        "locationLogs",
        "\(base)/locations/{name}/logs",
        "What it wrote to its standard error.",
        [
          name, lines, .query("run", .text, "Only while this run's attempts were there."),
          logCursor,
        ],
        answer: .page(.document("LogLine"))
      ),
      .get(
        "locationDiff",
        "\(base)/locations/{name}/diff",
        "What two of its generations differ in.",
        [
          name, .query("from", .whole(1...Int(Int32.max)), "The earlier generation."),
          .query("to", .whole(1...Int(Int32.max)), "The later one."),
        ],
        answer: .document("Diff")
      ),
      .get(
        "generations",
        "\(base)/locations/{name}/generations",
        "Those of which the host still has something.",
        [name],
        answer: .page(.document("Generation"))
      ),
    ]
    + LocationAction.allCases.map { action in
      .post(
        "\(action.rawValue)Location",
        "\(base)/locations/{name}/\(action.rawValue)",
        summary(of: action),
        [name],
        body: action == .rollback ? "RollbackOrder" : "NoOrder",
        answer: location
      )
    }

  private static func summary(of action: LocationAction) -> String {
    switch action {
    case .reload: "Starts its file anew, beside what serves."
    case .rollback: "Lets an earlier binary serve."
    case .start: "Starts it if it is stopped, or waits for its next try."
    case .stop: "Lets its steps in flight finish, and stops it."
    case .restart: "Ends its process, and starts another at once."
    case .enable: "Starts it again after it was disabled."
    case .disable: "Stops it until it is enabled."
    }
  }

  static let assetOperations: [Operation] = [
    .get(
      "assets",
      "\(base)/assets",
      "Assets, by key: a page of at most 4 MiB.",
      [selection] + page(upTo: 10_000),
      answer: .page(.document("Asset"))
    ),
    .get(
      "asset",
      "\(base)/assets/{key}",
      "One asset.",
      [.place("key", "Its key; the slashes in it are slashes of the path.")],
      answer: .document("Asset")
    ),
    .get(
      "graph",
      "\(base)/graph",
      "Assets and edges: a part of at most 4 MiB.",
      [selection, .query("cursor", .text, "The `next` of an earlier answer.")],
      answer: .document("Graph")
    ),
  ]

  static let runOperations: [Operation] = [
    .get(
      "runs",
      "\(base)/runs",
      "Runs, the newest first: a page of at most 4 MiB.",
      [.query("status", .text, "Only in these states, separated by commas.")] + page(upTo: 1000),
      answer: .page(.document("Run"))
    ),
    .post(
      "launch",
      "\(base)/runs",
      "Launches a run.",
      body: "RunRequest",
      status: 201,
      answer: .document("Run")
    ),
    .get("run", "\(base)/runs/{run}", "One run.", [runID], answer: .document("RunDetail")),
    .post(
      "cancelRun",
      "\(base)/runs/{run}/cancel",
      "Cancels a run.",
      [runID],
      body: "CancelOrder",
      answer: .document("Run")
    ),
    .get(
      "runLogs",
      "\(base)/runs/{run}/logs",
      "What its locations wrote while its attempts were there.",
      [runID, lines, logCursor],
      answer: .page(.document("LogLine"))
    ),
    .post(
      "cancelSteps",
      "\(base)/steps/cancel",
      "Stops steps.",
      body: "StepCancelOrder",
      answer: .document("OrderOutcome")
    ),
  ]

  static let queueOperations: [Operation] = [
    .get(
      "queues",
      "\(base)/queues",
      "Every limit, and what waits.",
      [
        .query("running", .whole(0...10_000), "How many of the steps that run."),
        .query("waiting", .whole(0...1000), "How many of those that wait."),
      ],
      answer: .document("QueueReport")
    ),
    .get(
      "queue",
      "\(base)/queues/{queue}",
      "One queue.",
      [.place("queue", "Its name.")],
      answer: .document("Limit")
    ),
    .get(
      "waiting",
      "\(base)/queues/{queue}/waiting",
      "What waits in it, in the order of its turns.",
      [.place("queue", "Its name.")] + page(upTo: 1000),
      answer: .page(.document("WaitingStep"))
    ),
    .get("pools", "\(base)/pools", "All pools.", answer: .page(.document("Limit"))),
    .get(
      "explain",
      "\(base)/explain",
      "Why steps have not started.",
      [
        .query("run", .text, "Those of this run."), .query("step", .text, "Only this one of it."),
        .query("asset", .text, "Those that make this asset."),
      ] + page(upTo: 100),
      answer: .page(.document("StepExplanation"))
    ),
    .post(
      "requeue",
      "\(base)/requeue",
      "Lets what has not started wait elsewhere.",
      body: "RequeueOrder",
      answer: .document("OrderOutcome")
    ),
  ]

  /// What is done with limits, at each place that has some.
  static let limitOperations: [Operation] = [
    ("Queue", "\(base)/queues/{queue}", [Operation.Parameter.place("queue", "Its name.")]),
    ("Pool", "\(base)/pools/{pool}", [Operation.Parameter.place("pool", "Its name.")]),
    ("LocationLimits", "\(base)/locations/{name}/limits", [name]),
    ("WorkspaceLimits", "\(base)/workspace/limits", []),
  ].flatMap { owner, path, parameters in
    LimitAction.allCases.map { action in
      Operation.post(
        "\(action.rawValue)\(owner)",
        "\(path)/\(action.rawValue)",
        summary(of: action),
        parameters,
        body: action == .set ? "LimitOrder" : "NoOrder",
        answer: .document("Limit")
      )
    }
  }

  private static func summary(of action: LimitAction) -> String {
    switch action {
    case .set: "Gives it other values than the workspace file does."
    case .pause: "Lets nothing new start."
    case .resume: "Lets things start again."
    case .drain: "Pauses, and tells when the last step that runs has ended."
    case .reset: "Lets the values of the workspace file hold again."
    }
  }
}
