import HanseModel
import HanseSimulator
import Testing

/// The host dies after its first effect, its second, and so on to the last.
@Suite struct CrashSweepTests {
  @Test(arguments: [(1, false), (2, true)] as [(UInt64, Bool)])
  func `wherever the host dies, runs go on to their end`(seed: UInt64, powerLoss: Bool) {
    let result = CrashSweep.run(.small(seed: seed), powerLoss: powerLoss)
    #expect(result.failure == nil, "seed \(seed)")
    #expect(result.points > 100)
    #expect(result.endings.count == result.points)
    for (point, endings) in result.endings.enumerated() {
      #expect(
        endings.values.allSatisfy { $0 == .succeeded || $0 == .canceled },
        "after \(point + 1)"
      )
      #expect(endings.values.count { $0 == .canceled } <= 1, "after \(point + 1)")
      #expect(endings.values.contains(.succeeded), "after \(point + 1)")
    }
  }

  @Test func `wherever the host dies, runs with workers of their own go on to their end`() {
    let result = CrashSweep.run(.isolated(seed: 3), powerLoss: true)
    #expect(result.failure == nil)
    #expect(result.points > 100)
    for (point, endings) in result.endings.enumerated() {
      #expect(
        endings.values.allSatisfy { $0 == .succeeded || $0 == .canceled },
        "after \(point + 1)"
      )
    }
  }

  @Test(.timeLimit(.minutes(15)), arguments: [(1, false), (2, true)] as [(UInt64, Bool)])
  func `wherever the host dies, what is shared and ordered holds`(
    seed: UInt64,
    powerLoss: Bool
  ) {
    let result = CrashSweep.run(.shared(seed: seed), powerLoss: powerLoss)
    #expect(result.failure == nil, "seed \(seed)")
    #expect(result.points > 50)
    for (point, endings) in result.endings.enumerated() {
      #expect(
        endings.values.allSatisfy { $0 == .succeeded || $0 == .canceled },
        "after \(point + 1)"
      )
    }
  }

  @Test(arguments: [(1, true)] as [(UInt64, Bool)])
  func `wherever the host dies, only the step that ends its process fails`(
    seed: UInt64,
    powerLoss: Bool
  ) {
    let result = CrashSweep.run(.poisoned(seed: seed), powerLoss: powerLoss)
    #expect(result.failure == nil, "seed \(seed)")
    #expect(result.points > 50)
    for (point, endings) in result.endings.enumerated() {
      #expect(endings.values.allSatisfy { $0 == .failed }, "after \(point + 1)")
    }
  }

  @Test func `a host that forgets to show only what is on disk is found by the sweep`() {
    let result = CrashSweep.run(.small(seed: 1), powerLoss: true, mutation: .showsBeforeDurable)
    #expect(result.failure?.violation.invariant == .shownIsDurable)
  }
}
