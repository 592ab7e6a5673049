import HanseModel

/// Records to write.
enum Samples {
  static func time(_ milliseconds: Int64) -> Timestamp {
    Timestamp(milliseconds: 1_278_244_800_000 + milliseconds)
  }

  /// One payload of each kind, with awkward values.
  static let payloads: [EventPayload] = [
    .hostStarted(version: "0.1.0", processID: 42, epoch: HostEpoch(7)),
    .hostStopped,
    .locationStarting(processID: 43),
    .locationLoaded(
      .init(digest: "ab\"c", assets: 3, checks: 1, library: "Hanse 0.1.0", loadMilliseconds: 12)
    ),
    .locationExited(
      reason: "signal 9",
      expected: false,
      standardErrorTail: ["a", "\u{0}b", "ü\n"]
    ),
    .locationFailed(message: "no such file", code: "LOC-EXEC-MISSING"),
    .workerStarting(processID: 7),
    .workerExited(reason: "exit status 0", expected: true, standardErrorTail: []),
    .workerFailed(message: "its worker ended", code: "LOC-EXIT-EARLY"),
    .runCreated(
      .init(
        request: RunRequest(selection: "+climate/daily", partition: "2010-07-04", tags: ["a": "b"]),
        plan: plan(["a/x", "b/y"])
      )
    ),
    .runStarted,
    .runCanceling(forced: true),
    .runFinished(status: .failed, message: "1 step failed"),
    .stepStarted(queuedMilliseconds: 5),
    .stepSucceeded(durationMilliseconds: .max),
    .stepFailed(
      StepFailure(.lost, message: "exit 1", standardErrorTail: ["x"]),
      retryInMilliseconds: 9
    ),
    .stepFailed(StepFailure(.timedOut, message: "", isRetryable: false), retryInMilliseconds: nil),
    .stepSkipped(because: "a/x"),
    .stepCanceled(message: "by hand"),
    .materialized(
      Materialization(
        asset: "a/x",
        partition: "p",
        metadata: ["rows": 3, "ratio": .number(0.1), "note": .markdown("*ü*")],
        codeVersion: "2",
        dataVersion: "d",
        inputs: [.init(asset: "b/y", dataVersion: "e", sequence: 4)]
      )
    ),
    .observed(Materialization(asset: "a/x", metadata: ["lag": .duration(milliseconds: 3)])),
    .checked(CheckResult(name: "no_gaps", asset: "a/x", passed: false, blocking: true)),
    .logged(LogRecord(level: .warning, message: "half\u{2028}", fields: ["k": [1, nil, "v"]])),
    .eventsDropped(count: 10, limitPerSecond: 2000),
    .locationSwapped(from: Generation(3), digest: "abc"),
    .locationSwapFailed(
      .init(code: "LOC-CRASH", reason: "exit status 1", standardErrorTail: ["x"])
    ),
    .locationPinned("abc"),
    .locationPinned(nil),
    .limitsChanged(.init(target: .queue("q"), order: LimitOrder(weight: 2, flow: .paused))),
    .limitsChanged(.init(target: .location("l"), order: LimitOrder(flow: .draining))),
    .limitsDrained(.location("l")),
    .runRequeued(queue: "q", priority: 2),
    .stepCanceling(forced: false),
    .stepCoalesced(into: "r"),
    .ratesNoted(
      .init(clock: "c", reading: 7, debts: [.init(target: .queue("q"), nanoseconds: 5)])
    ),
    .locationDisabled,
    .locationEnabled,
    .locationLeftProcesses(count: 2),
    .reportsIgnored(count: 3, code: "foreign-asset", message: "reported x"),
    .logLost(count: 4, bytes: 500, reason: "no space left on device (ENOSPC)"),
    .unknown(kind: "future.kind", data: ["b": 1, "a": [true, nil, 1.5]]),
  ]

  static func plan(_ keys: [StepKey], location: LocationName = "climate") -> RunPlan {
    RunPlan(
      steps: keys.map { PlannedStep(key: $0, location: location, assets: [AssetKey($0.text)]) }
    )
  }

  static func created(_ run: RunID, _ keys: [StepKey], at milliseconds: Int64 = 0) -> EventRecord {
    EventRecord(
      time: time(milliseconds),
      run: run,
      payload: .runCreated(.init(request: RunRequest(selection: "*"), plan: plan(keys)))
    )
  }

  static func run(_ run: RunID, _ payload: EventPayload, at milliseconds: Int64 = 0) -> EventRecord
  {
    EventRecord(time: time(milliseconds), run: run, payload: payload)
  }

  static func step(
    _ run: RunID,
    _ key: StepKey,
    attempt: Int = 1,
    _ payload: EventPayload,
    at milliseconds: Int64 = 0
  ) -> EventRecord {
    EventRecord(
      time: time(milliseconds),
      location: "climate",
      generation: Generation(3),
      run: run,
      step: key,
      attempt: attempt,
      payload: payload
    )
  }

  static func materialized(
    _ asset: AssetKey,
    partition: PartitionKey? = nil,
    run: RunID = "r",
    dataVersion: String? = nil,
    at milliseconds: Int64 = 0
  ) -> EventRecord {
    EventRecord(
      time: time(milliseconds),
      run: run,
      step: StepKey(asset.path),
      attempt: 1,
      partition: partition,
      payload: .materialized(Materialization(asset: asset, dataVersion: dataVersion))
    )
  }
}
