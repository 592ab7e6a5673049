import HanseSimulator
import Testing

/// The oracle finds what is broken on purpose.
@Suite struct OracleTests {
  /// The seed of the first world in which the invariant says what a defect breaks.
  private func seed(finding mutation: Mutation) -> UInt64? {
    (1...600 as ClosedRange<UInt64>).first { seed in
      let violation =
        mutation.breaks == .neighboursFeelNothing
        ? Simulation.compareNeighbours(seed: seed, mutation: mutation).violation
        : Simulation.run(seed: seed, mutation: mutation).violation
      return violation?.invariant == mutation.breaks
    }
  }

  @Test(.timeLimit(.minutes(10)), arguments: Mutation.allCases)
  func `each defect is found by the invariant that it breaks`(mutation: Mutation) {
    let seed = seed(finding: mutation)
    #expect(seed != nil, "\(mutation.breaks) never noticed")
  }

  @Test func `each invariant finds a defect`() {
    #expect(Set(Mutation.allCases.map(\.breaks)) == Set(Invariant.allCases))
  }

  @Test func `what is left out of a world that fails is not needed for its failure`() throws {
    let found = seed(finding: .restartsByItself)
    let seed = try #require(found)
    let scenario = Swarm.scenario(seed: seed)
    let shrunk = Shrinker.shrink(
      scenario,
      failingOf: .restartsArePaced,
      mutation: .restartsByItself
    )
    let outcome = Simulation.run(shrunk, mutation: .restartsByItself, isTraced: true)
    #expect(outcome.violation?.invariant == .restartsArePaced)
    #expect(shrunk.operations.count < max(2, scenario.operations.count / 4))
    #expect(outcome.trace.isEmpty == false)
    #expect(Simulation.run(shrunk).violation == nil)
  }
}
