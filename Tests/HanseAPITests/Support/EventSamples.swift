import HanseModel

/// An event of each kind, with all that it can say.
enum EventSamples {
  static let events = payloads.enumerated().map { number, payload in
    Event(
      sequence: Int64(number + 1),
      record: EventRecord(
        time: Timestamp(milliseconds: 1_278_244_800_000),
        location: "climate",
        generation: Generation(3),
        run: "r1",
        step: "a/x",
        attempt: 2,
        partition: "2010-07-04",
        payload: payload
      )
    )
  }

  private static let payloads: [EventPayload] = [
    .hostStarted(version: "0.1.0", processID: 42, epoch: HostEpoch(7)), .hostStopped,
    .locationStarting(processID: 43),
    .locationLoaded(
      .init(digest: "abc", assets: 3, checks: 1, library: "Hanse 0.1.0", loadMilliseconds: 12)
    ),
    .locationExited(reason: "x", expected: false, standardErrorTail: ["a"], code: "LOC-CRASH"),
    .locationFailed(message: "no such file", code: "LOC-EXEC-MISSING"),
    .locationSwapped(from: Generation(2), digest: "abc"),
    .locationSwapFailed(
      .init(
        code: "LOC-CRASH",
        reason: "exit status 1",
        digest: "abc",
        standardErrorTail: ["x"],
        retryInMilliseconds: 5,
        isRolledBack: true
      )
    ),
    .locationPinned("abc"), .locationDisabled, .locationEnabled, .locationLeftProcesses(count: 2),
    .reportsIgnored(count: 3, code: "foreign-asset", message: "reported x"),
    .logLost(count: 4, bytes: 500, reason: "no space"),
    .eventsDropped(count: 10, limitPerSecond: 2000), .workerStarting(processID: 7),
    .workerExited(reason: "x", expected: true, standardErrorTail: ["y"], code: "LOC-CRASH"),
    .workerFailed(message: "its worker ended", code: "LOC-EXIT-EARLY"),
    .limitsChanged(
      .init(target: .queue("q"), order: order, by: ann)
    ),
    .limitsChanged(
      .init(
        target: .workspace,
        order: LimitOrder(concurrentSteps: .unlimited, rate: .unlimited)
      )
    ),
    .limitsDrained(.location("l")),
    .ratesNoted(
      .init(clock: "c", reading: 7, debts: [.init(target: .queue("q"), nanoseconds: 5)])
    ),
    .runCreated(.init(request: request, plan: RunPlan(steps: [step]))), .runStarted,
    .runCanceling(forced: true, by: ann), .runRequeued(queue: "q", priority: 2, reason: "x"),
    .runRequeued(queue: "q", priority: 2, by: ann),
    .runFinished(status: .failed, message: "1 step failed"), .stepStarted(queuedMilliseconds: 5),
    .stepSucceeded(durationMilliseconds: .max),
    .stepFailed(failure, retryInMilliseconds: 9), .stepSkipped(because: "a/x"),
    .stepCanceled(message: "by hand", by: ann), .stepCanceling(forced: false, by: ann),
    .stepCleared(because: "b/y"), .stepCoalesced(into: "r2"),
    .logged(LogRecord(level: .warning, message: "half", fields: ["k": [1, nil, "v"]])),
    .materialized(materialization), .observed(materialization), .checked(check),
  ]

  static let ann = Principal(userID: 1000, userName: "ann")
  static let order = LimitOrder(
    concurrentSteps: .value(4),
    concurrentRuns: 3,
    units: 2,
    waitingSteps: 10,
    weight: 2.5,
    rate: .value(RateLimit(starts: 5, per: .seconds(2), burst: 7)),
    flow: .paused
  )
  static let request = RunRequest(
    selection: "+climate/daily",
    partition: "2010-07-04",
    config: ["a/x": ["days": 3]],
    tags: ["a": "b"],
    queue: "q",
    priority: 5,
    onLimit: .coalesce,
    trigger: "cli"
  )
  static let failure = StepFailure(
    .lost,
    message: "exit 1",
    errorType: "E",
    standardErrorTail: ["x"],
    isRetryable: false,
    crash: .suspected
  )
  static let check = CheckResult(
    name: "no_gaps",
    asset: "a/x",
    passed: false,
    severity: .warning,
    blocking: true,
    description: "two gaps",
    metadata: ["gaps": 2]
  )
  private static let step = PlannedStep(
    key: "a/x",
    location: "climate",
    assets: ["a/x"],
    check: "no_gaps",
    dependsOn: [0],
    retry: RetryPolicy(maxRetries: 3, delay: .seconds(1), backoff: .exponential, jitter: 0.5),
    timeoutMilliseconds: 9,
    pools: ["warehouse": 2],
    onLimit: .queue,
    config: ["days": 3]
  )
  private static let materialization = Materialization(
    asset: "a/x",
    partition: "p",
    metadata: ["rows": 3, "note": .markdown("*ü*")],
    codeVersion: "2",
    dataVersion: "d",
    inputs: [.init(asset: "b/y", dataVersion: "e", sequence: 4)]
  )
}
