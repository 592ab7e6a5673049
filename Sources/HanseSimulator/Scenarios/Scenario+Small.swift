import HanseCore
import HanseModel

extension Scenario {
  /// Two locations, four assets, a check; three runs of all of them, of which one is canceled; a
  /// new binary beside the one that serves.
  package static func small(seed: UInt64) -> Scenario {
    var scenario = base(seed: seed)
    scenario.operations = [
      Operation(at: 1_000_000_000, kind: .launchAll),
      Operation(at: 2_000_000_000, kind: .launchAll),
      Operation(at: 2_500_000_000, kind: .cancel(luck: 1, forced: seed % 2 == 0)),
      Operation(at: 4_000_000_000, kind: .newBinary(1)),
      Operation(at: 9_000_000_000, kind: .launchAll),
    ]
    return scenario
  }

  /// One run, one of whose steps ends its process each time, beside steps that do not.
  package static func poisoned(seed: UInt64) -> Scenario {
    var scenario = base(seed: seed)
    scenario.faults = [Faults(.poison)]
    scenario.locations[0].faults = [Faults(.poison)]
    scenario.locations[0].poison = ["a/2"]
    scenario.operations = [Operation(at: 1_000_000_000, kind: .launchAll)]
    return scenario
  }

  /// The same as ``small(seed:)`` with a worker process for each run.
  package static func isolated(seed: UInt64) -> Scenario {
    var scenario = small(seed: seed)
    for index in scenario.settings.locations.indices {
      scenario.settings.locations[index].isIsolated = true
    }
    return scenario
  }

  /// The same as ``small(seed:)`` with little of everything that steps share, and orders about it.
  package static func shared(seed: UInt64) -> Scenario {
    var scenario = small(seed: seed)
    scenario.sharesLimits = true
    scenario.settings.runRules.clock = "simulated"
    scenario.settings.queues = [
      Dispatcher.defaultQueue: .init(concurrentSteps: 2),
      Swarm.queues[1]: .init(
        concurrentSteps: 1,
        rate: RateLimit(starts: 2, per: .seconds(1), burst: 4)
      ),
    ]
    scenario.settings.pools = [Swarm.pool: .init(units: 2)]
    scenario.settings.tagLimits = [.init(tag: "customer", perValue: true, limit: 1)]
    scenario.settings.locations[1].queue = Swarm.queues[1]
    scenario.settings.locations[1].isIsolated = true
    scenario.operations =
      (1...4).map { number in
        let luck = seed &* 16 &+ UInt64(number)
        return Operation(at: Int64(number) * 1_000_000_000, kind: .launch(luck: luck, owner: nil))
      }
      + (1...6).map { number in
        let luck = seed &* 16 &+ UInt64(number)
        return Operation(at: Int64(number) * 1_300_000_000, kind: .order(luck: luck))
      }
    scenario.operations.append(
      Operation(at: scenario.safetyNanoseconds, kind: .liftOrders)
    )
    return scenario
  }

  private static func base(seed: UInt64) -> Scenario {
    let check = CheckDefinition(name: "good", asset: "a/0", blocking: true)
    let first = LocationDefinitions(
      assets: [
        AssetDefinition(key: "a/0"), AssetDefinition(key: "a/1", dependencies: [Dependency("a/0")]),
        AssetDefinition(key: "a/2", retry: RetryPolicy(maxRetries: 5, delay: .milliseconds(100))),
      ],
      checks: [check]
    )
    let second = LocationDefinitions(
      assets: [AssetDefinition(key: "b/0", dependencies: [Dependency("a/1")])]
    )
    let locations = [
      location("a", [first]), location("b", [second, second]),
    ]
    return Scenario(
      seed: seed,
      settings: ControlPlane.Settings(
        locations: locations.map { .init(name: $0.name, concurrentSteps: 2) },
        concurrentSteps: 3
      ),
      locations: locations,
      faults: [],
      operations: [],
      safetyNanoseconds: 30_000_000_000,
      healed: [0, 1],
      livenessNanoseconds: 1_800_000_000_000
    )
  }

  private static func location(_ name: LocationName, _ binaries: [LocationDefinitions]) -> Location
  {
    Location(
      name: name,
      binaries: binaries.enumerated().map { version, definitions in
        .init(definitions: definitions, digest: "\(name)\(version)", library: "simulated")
      },
      faults: [],
      rate: 0
    )
  }
}
