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

  @Test func `in every world every invariant holds at every step`() {
    var seen = Sometimes()
    for seed in Self.first..<(Self.first &+ 100) {
      let outcome = Simulation.run(seed: seed)
      seen.add(outcome.sometimes)
      #expect(outcome.violation == nil, "scripts/simulate --trace \(seed)")
      if outcome.violation != nil { return }
    }
    for coverage in Coverage.allCases where coverage.isCommon {
      #expect(seen[coverage] > 0, "no world had: \(coverage)")
    }
  }

  /// Found in long runs: a step that is coalesced after a failure, in a run that is read again; a
  /// crash that a step may answer for, after a long time of service; one that must be alone where the
  /// workspace is full; a step that waits with another's for a queue that broken ones fill; one that
  /// must be alone when a rate has just opened; one that has slots, waits for its worker and is
  /// refused, and one that got them in silence; a kept binary that falls back to another; a new
  /// binary that is older than what serves; and units that were kept for a location whose steps hang.
  @Test(
    arguments: [
      21893, 101_309, 103_518, 112_456, 116_182, 1_031_198, 1_077_375, 3_009_178,
      3_015_672, 1_026_431, 1_091_406, 7_002_645,
    ] as [UInt64]
  )
  func `worlds that once failed do not any more`(seed: UInt64) {
    #expect(Simulation.run(seed: seed).violation == nil)
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `a seed gives the same world again`(offset: UInt64) {
    let first = Simulation.run(seed: Self.first &+ offset)
    let second = Simulation.run(seed: Self.first &+ offset)
    #expect(first.steps == second.steps)
    #expect(first.events == second.events)
    #expect(first.steps > 0)
  }

  /// What a process takes from the order of a set or a dictionary is another in the next one, whose
  /// hashes differ.
  @Test(.timeLimit(.minutes(10))) func `another process sees the same worlds`() throws {
    let seeds = Self.first..<(Self.first &+ 6)
    let output = try Pipe.make()
    let child = try ChildProcess.spawn(
      SpawnRequest(
        executable: Paths.join(
          Paths.directory(of: try SelfProcess.executablePath()),
          "hanse-simulate"
        ),
        arguments: ["--digest", "--from", "\(seeds.lowerBound)", "--seeds", "\(seeds.count)"],
        standardInput: try StandardStreams.nullDevice(),
        standardOutput: output.writing,
        standardError: try StandardStreams.nullDevice()
      )
    )
    output.writing.close()
    var text: [UInt8] = []
    while case .bytes = try output.reading.read(into: &text, upTo: 1 << 16) {}
    #expect(try child.waitForExit().isSuccess)
    let own = seeds.map { "\($0) \(Simulation.digest(seed: $0))\n" }.joined()
    #expect(String(decoding: text, as: UTF8.self) == own)
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `the faults of one location change nothing for its neighbours`(offset: UInt64) {
    let seed = Self.first &+ offset
    #expect(Simulation.compareNeighbours(seed: seed).violation == nil, "seed \(seed)")
  }
}
