import HanseSimulator
import HanseSystem
import Testing

/// A fixed budget of worlds; `scripts/simulate` runs as many as one likes.
@Suite struct SeedTests {
  /// The first seed, from HANSE_SEED; printed, so that a failure can be seen again.
  static let first: UInt64 = {
    let seed = Environment.value("HANSE_SEED").flatMap { UInt64($0) } ?? 1
    print("worlds from seed \(seed): HANSE_SEED=\(seed)")
    return seed
  }()

  @Test(arguments: [0, 100, 200, 300] as [UInt64])
  func `in every world every invariant holds at every step`(offset: UInt64) {
    for seed in (Self.first &+ offset)..<(Self.first &+ offset &+ 100) {
      let violation = Simulation.run(seed: seed).violation
      #expect(violation == nil, "scripts/simulate --trace \(seed)")
      if violation != nil { return }
    }
  }

  @Test func `what is to be seen is seen in some world`() {
    var seen = Sometimes()
    for seed in 1...400 as ClosedRange<UInt64> { seen.add(Simulation.run(seed: seed).sometimes) }
    for coverage in Coverage.allCases { #expect(seen[coverage] > 0, "never: \(coverage)") }
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func `a seed gives the same world again`(offset: UInt64) {
    let first = Simulation.run(seed: Self.first &+ offset)
    let second = Simulation.run(seed: Self.first &+ offset)
    #expect(first.steps == second.steps)
    #expect(first.events == second.events)
    #expect(first.steps > 0)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `the faults of one location change nothing for its neighbours`(offset: UInt64) {
    let seed = Self.first &+ offset
    #expect(Simulation.compareNeighbours(seed: seed).violation == nil, "seed \(seed)")
  }
}
