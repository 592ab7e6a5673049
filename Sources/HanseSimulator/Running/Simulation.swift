import HanseCore
package import HanseModel

/// Runs the control plane in the world of a seed.
package enum Simulation {
  package struct Outcome: Sendable {
    package var violation: Violation?
    /// What was taken from the heap of what happens.
    package var steps: Int
    package var effects: Int
    package var sometimes: Sometimes
    package var trace: [String]
    package var events: [Event]
  }

  package static func run(
    _ scenario: Scenario,
    mutation: Mutation? = nil,
    isTraced: Bool = false
  ) -> Outcome {
    var world = World(scenario, mutation: mutation, isTraced: isTraced)
    world.run()
    var sometimes = world.sometimes
    sometimes.add(world.oracle.sometimes)
    return Outcome(
      violation: world.oracle.violation,
      steps: world.steps,
      effects: world.effectsPerformed,
      sometimes: sometimes,
      trace: world.trace ?? [],
      events: world.log.events
    )
  }

  package static func run(seed: UInt64, mutation: Mutation? = nil) -> Outcome {
    run(Swarm.scenario(seed: seed), mutation: mutation)
  }

  /// Runs a seed with and without the faults of its first location, and compares what the others
  /// lived through.
  ///
  /// What locations share by design (slots, disk, the merge) is made ample, so that nothing is left
  /// by which one could be felt by another.
  package static func compareNeighbours(
    seed: UInt64,
    mutation: Mutation? = nil
  ) -> (violation: Violation?, steps: Int) {
    var scenario = Swarm.scenario(seed: seed)
    scenario.isIdeal = true
    scenario.removeShares()
    scenario.faults = .ofLocations
    scenario.settings.concurrentSteps = 1000
    scenario.settings.runRules.concurrentRuns = 1000
    scenario.operations.removeAll { !$0.isOfOneLocation }
    for index in scenario.locations.indices {
      scenario.locations[index].faults = index == 0 ? .all : []
      scenario.locations[index].rate = index == 0 ? 0.4 : 0
      for binary in scenario.locations[index].binaries.indices {
        scenario.locations[index].binaries[binary].definitions.assets.removeAll {
          $0.key == "shared"
        }
      }
    }
    var quiet = scenario
    quiet.locations[0].faults = []
    quiet.operations.removeAll { $0.isFault(of: 0) }
    let (left, right) = (course(of: scenario, mutation), course(of: quiet, mutation))
    // One of them had less to do, and ended sooner.
    let end = min(left.endNanoseconds, right.endNanoseconds)
    for index in scenario.locations.indices.dropFirst() {
      let beside = left.histories[index].prefix { $0.atNanoseconds < end }
      let alone = right.histories[index].prefix { $0.atNanoseconds < end }
      guard let place = firstDifference(beside, alone) else { continue }
      let violation = Violation(
        invariant: .neighboursFeelNothing,
        message: "\(scenario.locations[index].name) has \(told(beside, place)) beside a broken "
          + "location, and \(told(alone, place)) beside a whole one"
      )
      return (violation, left.steps + right.steps)
    }
    return (nil, left.steps + right.steps)
  }

  /// A number for all that happens in the world of a seed, the same in every process.
  package static func digest(seed: UInt64) -> String {
    let outcome = run(Swarm.scenario(seed: seed), isTraced: true)
    var hash = SHA256()
    for line in outcome.trace { hash.update(Array("\(line)\n".utf8)) }
    for event in outcome.events { hash.update(JSONWriter.encode(event)) }
    return hash.finish().hexadecimal
  }

  private static func firstDifference(
    _ left: ArraySlice<World.Moment>,
    _ right: ArraySlice<World.Moment>
  ) -> Int? {
    let same = zip(left, right).prefix { $0 == $1 }.count
    return same == left.count && same == right.count ? nil : same
  }

  private static func told(_ history: ArraySlice<World.Moment>, _ place: Int) -> String {
    guard place < history.count else { return "nothing more" }
    let moment = history[history.startIndex + place]
    return "\"\(moment.atNanoseconds) \(moment.what)\""
  }

  private static func course(
    of scenario: Scenario,
    _ mutation: Mutation?
  ) -> (histories: [[World.Moment]], endNanoseconds: Int64, steps: Int) {
    var world = World(scenario, mutation: mutation)
    world.run()
    return (world.histories, world.now.nanoseconds, world.steps)
  }
}

extension Operation {
  /// Whether it concerns one location only.
  fileprivate var isOfOneLocation: Bool {
    switch kind {
    case .launch(_, let owner): owner != nil
    case .start, .stop, .restart, .newBinary, .rollBack, .reload: true
    case .kill(let index): index == 0
    case .order, .liftOrders, .launchAll, .cancel, .jumpWall, .stopHost, .crashHost, .failSync,
      .slowDisk:
      false
    }
  }

  fileprivate func isFault(of location: Int) -> Bool {
    if case .kill(let index) = kind { index == location } else { false }
  }
}
