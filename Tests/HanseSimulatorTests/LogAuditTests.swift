import HanseModel
import HanseSimulator
import Testing

/// What the audit of a whole log finds.
@Suite struct LogAuditTests {
  private func record(_ payload: EventPayload, step: StepKey? = nil) -> EventRecord {
    EventRecord(
      time: Timestamp(milliseconds: 0),
      run: "auditedrun00",
      step: step,
      attempt: step == nil ? nil : 1,
      payload: payload
    )
  }

  private func faults(between: [EventRecord]) -> [String] {
    LogAudit.faults(
      in: [record(.runCreated(Plans.creation([Plans.step(0)])))] + between + [
        record(.runFinished(status: .succeeded, message: nil))
      ]
    )
  }

  @Test func `a step that fails after its end is a fault`() {
    let good = [
      record(.stepStarted(queuedMilliseconds: 0), step: "s0"),
      record(.stepSucceeded(durationMilliseconds: 1), step: "s0"),
    ]
    #expect(faults(between: good) == [])
    let failure = EventPayload.stepFailed(
      StepFailure(.interrupted, message: "too late"),
      retryInMilliseconds: 0
    )
    #expect(
      faults(between: good + [record(failure, step: "s0")])
        == ["auditedrun00: s0 failed after its end"]
    )
  }
}
