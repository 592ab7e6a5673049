import HanseAPI
import HanseModel
import Testing

@testable import HanseCLI

struct StandstillTests {
  private static let patience = UInt64(Standstill.patience.wholeMilliseconds)

  private func step(_ key: StepKey, _ location: LocationName, _ held: String?) -> StepDocument {
    var step = StepDocument(key: key, location: location)
    step.held = held
    if held != nil { step.status = .ready }
    return step
  }

  private func run(_ steps: [StepDocument]) throws -> RunDetailDocument {
    var run = try RunDetailDocument.decode(
      """
      {"id": "7f3k", "status": "running", "selection": "*", "trigger": "cli",
        "created": "2001-09-09T01:46:40.000Z", "stepCounts": {}, "sequence": 1, "steps": []}
      """
    )
    run.steps = steps
    return run
  }

  @Test func `a run is looked at when nothing has happened in it for some seconds`() throws {
    var standstill = Standstill(at: 1000)
    #expect(!standstill.isDue(at: 1000 + Self.patience - 1))
    #expect(standstill.isDue(at: 1000 + Self.patience))
    standstill.noteEvent(startsStep: false, at: 3000)
    #expect(!standstill.isDue(at: 1000 + Self.patience))
    #expect(standstill.isDue(at: 3000 + Self.patience))
    _ = standstill.waits(of: try run([]), at: 9000)
    #expect(!standstill.isDue(at: 9000 + Self.patience - 1))
  }

  @Test func `steps of one location that wait for the same are one wait`() throws {
    var standstill = Standstill(at: 0)
    let waits = standstill.waits(
      of: try run([
        step("p/a", "pl", "waiting: location pl is stopped"), step("p/b", "pl", nil),
        step("p/c", "pl", "waiting: location pl is stopped"),
        step("q/a", "ql", "waiting: queue slow is paused"),
      ]),
      at: 0
    )
    #expect(
      waits == [
        .init(step: "p/a", location: "pl", reason: "waiting: location pl is stopped", others: 1),
        .init(step: "q/a", location: "ql", reason: "waiting: queue slow is paused", others: 0),
      ]
    )
  }

  @Test(arguments: [
    ("waiting: location pl is stopped", "waiting: location pl is stopped", true),
    (
      "waiting: 3 steps of location pl are before it",
      "waiting: 12 steps of location pl are before it", true
    ),
    (
      "waiting: the rate of queue slow is used up for another 1m 3s",
      "waiting: the rate of queue slow is used up for another 59.4s", true
    ),
    (
      "waiting: location pl is restarting (restart 3): exit status 3",
      "waiting: location pl is restarting (restart 4): exit status 3", true
    ),
    ("waiting: queue slow is paused", "waiting: location pl is stopped", false),
    ("waiting: queue 7f3k is paused", "waiting: queue 7f3m is paused", false),
  ])
  func `a reason is told once, whatever its numbers are`(
    first: String,
    second: String,
    isSame: Bool
  ) throws {
    var standstill = Standstill(at: 0)
    #expect(standstill.waits(of: try run([step("p/a", "pl", first)]), at: 0).count == 1)
    #expect(standstill.waits(of: try run([step("p/a", "pl", first)]), at: 1).isEmpty)
    #expect(standstill.waits(of: try run([step("p/a", "pl", second)]), at: 2).isEmpty == isSame)
  }

  @Test func `a reason that comes back after a step has started is told again`() throws {
    var standstill = Standstill(at: 0)
    let run = try run([step("p/a", "pl", "waiting: location pl is stopped")])
    #expect(standstill.waits(of: run, at: 0).count == 1)
    standstill.noteEvent(startsStep: false, at: 1)
    #expect(standstill.waits(of: run, at: 2).isEmpty)
    standstill.noteEvent(startsStep: true, at: 3)
    #expect(standstill.waits(of: run, at: 4).count == 1)
  }

  @Test func `nothing is said of what waits while a step runs`() throws {
    var standstill = Standstill(at: 0)
    var busy = step("p/b", "pl", nil)
    busy.status = .running
    let held = step("p/a", "pl", "waiting: location pl is stopped")
    #expect(standstill.waits(of: try run([held, busy]), at: 0).isEmpty)
    #expect(standstill.waits(of: try run([held]), at: 1).count == 1)
  }

  @Test func `the line names the step, its location, the reason and who waits with it`() {
    var wait = Standstill.Wait(
      step: "p/a",
      location: "pl",
      reason: "waiting: location pl is stopped",
      others: 0
    )
    let time = Timestamp(milliseconds: 1_000_000_000_000)
    let plain = Paint(isEnabled: false)
    #expect(
      RunLines.waiting(wait, of: "7f3k", at: time, canAsk: false, paint: plain)
        == "01:46:40  waiting    p/a  pl  location pl is stopped"
    )
    wait.others = 1
    #expect(
      RunLines.waiting(wait, of: "7f3k", at: time, canAsk: true, paint: plain)
        == "01:46:40  waiting    p/a  pl  location pl is stopped; 1 more step waits for the same; "
        + "see `hanse queue explain 7f3k`"
    )
    wait.others = 2
    #expect(
      RunMessages.standsStill(wait, explainedBy: nil)
        == "location pl is stopped; 2 more steps wait for the same"
    )
  }
}
