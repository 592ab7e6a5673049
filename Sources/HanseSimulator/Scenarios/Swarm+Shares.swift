import HanseCore
import HanseModel

/// Draws what locations share: queues, pools, rates and limits on tags, and what people order of them.
///
/// From a stream of its own, so that all else in a seed's world stays as it was.
extension Swarm {
  /// The pool that steps lease a unit of.
  static let pool = "warehouse"
  static let queues = [Dispatcher.defaultQueue, "slow"]

  static func share(_ scenario: inout Scenario) {
    var chance = Chance(seed: scenario.seed, stream: 9)
    guard chance.isHeads(oneIn: 2) else { return }
    scenario.sharesLimits = true
    scenario.settings.runRules.clock = "simulated"
    for name in queues {
      scenario.settings.queues[name] = .init(
        concurrentSteps: chance.isHeads(oneIn: 3) ? nil : chance.between(1...6),
        weight: [0.25, 1, 4][chance.below(3)],
        rate: rate(&chance)
      )
    }
    scenario.settings.pools[pool] = .init(units: chance.between(2...4), rate: rate(&chance))
    if chance.isHeads(oneIn: 2) {
      scenario.settings.tagLimits = [
        .init(
          tag: "customer",
          perValue: chance.isHeads(oneIn: 2),
          limit: chance.between(1...3)
        )
      ]
    }
    for index in scenario.settings.locations.indices {
      scenario.settings.locations[index].queue = queues[chance.isHeads(oneIn: 3) ? 1 : 0]
      scenario.settings.locations[index].weight = [0.5, 1, 3][chance.below(3)]
      scenario.settings.locations[index].rate = rate(&chance)
      if chance.isHeads(oneIn: 4) {
        scenario.settings.locations[index].waitingSteps = chance.between(4...24)
      }
    }
    for _ in 0..<chance.below(14) {
      let at = Int64(Double(scenario.safetyNanoseconds) * chance.fraction())
      scenario.operations.append(Operation(at: at, kind: .order(luck: chance.seed())))
    }
    let end = scenario.safetyNanoseconds
    scenario.operations.append(Operation(at: end, kind: .liftOrders))
    scenario.operations.sort { $0.at < $1.at }
  }

  /// Draws what somebody wants of a run beside its assets.
  static func ask(_ request: inout RunRequest, _ chance: inout Chance) {
    request.tags = ["customer": "c\(chance.below(3))"]
    request.priority = chance.between(0...4) - 2
    if chance.isHeads(oneIn: 4) { request.queue = chance.pick(queues) }
    if chance.isHeads(oneIn: 5) { request.onLimit = chance.pick(OnLimit.allCases) }
  }

  /// Draws what steps need beside their slots; what becomes of them at a limit is their asset's.
  static func share(_ plan: inout RunPlan, seed: UInt64, _ chance: inout Chance) {
    for index in plan.steps.indices {
      if chance.isHeads(oneIn: 3) { plan.steps[index].pools = [pool: chance.between(1...2)] }
      if chance.isHeads(oneIn: 4) { plan.steps[index].config = .integer(Int64(chance.below(2))) }
      let key = plan.steps[index].key.text.utf8.reduce(seed) { $0 &* 31 &+ UInt64($1) }
      var own = Chance(seed: key)
      if own.isHeads(oneIn: 3) { plan.steps[index].onLimit = own.pick(OnLimit.allCases) }
    }
  }

  /// One that remembers a burst for some seconds, and lets everything through in the end.
  private static func rate(_ chance: inout Chance) -> RateLimit? {
    guard chance.isHeads(oneIn: 3) else { return nil }
    return RateLimit(
      starts: chance.between(1...3),
      per: .seconds(1),
      burst: chance.between(4...8)
    )
  }
}

extension Scenario {
  /// Takes away all by which one location's steps could hold up another's.
  mutating func removeShares() {
    sharesLimits = false
    settings.queues = [:]
    settings.pools = [:]
    settings.tagLimits = []
    for index in settings.locations.indices {
      settings.locations[index].rate = nil
      settings.locations[index].waitingSteps = LimitBook.defaultWaitingSteps
    }
  }
}
