import HanseCore
import HanseModel
import HanseSimulator
import Testing

/// That a location's line is bounded.
@Suite struct QueueBoundTests {
  private func host(_ waiting: Int, log: [Event] = []) -> SimulatedHost {
    let held = Set((0..<9).map { StepKey("s\($0)") })
    return SimulatedHost(
      ["a": .init(holds: held), "b": .init(holds: held)],
      log: log,
      limits: LimitBook.File(
        concurrentSteps: 100,
        locations: ["a": .init(.init(concurrentSteps: 2), waitingSteps: waiting)]
      )
    )
  }

  @Test func `what waits is counted from the launch on, wherever it waits, over restarts too`() {
    var host = host(5)
    // Two run, one waits for a slot, and one for its upstream.
    host.launch((0..<3).map { Plans.step($0) } + [Plans.step(3, after: [0])], ticket: 1)
    #expect(host.plane.runs.waitingSteps(of: "a") == 2)
    host.launch((4..<8).map { Plans.step($0) } + [Plans.step(8, at: "b")], ticket: 2)
    #expect(
      host.refused[2]
        == "queue is full: 2 steps of location a wait, and the run has 4 more; 5 may wait "
        + "(limits.waitingSteps)"
    )
    #expect(host.held["s8"] == nil && host.plane.runs.runs.count == 1)
    host.launch((4..<7).map { Plans.step($0) }, ticket: 3)
    #expect(host.launched[3] != nil)
    #expect(host.plane.runs.waitingSteps(of: "a") == 5)
    host.launch([Plans.step(8, at: "b")], ticket: 4)
    #expect(host.launched[4] != nil)
    host.succeed("s0")
    #expect(host.plane.runs.waitingSteps(of: "a") == 4)
    host.handle(.cancel(host.launched[3] ?? "", forced: false, ticket: 5))
    #expect(host.plane.runs.waitingSteps(of: "a") == 1)
    let next = self.host(5, log: host.log)
    #expect(next.plane.runs.waitingSteps(of: "a") == 1)
  }

  @Test func `nothing is left of what was counted when all runs are over`() {
    var host = host(100)
    host.launch([Plans.step(0), Plans.step(1, after: [0]), Plans.step(2, at: "b")], ticket: 1)
    host.launch([Plans.step(3, retries: 1), Plans.step(4, after: [0])], ticket: 2)
    host.handle(.cancel(host.launched[2] ?? "", forced: false, ticket: 5))
    for step in ["s0", "s1", "s2"] as [StepKey] { host.succeed(step) }
    #expect(host.plane.runs.runs.isEmpty)
    for name in ["a", "b"] as [LocationName] {
      #expect(host.plane.runs.waitingSteps(of: name) == 0)
    }
  }
}
