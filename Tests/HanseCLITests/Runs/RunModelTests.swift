import HanseAPI
import HanseModel
import Testing

@testable import HanseCLI

struct RunModelTests {
  private let start = Timestamp(milliseconds: 1_000_000_000_000)
  private let plain = Paint(isEnabled: false)

  private func run(_ steps: [StepDocument]) throws -> RunDetailDocument {
    var run = try RunDetailDocument.decode(
      """
      {"id": "7f3k", "status": "running", "selection": "*", "trigger": "cli",
        "created": "\(start)", "stepCounts": {}, "sequence": 1, "steps": []}
      """
    )
    run.steps = steps
    return run
  }

  private func model(steps: Int) throws -> RunModel {
    RunModel(try run((0..<steps).map { StepDocument(key: StepKey("s\($0)"), location: "here") }))
  }

  private func event(
    _ sequence: Int64,
    _ step: StepKey?,
    _ payload: EventPayload,
    after milliseconds: Int64 = 0,
    attempt: Int? = 1
  ) -> Event {
    Event(
      sequence: sequence,
      record: EventRecord(
        time: Timestamp(milliseconds: start.milliseconds + milliseconds),
        run: "7f3k",
        step: step,
        attempt: attempt,
        payload: payload
      )
    )
  }

  @Test func `a step goes from start to end by its events`() throws {
    var run = try model(steps: 2)
    #expect(run.apply(event(2, nil, .runStarted)) == nil)
    #expect(run.apply(event(3, "s1", .stepStarted(queuedMilliseconds: 0))) == nil)
    #expect(run.steps[1].status == .running)
    #expect(run.apply(event(4, "s1", .stepSucceeded(durationMilliseconds: 1200))) == 1)
    #expect(run.steps[1].status == .succeeded)
    #expect(run.steps[1].tookMilliseconds == 1200)
    #expect(run.sequence == 4)
    #expect(run.apply(event(5, nil, .runFinished(status: .succeeded, message: nil))) == nil)
    #expect(run.status == .succeeded)
  }

  @Test func `a failed attempt with another to come is no failed step`() throws {
    var run = try model(steps: 1)
    let failure = StepFailure(.failed, message: "no route")
    _ = run.apply(event(2, "s0", .stepStarted(queuedMilliseconds: 0)))
    _ = run.apply(event(3, "s0", .stepFailed(failure, retryInMilliseconds: 500), after: 250))
    #expect(run.steps[0].status == .retrying)
    #expect(run.steps[0].message == "no route; next attempt in 500ms")
    #expect(run.steps[0].tookMilliseconds == 250)
    _ = run.apply(event(4, "s0", .stepStarted(queuedMilliseconds: 0), attempt: 2))
    _ = run.apply(event(5, "s0", .stepFailed(failure, retryInMilliseconds: nil), attempt: 2))
    #expect(run.steps[0].status == .failed)
    #expect(
      RunLines.plain(run.steps[0], at: start, paint: plain)
        == "01:46:40  failed (2)  s0  here  0ms  no route"
    )
  }

  @Test func `the live view has a line per step with its time and progress`() throws {
    var run = try model(steps: 3)
    _ = run.apply(event(2, nil, .runStarted))
    _ = run.apply(event(3, "s0", .stepStarted(queuedMilliseconds: 0)))
    _ = run.apply(event(4, "s0", .stepSucceeded(durationMilliseconds: 1200)))
    _ = run.apply(event(5, "s1", .stepStarted(queuedMilliseconds: 0), after: 1000))
    var progress = StepDocument(key: "s1", location: "here")
    progress.progress = .init(elapsedMilliseconds: 0, fraction: 0.55, message: "reading")
    var waiting = StepDocument(key: "s2", location: "here")
    waiting.held = "waiting: 1 step of location here is before it"
    run.update(try self.run([progress, waiting]))
    let now = Timestamp(milliseconds: start.milliseconds + 4500)
    let lines = RunLines.live(run, now: now, width: 80, height: 24, paint: plain)
    #expect(
      lines == [
        "s0    here      succeeded  1.2s",
        "s1    here      running      3s  █████░░░░░  55 % reading",
        "s2    here      waiting          waiting: 1 step of location here is before it",
        "run 7f3k running: 1 of 3 steps done",
      ]
    )
  }

  @Test(arguments: [3, 4, 10, 24])
  func `the live view never outgrows the terminal and shows what matters`(height: Int) throws {
    var run = try model(steps: 500)
    for step in 0..<100 {
      _ = run.apply(
        event(Int64(2 * step + 2), StepKey("s\(step)"), .stepStarted(queuedMilliseconds: 0))
      )
      let end = EventPayload.stepSucceeded(durationMilliseconds: 1)
      _ = run.apply(event(Int64(2 * step + 3), StepKey("s\(step)"), end))
    }
    _ = run.apply(event(900, "s400", .stepStarted(queuedMilliseconds: 0)))
    let lines = RunLines.live(run, now: start, width: 60, height: height, paint: plain)
    #expect(lines.count <= height)
    #expect(lines.contains { $0.hasPrefix("s400") })
    #expect(lines.allSatisfy { DisplayWidth.columns(of: $0) <= 60 })
  }

  @Test(arguments: [(-1.0, "  0 %"), (0.0, "  0 %"), (0.999, " 99 %"), (7.0, "100 %")])
  func `a bar stays a bar whatever a location says`(fraction: Double, end: String) {
    let bar = RunLines.bar(fraction)
    #expect(bar.hasSuffix(end))
    #expect(DisplayWidth.columns(of: bar) == 16)
    #expect(RunLines.bar(.nan).hasSuffix("  0 %"))
  }
}
