package import HanseModel

/// Kills the host after its first effect, its second, its third and so on, until one world
/// completes before its turn comes.
package enum CrashSweep {
  package struct Result: Sendable {
    /// The effects after which the host died.
    package var points = 0
    /// Simulated events in all of the worlds.
    package var steps = 0
    /// The first point whose world broke a promise.
    package var failure: (point: Int, violation: Violation)?
    /// What the log of each world says in the end.
    package var endings: [[RunID: RunStatus]] = []
  }

  /// Sweeps over a scenario.
  ///
  /// - Parameters:
  ///   - scenario: What happens in each world; a small one, for its cost is a square.
  ///   - powerLoss: Whether the machine goes down with the host, and what was not synced with it.
  ///   - mutation: A defect put into each world.
  /// - Returns: How far it came; with a failure, no further than that.
  package static func run(
    _ scenario: Scenario,
    powerLoss: Bool,
    mutation: Mutation? = nil
  ) -> Result {
    var result = Result()
    while true {
      let point = result.points + 1
      var world = World(scenario, mutation: mutation)
      world.sweepPoint = point
      world.sweepsPowerLoss = powerLoss
      world.run()
      result.steps += world.steps
      if let violation = world.oracle.violation {
        result.failure = (point, violation)
        return result
      }
      guard world.effectsPerformed >= point else { return result }
      result.points = point
      result.endings.append(endings(of: world.log))
    }
  }

  private static func endings(of log: DurableLog) -> [RunID: RunStatus] {
    var endings: [RunID: RunStatus] = [:]
    for event in log.events {
      guard let run = event.record.run else { continue }
      switch event.record.payload {
      case .runCreated: endings[run] = .queued
      case .runFinished(let status, _): endings[run] = status
      default: break
      }
    }
    return endings
  }
}
