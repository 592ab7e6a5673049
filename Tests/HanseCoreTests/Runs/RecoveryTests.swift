import HanseModel
import HanseSimulator
import Testing

@testable import HanseCore

@Suite struct RecoveryTests {
  @Test func `steps of a location that left the workspace fail, and the rest of the run goes on`() {
    let plan = RunPlan(steps: [
      PlannedStep(key: "here", location: "x", assets: ["here"]),
      PlannedStep(key: "gone", location: "y", assets: ["gone"]),
      PlannedStep(key: "behind", location: "x", assets: ["behind"], dependsOn: [1]),
    ])
    let creation = EventPayload.RunCreation(request: RunRequest(selection: "*"), plan: plan)
    let time = Timestamp(milliseconds: 0)
    let run = RunProgress(id: "r", creation: creation, createdAt: time)
    let moment = RunCoordinator.Moment(now: HostInstant(nanoseconds: 0), wall: time, random: 0)
    var runs = RunCoordinator(epoch: HostEpoch(2), workspaceLimit: 4)
    runs.addLocation("x", .init(concurrentSteps: 4), at: HostInstant(nanoseconds: 0))

    let actions =
      runs.recover(run, moment, locations: ["x"])
      + runs.locationIsServing("x", Generation(1), moment)

    let failure = StepFailure(
      .config,
      message: "location \"y\" is not in the workspace any more",
      isRetryable: false
    )
    let records = actions.compactMap { action -> EventRecord? in
      if case .record(let record) = action { record } else { nil }
    }
    #expect(
      records.contains {
        $0.step == "gone" && $0.payload == .stepFailed(failure, retryInMilliseconds: nil)
      }
    )
    #expect(records.contains { $0.step == "behind" && $0.payload == .stepSkipped(because: "gone") })
    let started = actions.compactMap { action -> StepKey? in
      if case .execute(let attempt, _, _, _) = action { attempt.step } else { nil }
    }
    #expect(started == ["here"])
  }

  @Test func `what a recovery passes over changes no step`() {
    let time = Timestamp(milliseconds: 0)
    let creation = Plans.creation([Plans.step(0), Plans.step(1, after: [0])])
    var run = RunProgress(id: "r", creation: creation, createdAt: time)
    func record(_ payload: EventPayload) -> EventRecord {
      EventRecord(time: time, location: "a", run: "r", step: "s0", attempt: 1, payload: payload)
    }
    run.apply(record(.stepStarted(queuedMilliseconds: 0)))
    let before = run.steps
    let passedOver: [EventPayload] = [
      .logged(LogRecord(level: .info, message: "m")), .materialized(Materialization(asset: "s0")),
      .observed(Materialization(asset: "s0")),
    ]
    #expect(passedOver.map(\.kind) == RunProgress.ignoredKinds)
    for payload in passedOver { run.apply(record(payload)) }
    #expect(run.steps == before && run.status == .queued)
    run.apply(record(.stepSucceeded(durationMilliseconds: 1)))
    #expect(run.steps != before)
  }
}
