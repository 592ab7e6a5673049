import HanseModel
import Testing

@Suite struct EventTests {
  static let payloads: [EventPayload] = [
    .hostStarted(version: "0.1.0", processID: 42, epoch: HostEpoch(3)), .hostStopped,
    .locationStarting(processID: 7),
    .locationLoaded(
      EventPayload.LocationSummary(
        digest: "d",
        assets: 2,
        checks: 1,
        library: "Hanse 0.1.0",
        loadMilliseconds: 9
      )
    ),
    .locationExited(reason: "signal 9", expected: true, standardErrorTail: ["a", "b"]),
    .locationExited(
      reason: "exit status 1",
      expected: false,
      standardErrorTail: [],
      code: "LOC-CRASH"
    ),
    .locationFailed(message: "no such file"),
    .locationFailed(message: "no such file", code: "LOC-EXEC-MISSING"),
    .workerStarting(processID: 7),
    .workerExited(reason: "exit status 0", expected: true, standardErrorTail: []),
    .workerExited(
      reason: "signal 9 (SIGKILL)",
      expected: false,
      standardErrorTail: ["a"],
      code: "LOC-CRASH"
    ),
    .workerFailed(message: "its worker ended", code: "LOC-EXIT-EARLY"),
    .locationPinned("abc"),
    .locationPinned(nil),
    .locationDisabled,
    .locationEnabled,
    .limitsChanged(.init(target: .queue("q"), order: LimitOrder(concurrentSteps: .unlimited))),
    .limitsChanged(
      .init(
        target: .location("l"),
        order: LimitOrder(
          concurrentSteps: .value(3),
          weight: 0.5,
          rate: .value(RateLimit(starts: 2, per: .milliseconds(1500), burst: 4)),
          flow: .draining
        )
      )
    ),
    .limitsChanged(
      .init(
        target: .workspace,
        order: LimitOrder(concurrentRuns: 3, waitingSteps: 4, rate: .unlimited)
      )
    ),
    .limitsChanged(
      .init(
        target: .pool("p"),
        order: LimitOrder(units: 4),
        by: Principal(userID: 7, userName: "ann")
      )
    ),
    .limitsDrained(.pool("p")),
    .ratesNoted(
      .init(clock: "c", reading: 7, debts: [.init(target: .queue("q"), nanoseconds: 5)])
    ),
    .runRequeued(queue: "q", priority: -3), .runRequeued(queue: nil, priority: 0),
    .runRequeued(queue: nil, priority: 1, reason: "the queue is gone"),
    .runRequeued(queue: "q", priority: 2, by: Principal(userID: 0)),
    .runCanceling(forced: false, by: Principal(userID: 7, userName: "ann")),
    .stepCanceling(forced: false, by: Principal(userID: 7)),
    .stepCanceled(message: "asked", by: Principal(userID: 7, userName: "ann")),
    .stepCanceling(forced: true), .stepCoalesced(into: "r"),
    .runCreated(
      EventPayload.RunCreation(
        request: RunRequest(
          selection: "climate/*",
          partition: "2010",
          config: ["a": ["x": 1]],
          tags: ["k": "v"],
          trigger: "cli"
        ),
        plan: RunPlan(steps: [
          PlannedStep(key: "a", location: "l", assets: ["a"]),
          PlannedStep(
            key: "b:c",
            location: "l",
            assets: ["b"],
            check: "c",
            dependsOn: [0],
            retry: RetryPolicy(maxRetries: 2),
            timeoutMilliseconds: 5,
            pools: ["p": 1],
            config: [1]
          ),
        ])
      )
    ),
    .runStarted, .runCanceling(forced: true), .runFinished(status: .failed, message: "1 failed"),
    .runFinished(status: .succeeded, message: nil), .stepStarted(queuedMilliseconds: 4),
    .stepSucceeded(durationMilliseconds: 5),
    .stepFailed(
      StepFailure(.timedOut, message: "m", errorType: "E", isRetryable: false),
      retryInMilliseconds: 100
    ),
    .stepFailed(StepFailure(.lost, message: "m"), retryInMilliseconds: nil),
    .stepFailed(
      StepFailure(.interrupted, message: "m", crash: .suspected),
      retryInMilliseconds: 0
    ),
    .stepSkipped(because: "a"), .stepCanceled(message: "asked"), .stepCleared(because: "a"),
    .materialized(Materialization(asset: "a", metadata: ["rows": 3])),
    .observed(Materialization(asset: "a")),
    .checked(CheckResult(name: "c", asset: "a", passed: true)),
    .logged(LogRecord(level: .error, message: "m", fields: ["k": nil])),
    .eventsDropped(count: 5, limitPerSecond: 2000),
    .reportsIgnored(count: 3, code: "foreign-asset", message: "reported x"),
    .logLost(count: 4, bytes: 500, reason: "no space left on device (ENOSPC)"),
    .unknown(kind: "asset.renamed", data: ["to": "b", "why": [1, nil]]),
  ]

  @Test(arguments: payloads)
  func `an event of every kind comes back from its text`(payload: EventPayload) throws {
    let event = Event(
      sequence: 12,
      record: EventRecord(
        time: Timestamp(milliseconds: 1),
        location: "l",
        generation: Generation(2),
        run: "r",
        step: "s",
        attempt: 3,
        partition: "p",
        payload: payload
      )
    )
    let text = JSONWriter.text(event)
    #expect(try Event.decode(text) == event)
    #expect(JSONWriter.text(try Event.decode(text)) == text)
  }

  @Test func `every kind is in the table`() {
    // One of each at least; several have members that are there or not.
    #expect(Set(Self.payloads.map(\.kind)).count == 36)
  }

  @Test func `an event's text is fixed`() {
    let event = Event(
      sequence: 1,
      record: EventRecord(
        time: Timestamp(milliseconds: 0),
        location: "l",
        payload: .checked(CheckResult(name: "c", asset: "a", passed: true))
      )
    )
    #expect(
      JSONWriter.text(event)
        == #"{"sequence":1,"time":"1970-01-01T00:00:00.000Z","kind":"asset.checked","#
        + #""location":"l","asset":"a","data":{"name":"c","asset":"a","passed":true,"#
        + #""severity":"error","blocking":false}}"#
    )
  }

  @Test func `an order for something that is no limit is refused`() {
    let text =
      #"{"sequence":1,"time":"1970-01-01T00:00:00.000Z","kind":"limits.drained","#
      + #""data":{"kind":"galaxy","name":"x"}}"#
    let error = #expect(throws: JSONError.self) { try Event.decode(text) }
    #expect(error?.description == "\"galaxy\" is not a limit that can be changed in data (byte 79)")
  }

  @Test func `an event without its data is refused`() {
    let text = #"{"sequence":1,"time":"1970-01-01T00:00:00.000Z","kind":"host.stopped"}"#
    let error = #expect(throws: JSONError.self) { try Event.decode(text) }
    #expect(error?.description == "the member \"data\" is missing (byte 70)")
  }

  @Test func `a failure for a reason of a later version is a failure`() throws {
    let failure = try StepFailure.decode(#"{"code":"out-of-memory","message":"m"}"#)
    #expect(failure == StepFailure(.failed, message: "m"))
  }

  @Test func `a diagnostic comes back from its text`() throws {
    for code in Diagnostic.Code.allCases {
      let diagnostic = Diagnostic(
        code,
        severity: .warning,
        location: "l",
        asset: "a",
        message: "m",
        fix: "f",
        source: SourcePlace(file: "f.swift", line: 3)
      )
      #expect(try Diagnostic.decode(JSONWriter.text(diagnostic)) == diagnostic)
    }
  }
}
