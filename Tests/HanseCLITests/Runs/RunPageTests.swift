import HanseAPI
import HanseModel
import Testing

@testable import HanseCLI

struct RunPageTests {
  private let start = Timestamp(milliseconds: 1_000_000_000_000)
  private let plain = Paint(isEnabled: false)

  private func run(_ step: StepDocument) throws -> RunDetailDocument {
    var run = try RunDetailDocument.decode(
      """
      {"id": "7f3k", "status": "failed", "selection": "*", "trigger": "cli",
        "created": "\(start)", "stepCounts": {"total": 1, "failed": 1}, "sequence": 1, "steps": []}
      """
    )
    run.steps = [step]
    return run
  }

  /// The lines of the page from the table of steps on.
  private func page(_ step: StepDocument) throws -> [String] {
    let lines = RunPage.lines(try run(step), width: nil, paint: plain)
    return Array(lines.drop { !$0.hasPrefix("STEP") }.dropFirst())
  }

  private func failedAttempt(_ number: Int, from: Int64, to: Int64) -> AttemptDocument {
    var attempt = AttemptDocument(attempt: number)
    attempt.status = .failed
    attempt.started = Timestamp(milliseconds: start.milliseconds + from)
    attempt.finished = Timestamp(milliseconds: start.milliseconds + to)
    attempt.failure = StepFailure(.failed, message: "no route")
    return attempt
  }

  private func step(_ status: StepStatus, _ attempts: [AttemptDocument]) -> StepDocument {
    var step = StepDocument(key: "p/a", location: "pl")
    step.status = status
    step.started = attempts.first?.started
    step.attempts = attempts
    step.failure = attempts.last { $0.status == .failed }?.failure
    return step
  }

  @Test func `a failed step and its failed attempts have the times that they took`() throws {
    let attempts = [
      failedAttempt(1, from: 0, to: 1500), failedAttempt(2, from: 4000, to: 6250),
    ]
    #expect(
      try page(step(.failed, attempts)) == [
        "p/a   pl        failed          01:46:40  2.3s         2  no route",
        "", "Attempts:",
        "  p/a  1  failed  01:46:40  1.5s  no route",
        "  p/a  2  failed  01:46:44  2.3s  no route",
        "", "Failures:", "error: step p/a in location pl failed after 2 attempts: no route",
      ]
    )
  }

  @Test func `a step that was never begun has no time`() throws {
    var skipped = step(.skipped, [])
    skipped.skippedBecause = "p/z"
    let words = try page(skipped).first?.split(separator: " ")
    #expect(words == ["p/a", "pl", "skipped", "because", "of", "p/z"])
  }

  @Test func `a second attempt that runs shows its progress and not the failure before it`() throws
  {
    var second = AttemptDocument(attempt: 2)
    second.started = Timestamp(milliseconds: start.milliseconds + 4000)
    var running = step(.running, [failedAttempt(1, from: 0, to: 1500), second])
    running.progress = .init(elapsedMilliseconds: 3000, fraction: 0.5, message: "reading")
    #expect(
      try page(running) == [
        "p/a   pl        running          01:46:40    3s         2  █████░░░░░  50 % reading",
        "", "Attempts:",
        "  p/a  1  failed   01:46:40  1.5s  no route",
        "  p/a  2  running  01:46:44",
      ]
    )
    running.progress = nil
    #expect(
      try page(running).first?.split(separator: " ") == ["p/a", "pl", "running", "01:46:40", "2"]
    )
  }

  @Test func `a step that is to be tried again says what failed, and what it waits for now`() throws
  {
    var retrying = step(.retrying, [failedAttempt(1, from: 0, to: 1500)])
    #expect(
      try page(retrying) == [
        "p/a   pl        retrying          01:46:40  1.5s         1  no route"
      ]
    )
    retrying.held = "waiting: location pl is stopped"
    #expect(
      try page(retrying).first?.hasSuffix("  no route; waiting: location pl is stopped") == true
    )
  }

  @Test func `after poison a host that stays is told to restart the location first`() throws {
    var failed = step(.failed, [failedAttempt(1, from: 0, to: 1500)])
    failed.assets = ["p/a"]
    failed.failure = StepFailure(.poison, message: "it ended its location's process")
    func next(hostStays: Bool, _ step: StepDocument) throws -> String? {
      RunSummary.lines(try run(step), hostStays: hostStays, paint: plain).last
    }
    #expect(
      try next(hostStays: true, failed)
        == "next: read `hanse run 7f3k` and `hanse logs 7f3k`, then `hanse locations restart pl`, "
        + "then `hanse materialize 'p/a+'`"
    )
    let without =
      "next: read `hanse run 7f3k` and `hanse logs 7f3k`, then `hanse materialize 'p/a+'`"
    // The next command starts the location anew.
    #expect(try next(hostStays: false, failed) == without)
    failed.failure?.code = .lost
    #expect(try next(hostStays: true, failed) == without)
  }
}
