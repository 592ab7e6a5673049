import HanseSimulator
import Testing

/// A fixed budget of worlds; `scripts/simulate` runs as many as one likes.
@Suite struct SeedTests {
  @Test(arguments: [1, 101, 201, 301] as [UInt64])
  func `in every world every invariant holds at every step`(first: UInt64) {
    for seed in first..<(first + 50) {
      let outcome = Simulation.run(seed: seed)
      #expect(outcome.violation == nil, "scripts/simulate --trace \(seed)")
      if outcome.violation != nil { return }
    }
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `a seed gives the same world again`(seed: UInt64) {
    let first = Simulation.run(seed: seed)
    let second = Simulation.run(seed: seed)
    #expect(first.steps == second.steps)
    #expect(first.events == second.events)
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `the faults of one location change nothing for its neighbours`(seed: UInt64) {
    #expect(Simulation.compareNeighbours(seed: seed) == nil, "seed \(seed)")
  }
}
