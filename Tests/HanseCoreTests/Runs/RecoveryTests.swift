import HanseModel
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
}
