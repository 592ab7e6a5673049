import HanseSimulator
import Testing

/// The oracle finds what is broken on purpose.
@Suite struct OracleTests {
  /// Where a defect was found when it was last looked for, so that the search is short.
  ///
  /// It begins there and goes on over all worlds, so a number that is out of date costs time and
  /// nothing else.
  private static let firstSeeds: [Mutation: UInt64] = [
    .retriesTooOften: 2, .mixesRuns: 2, .keepsWorkers: 2, .losesHeldTickets: 653,
    .blamesBystanders: 4,
    .jumpsLines: 6, .signalsOthers: 7, .forgetsOrders: 8, .rebadges: 16, .skipsAhead: 16,
    .neverWakes: 19, .coalescesApart: 29, .boundsNothing: 32, .believesLies: 92,
    .forgetsRates: 120,
  ]

  /// The seed of the first world in which the invariant says what a defect breaks.
  private func seed(finding mutation: Mutation) -> UInt64? {
    let first = Self.firstSeeds[mutation] ?? 1
    return [first...1500, 1...first].lazy.joined().first { seed in
      let violation =
        mutation.breaks == .neighboursFeelNothing
        ? Simulation.compareNeighbours(seed: seed, mutation: mutation).violation
        : Simulation.run(seed: seed, mutation: mutation).violation
      return violation?.invariant == mutation.breaks
    }
  }

  @Test(.timeLimit(.minutes(15)), arguments: Mutation.allCases)
  func `each defect is found by the invariant that it breaks`(mutation: Mutation) {
    let seed = seed(finding: mutation)
    #expect(seed != nil, "\(mutation.breaks) never noticed")
  }

  @Test func `each invariant finds a defect`() {
    #expect(Set(Mutation.allCases.map(\.breaks)) == Set(Invariant.allCases))
  }

  @Test(.timeLimit(.minutes(15)))
  func `what is left out of a world that fails is not needed for its failure`() throws {
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
