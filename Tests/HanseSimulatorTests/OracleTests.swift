import HanseSimulator
import Testing

/// The oracle finds what is broken on purpose.
@Suite struct OracleTests {
  /// The first invariant that a defect breaks, over some worlds.
  private func found(_ mutation: Mutation) -> Set<Invariant> {
    var found: Set<Invariant> = []
    for seed in 1...400 as ClosedRange<UInt64> {
      let violation =
        mutation == .harmsNeighbours
        ? Simulation.compareNeighbours(seed: seed, mutation: mutation)
        : Simulation.run(seed: seed, mutation: mutation).violation
      if let violation { found.insert(violation.invariant) }
      if found.isSuperset(of: mutation.caughtBy) { break }
    }
    return found
  }

  @Test(arguments: Mutation.allCases)
  func `each defect is found by the invariant that it breaks`(mutation: Mutation) {
    let found = found(mutation)
    #expect(found.isSuperset(of: mutation.caughtBy), "only \(found) noticed")
  }

  @Test func `each invariant finds a defect`() {
    let caught = Mutation.allCases.reduce(into: Set<Invariant>()) { $0.formUnion($1.caughtBy) }
    #expect(caught == Set(Invariant.allCases))
  }
}
