import HanseCore
import HanseModel

/// Draws scenarios: each has only some of the faults, so that each is seen without the others too.
package enum Swarm {
  package static func scenario(seed: UInt64) -> Scenario {
    var chance = Chance(seed: seed, stream: 1)
    let count = chance.between(1...5)
    let locations = (0..<count).map { index in location(index, &chance) }
    var settings = ControlPlane.Settings(
      locations: locations.map { limits(of: $0, &chance) },
      concurrentSteps: chance.between(1...12),
      runRules: .init(
        concurrentRuns: chance.isHeads(oneIn: 4) ? chance.between(1...3) : 100,
        grace: .milliseconds(chance.between(500...5000))
      )
    )
    settings.processID = 1
    let length = Int64(chance.between(20...400)) * 1_000_000_000
    var faults: Faults = []
    for fault in Fault.allCases where chance.isHeads(oneIn: 2) { faults.insert(Faults(fault)) }
    var scenario = Scenario(
      seed: seed,
      settings: settings,
      locations: locations,
      faults: faults,
      operations: [],
      safetyNanoseconds: length,
      healed: [],
      livenessNanoseconds: 1_800_000_000_000
    )
    for index in locations.indices where chance.isHeads(oneIn: 2) { scenario.healed.insert(index) }
    scenario.healed.insert(chance.below(count))
    scenario.operations = operations(for: scenario, &chance)
    share(&scenario)
    return scenario
  }

  private static func location(_ index: Int, _ chance: inout Chance) -> Scenario.Location {
    var faults: Faults = []
    for fault in Fault.allCases where fault.isOfLocation && chance.isHeads(oneIn: 3) {
      faults.insert(Faults(fault))
    }
    if chance.isHeads(oneIn: 3) { faults = [] }
    let assetCount = chance.between(1...6)
    let binaries = (0..<chance.between(1...3)).map { version in
      definitions(of: index, version: version, assetCount: assetCount, &chance)
    }
    var poison: Set<AssetKey> = []
    for number in 0..<assetCount where chance.isHeads(oneIn: 6) {
      poison.insert(key(index, number))
    }
    var broken: Set<Int> = []
    for version in binaries.indices.dropFirst() where chance.isHeads(oneIn: 3) {
      broken.insert(version)
    }
    return Scenario.Location(
      name: Self.name(index),
      binaries: binaries,
      broken: broken,
      poison: poison,
      faults: faults,
      rate: [0.02, 0.1, 0.4][chance.below(3)]
    )
  }

  static func name(_ index: Int) -> LocationName { LocationName(["a", "b", "c", "d", "e"][index]) }

  private static func limits(
    of location: Scenario.Location,
    _ chance: inout Chance
  ) -> ControlPlane.LocationSettings {
    .init(
      name: location.name,
      concurrentSteps: chance.between(1...6),
      isIsolated: chance.isHeads(oneIn: 3),
      stepTimeoutMilliseconds: chance.isHeads(oneIn: 2)
        ? Int64(chance.between(2000...60_000)) : nil,
      restart: RestartRules(rollsBack: chance.isHeads(oneIn: 2))
    )
  }

  /// Assets after others of this location and of those before it, some with checks, and sometimes
  /// one that another location defines too.
  private static func definitions(
    of index: Int,
    version: Int,
    assetCount: Int,
    _ chance: inout Chance
  ) -> ControlPlane.LoadedDefinitions {
    var assets: [AssetDefinition] = []
    var checks: [CheckDefinition] = []
    for number in 0..<max(1, assetCount - (chance.isHeads(oneIn: 3) ? version : 0)) {
      var dependencies: [Dependency] = []
      for _ in 0..<chance.below(3) {
        let other = chance.below(index + 1)
        let place = other == index ? number : 6
        if place > 0 { dependencies.append(Dependency(key(other, chance.below(place)))) }
      }
      var seen: Set<AssetKey> = []
      dependencies = dependencies.filter { seen.insert($0.key).inserted }
      assets.append(
        AssetDefinition(
          key: chance.isHeads(oneIn: 24) ? "shared" : key(index, number),
          dependencies: dependencies,
          codeVersion: "\(version)",
          retry: chance.isHeads(oneIn: 2)
            ? RetryPolicy(
              maxRetries: chance.between(1...3),
              delay: .milliseconds(chance.between(0...3000)),
              backoff: .exponential
            ) : nil,
          timeoutMilliseconds: chance.isHeads(oneIn: 4) ? Int64(chance.between(500...20_000)) : nil
        )
      )
      guard chance.isHeads(oneIn: 5) else { continue }
      checks.append(CheckDefinition(name: "good", asset: key(index, number), blocking: true))
    }
    return .init(
      definitions: LocationDefinitions(assets: assets, checks: checks),
      digest: "\(name(index))\(version)",
      library: "simulated"
    )
  }

  private static func key(_ location: Int, _ number: Int) -> AssetKey {
    AssetKey("\(name(location))/\(number)")
  }

  private static func operations(
    for scenario: Scenario,
    _ chance: inout Chance
  ) -> [Operation] {
    var operations: [Operation] = []
    for _ in 0..<chance.between(5...60) {
      let at = Int64(Double(scenario.safetyNanoseconds) * chance.fraction())
      let kind = kind(among: scenario.locations.count, &chance)
      let operation = Operation(at: at, kind: kind)
      if let fault = operation.fault, !scenario.faults.has(fault) { continue }
      operations.append(operation)
    }
    return operations.sorted { $0.at < $1.at }
  }

  private static func kind(among count: Int, _ chance: inout Chance) -> Operation.Kind {
    let location = chance.below(count)
    let luck = chance.seed()
    switch chance.below(36) {
    case 0..<14: return .launch(luck: luck, owner: luck % 3 == 0 ? location : nil)
    case 14..<17: return .cancel(luck: luck, forced: luck % 4 == 0)
    case 17: return .start(location)
    case 18: return .stop(location)
    case 19: return .restart(location)
    case 20: return .newBinary(location)
    case 21, 22: return .kill(location)
    case 23: return .jumpWall(milliseconds: Int64(luck % 7_200_000) - 3_600_000)
    case 24: return .stopHost
    case 25, 26: return .crashHost(afterEffects: Int(luck % 40), powerLoss: false)
    case 27, 28: return .crashHost(afterEffects: Int(luck % 40), powerLoss: true)
    case 29: return .failSync
    case 30: return .rollBack(location)
    case 31: return .reload(location)
    case 32, 33: return .newBinary(location)
    default: return .slowDisk(nanoseconds: Int64(luck % 3_000_000_000))
    }
  }
}
