import HanseModel
import Testing

@testable import HanseCore

@Suite struct BlockingCheckTests {
  static let moment = RunCoordinator.Moment(
    now: HostInstant(nanoseconds: 0),
    wall: Timestamp(milliseconds: 0),
    random: 0
  )

  /// An asset, a check on it, and an asset behind both.
  static let plan = RunPlan(steps: [
    PlannedStep(key: "a", location: "x", assets: ["a"]),
    PlannedStep(key: "a:good", location: "x", assets: ["a"], check: "good", dependsOn: [0]),
    PlannedStep(key: "b", location: "x", assets: ["b"], dependsOn: [0, 1]),
  ])

  /// Runs the plan with a location that says of every step that it succeeded.
  static func outcome(of check: CheckResult) -> (status: RunStatus?, events: [EventRecord]) {
    var runs = RunCoordinator(epoch: HostEpoch(1), workspaceLimit: 4)
    runs.addLocation("x", .init(concurrentSteps: 4), at: HostInstant(nanoseconds: 0))
    var status: RunStatus?
    var events: [EventRecord] = []
    let creation = EventPayload.RunCreation(request: RunRequest(selection: "*"), plan: plan)
    var queue = runs.launch("r", creation, moment)
    queue += runs.locationIsServing("x", Generation(1), moment)
    while !queue.isEmpty {
      switch queue.removeFirst() {
      case .record(let record): events.append(record)
      case .finished(_, let final): status = final
      case .execute(let attempt, let step, let location, let generation):
        for asset in step.assets {
          let payload: EventPayload =
            step.check == nil ? .materialized(Materialization(asset: asset)) : .checked(check)
          queue += runs.report(payload, by: attempt, from: location, generation, moment) ?? []
        }
        queue += runs.answer(.succeeded, to: attempt, from: location, generation, moment)
      case .cancel, .endLocation, .wakeUp: break
      }
    }
    return (status, events)
  }

  @Test func `a failed blocking check stops what is downstream, whatever its location answers`() {
    let check = CheckResult(
      name: "good",
      asset: "a",
      passed: false,
      severity: .error,
      blocking: true,
      description: "3 gaps"
    )
    let (status, events) = Self.outcome(of: check)
    #expect(status == .failed)
    let failures = events.compactMap { record -> StepFailure? in
      if case .stepFailed(let failure, nil) = record.payload { failure } else { nil }
    }
    #expect(failures.map(\.code) == [.checkFailed])
    #expect(failures.map(\.message) == ["check \"good\" of asset \"a\" failed: 3 gaps"])
    #expect(events.contains { $0.step == "b" && $0.payload == .stepSkipped(because: "a:good") })
  }

  @Test(arguments: [
    CheckResult(name: "good", asset: "a", passed: false, severity: .warning, blocking: true),
    CheckResult(name: "good", asset: "a", passed: false, severity: .error, blocking: false),
    CheckResult(name: "good", asset: "a", passed: true, severity: .error, blocking: true),
  ])
  func `any other check lets the run go on`(check: CheckResult) {
    let (status, events) = Self.outcome(of: check)
    #expect(status == .succeeded)
    #expect(events.contains { $0.payload == .checked(check) })
  }
}
