/// Makes a scenario that fails smaller, for as long as it fails of the same invariant.
///
/// What a part of the world draws is no business of the others, so what is left out changes nothing
/// else until the first thing that came of it.
package enum Shrinker {
  /// Leaves out operations, faults, binaries and locations' faults until nothing more can go.
  ///
  /// - Parameters:
  ///   - scenario: One that fails.
  ///   - invariant: What it fails of.
  ///   - mutation: The defect that is in the world, if one is.
  /// - Returns: The smallest one found, with everything but the luck spelled out.
  package static func shrink(
    _ scenario: Scenario,
    failingOf invariant: Invariant,
    mutation: Mutation? = nil
  ) -> Scenario {
    func stillFails(_ candidate: Scenario) -> Bool {
      Simulation.run(candidate, mutation: mutation).violation?.invariant == invariant
    }
    var best = scenario
    var size = best.size
    while true {
      dropOperations(from: &best, stillFails)
      dropFaults(from: &best, stillFails)
      guard best.size < size else { return best }
      size = best.size
    }
  }

  private static func dropOperations(
    from best: inout Scenario,
    _ stillFails: (Scenario) -> Bool
  ) {
    var size = max(best.operations.count / 2, 1)
    while size >= 1 {
      var start = 0
      while start < best.operations.count {
        var candidate = best
        candidate.operations.removeSubrange(start..<min(start + size, best.operations.count))
        if stillFails(candidate) { best = candidate } else { start += size }
      }
      size /= 2
    }
  }

  private static func dropFaults(from best: inout Scenario, _ stillFails: (Scenario) -> Bool) {
    func attempt(_ change: (inout Scenario) -> Void) {
      var candidate = best
      change(&candidate)
      if candidate.size < best.size, stillFails(candidate) { best = candidate }
    }
    for fault in best.faults.list { attempt { $0.faults.remove(Faults(fault)) } }
    for index in best.locations.indices {
      attempt { $0.locations[index].faults = [] }
      for fault in best.locations[index].faults.list {
        attempt { $0.locations[index].faults.remove(Faults(fault)) }
      }
      attempt { $0.locations[index].poison = [] }
      attempt { $0.locations[index].broken = [] }
    }
  }
}

extension Scenario {
  /// How much is in it that could be left out.
  fileprivate var size: Int {
    operations.count + faults.list.count
      + locations.reduce(0) { $0 + $1.faults.list.count + $1.poison.count + $1.broken.count }
  }
}
