import HanseCore
import HanseModel
import HanseSimulator
import Testing

/// Random runs in a random world, with every promise checked after each thing that happens.
@Suite struct RunHistoryTests {
  @Test func `whatever happens, every promise about runs is kept`() {
    var chance = Chance(for: "every promise about runs")
    for history in 0..<300 {
      var world = RunWorld()
      for run in 0..<(1 + chance.below(4)) {
        let count = chance.below(25)
        world.launch(
          RunID("run\(run)"),
          Plans.random(count, among: world.locations, &chance)
        )
      }
      for _ in 0..<(20 + chance.below(100)) { happen(&world, &chance) }
      settle(&world, &chance)
      #expect(world.faults == [], "history \(history)")
      #expect(world.live.isEmpty && world.coordinator.runs.isEmpty, "history \(history)")
      #expect(LogAudit.faults(in: world.log) == [], "history \(history)")
      if !world.faults.isEmpty { return }
    }
  }

  @Test func `a host that ends between any two events is carried on by the next`() {
    var chance = Chance(for: "a host that ends between any two events")
    for _ in 0..<12 {
      var world = RunWorld()
      world.launch("r", Plans.random(10, among: world.locations, &chance))
      if chance.isHeads(oneIn: 2) { world.launch("s", Plans.random(4, among: ["a"], &chance)) }
      world.serveAll()
      for _ in 0..<40 { happen(&world, &chance, mayRestart: false) }
      settle(&world, &chance)
      for kept in 1...world.log.count {
        var next = world
        next.restart(keeping: kept)
        next.checkFold()
        settle(&next, &chance)
        #expect(next.faults == [], "after \(kept) events")
        #expect(LogAudit.faults(in: next.log) == [], "after \(kept) events")
        if !next.faults.isEmpty { return }
      }
    }
  }

  private func happen(_ world: inout RunWorld, _ chance: inout Chance, mayRestart: Bool = true) {
    let attempts = world.live.keys.sorted { $0.description < $1.description }
    let attempt = chance.pick(attempts)
    switch chance.below(16) {
    case 0...5: if let attempt { world.succeed(attempt) }
    case 6:
      if let attempt { world.answer(.failed(StepFailure(.failed, message: "no")), attempt) }
    case 7: if let attempt { world.answer(.succeeded, attempt) }
    case 8: if let attempt { world.answer(.canceled, attempt) }
    case 9: world.wait(.milliseconds(chance.below(6000)))
    case 10: if let name = chance.pick(world.locations) { world.end(name, because: .lost) }
    case 11: if let name = chance.pick(world.locations) { world.end(name, because: .interrupted) }
    case 12: world.serveAll()
    case 13: mumble(&world, &chance, attempt)
    case 14:
      if chance.isHeads(oneIn: 6), let id = chance.pick(world.coordinator.unfinishedRuns.sorted()) {
        world.cancel(id, forced: chance.isHeads(oneIn: 2))
      }
    default:
      if mayRestart, chance.isHeads(oneIn: 6) { world.restart(keeping: world.log.count) }
    }
    for name in world.condemned.keys.sorted() where chance.isHeads(oneIn: 2) {
      world.end(name, because: .interrupted)
    }
    world.checkFold()
  }

  private func mumble(_ world: inout RunWorld, _ chance: inout Chance, _ attempt: AttemptID?) {
    if let (id, location, generation) = chance.pick(world.past) {
      world.mumble(id, location, generation)
    }
    guard let attempt, let place = world.live[attempt] else { return }
    let other = world.locations.first { $0 != place.location } ?? "z"
    world.mumble(attempt, other, world.generations[other] ?? Generation(1))
    world.mumble(attempt, place.location, Generation(place.generation.number - 1))
    for change in [\AttemptID.attempt, \AttemptID.epoch.number] {
      var wrong = attempt
      wrong[keyPath: change] -= 1
      world.mumble(wrong, place.location, place.generation)
    }
  }

  /// Answers every attempt until there is nothing left to do.
  private func settle(_ world: inout RunWorld, _ chance: inout Chance) {
    for _ in 0..<500 where !world.coordinator.runs.isEmpty {
      for name in world.condemned.keys.sorted() { world.end(name, because: .interrupted) }
      world.serveAll()
      for attempt in world.live.keys.sorted(by: { $0.description < $1.description }) {
        world.succeed(attempt)
      }
      world.wait(.seconds(2))
    }
    world.checkFold()
  }
}
