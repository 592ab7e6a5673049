import HanseCore
import HanseModel

/// What people order of limits and of what waits.
extension World {
  private var targets: [LimitTarget] {
    [.workspace, .pool(Swarm.pool)] + Swarm.queues.map { .queue($0) }
      + scenario.locations.map { .location($0.name) }
  }

  mutating func order(_ luck: UInt64) {
    var chance = Chance(seed: luck)
    guard let target = chance.pick(targets) else { return }
    sometimes.note(.ordered)
    switch chance.below(9) {
    case 0, 1: give(.limit(target, LimitOrder(flow: .paused), resets: false))
    case 2: give(.limit(target, LimitOrder(flow: .draining), resets: false))
    case 3: give(.limit(target, LimitOrder(flow: .open), resets: false))
    case 4: give(.limit(target, LimitOrder(), resets: true))
    case 5, 6: give(.limit(target, change(of: target, &chance), resets: false))
    case 7:
      guard let run = chance.pick(Array(launched.suffix(3))) else { return }
      give(
        .requeue(run, queue: chance.pick(Swarm.queues), priority: chance.between(0...20) - 10)
      )
    default:
      guard let location = chance.pick(Array(scenario.locations.indices)),
        let asset = chance.pick(scenario.assets(of: location))
      else { return }
      give(.cancelSteps(of: [asset], in: nil, forced: false))
    }
  }

  /// Lets everything flow again, as the workspace says.
  mutating func liftOrders() {
    for target in targets { give(.limit(target, LimitOrder(flow: .open), resets: true)) }
  }

  private mutating func give(_ order: QueueOrder) {
    handle(.order(order, ticket: ticket()), from: .user(nil))
  }

  private func change(of target: LimitTarget, _ chance: inout Chance) -> LimitOrder {
    let steps = chance.between(1...6)
    switch target {
    case .workspace: return LimitOrder(concurrentSteps: .value(steps))
    case .location:
      let bounds = chance.isHeads(oneIn: 3)
      return LimitOrder(
        concurrentSteps: .value(steps),
        waitingSteps: bounds ? chance.between(2...30) : nil
      )
    case .queue:
      let isFree = chance.isHeads(oneIn: 4)
      return LimitOrder(concurrentSteps: isFree ? .unlimited : .value(steps), weight: 2)
    case .pool: return LimitOrder(units: steps)
    }
  }
}
