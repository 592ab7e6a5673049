/// Makes a scenario that fails smaller, for as long as it fails of the same invariant.
package enum Shrinker {
  package static func shrink(
    _ scenario: Scenario,
    failingOf invariant: Invariant,
    mutation: Mutation? = nil
  ) -> Scenario {
    func stillFails(_ candidate: Scenario) -> Bool {
      Simulation.run(candidate, mutation: mutation).violation?.invariant == invariant
    }
    var best = scenario
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
    for fault in best.faults.list {
      var candidate = best
      candidate.faults.remove(Faults(fault))
      if stillFails(candidate) { best = candidate }
    }
    for index in best.locations.indices {
      var candidate = best
      candidate.locations[index].faults = []
      if stillFails(candidate) { best = candidate }
    }
    return best
  }
}
