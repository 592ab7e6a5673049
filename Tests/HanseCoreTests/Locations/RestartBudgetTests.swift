import HanseCore
import HanseModel
import Testing

@Suite struct RestartBudgetTests {
  @Test(arguments: [
    (1, 100), (2, 200), (3, 400), (4, 800), (5, 1600), (9, 25_600), (10, 30_000), (40, 30_000),
  ])
  func `the delay doubles up to its limit`(crash: Int, milliseconds: Int) {
    var budget = RestartBudget(rules: RestartRules(maxCrashes: 1000))
    var verdict: RestartBudget.Verdict?
    for _ in 1...crash {
      verdict = budget.crashed(at: .at(seconds: 0), healthyFor: .zero, random: 0.5)
    }
    #expect(verdict == .retry(after: .milliseconds(milliseconds)))
  }

  @Test(arguments: [(0.0, 80), (0.25, 90), (0.5, 100), (1.0, 120)])
  func `jitter moves the delay by at most a fifth`(random: Double, milliseconds: Int) {
    var budget = RestartBudget(rules: RestartRules())
    #expect(
      budget.crashed(at: .at(seconds: 0), healthyFor: .zero, random: random)
        == .retry(after: .milliseconds(milliseconds))
    )
  }

  @Test func `health for less than its time does not start the delay anew`() {
    var budget = RestartBudget(rules: RestartRules())
    _ = budget.crashed(at: .at(seconds: 0), healthyFor: .zero, random: 0.5)
    _ = budget.crashed(at: .at(seconds: 59), healthyFor: .seconds(59), random: 0.5)
    #expect(budget.restarts == 2)
    _ = budget.crashed(at: .at(seconds: 119), healthyFor: .seconds(60), random: 0.5)
    #expect(budget.restarts == 1)
  }

  @Test func `crashes further apart than the window never quarantine`() {
    var budget = RestartBudget(rules: RestartRules(maxCrashes: 3))
    for crash in 0..<50 {
      let verdict = budget.crashed(
        at: .at(seconds: Int64(crash) * 91),
        healthyFor: .zero,
        random: 0.5
      )
      if case .quarantine = verdict { Issue.record("quarantined at crash \(crash)") }
    }
  }

  @Test func `a crash that a step answers for costs the first delay, out of quarantine too`() {
    var budget = RestartBudget(rules: RestartRules(maxCrashes: 1))
    let quarantine = RestartBudget.Verdict.quarantine(for: .seconds(300))
    #expect(budget.crashed(at: .at(seconds: 0), healthyFor: .zero, random: 0.5) == quarantine)
    for second in 301..<304 as Range<Int64> {
      budget.excuseNextCrash()
      #expect(
        budget.crashed(at: .at(seconds: second), healthyFor: .zero, random: 0.5)
          == .retry(after: budget.rules.initialDelay)
      )
    }
    #expect(budget.restarts == 1)
    #expect(budget.crashed(at: .at(seconds: 305), healthyFor: .zero, random: 0.5) == quarantine)
  }

  @Test func `the crash that makes too many within the window quarantines`() {
    var budget = RestartBudget(rules: RestartRules(maxCrashes: 3))
    _ = budget.crashed(at: .at(seconds: 0), healthyFor: .zero, random: 0.5)
    _ = budget.crashed(at: .at(seconds: 90), healthyFor: .zero, random: 0.5)
    #expect(
      budget.crashed(at: .at(seconds: 180), healthyFor: .zero, random: 0.5)
        == .quarantine(for: .seconds(300))
    )
  }
}
