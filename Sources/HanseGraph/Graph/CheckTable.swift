import HanseModel

/// Sorts the locations' checks by the asset they look at.
struct CheckTable {
  struct Misfit {
    var location: Int
    var check: CheckDefinition
  }

  /// The checks of each definition that counts, by its number in the claim table.
  private(set) var checks: [Int: [CheckDefinition]] = [:]
  /// Checks on assets that their location does not define.
  private(set) var unknown: [Misfit] = []
  /// Checks whose asset has one of that name already.
  private(set) var duplicates: [Misfit] = []
  /// Checks with a number that no step can be run with.
  private(set) var unusable: [Misfit] = []

  /// A check on an asset that was left out goes with it: the asset's diagnostic says why.
  init(_ locations: [LocationInput], claims: ClaimTable) {
    for (location, input) in locations.enumerated() where !input.definitions.checks.isEmpty {
      var seen: Set<StepKey> = []
      var defined: Set<AssetKey>?
      for check in input.definitions.checks {
        if !seen.insert(check.stepKey).inserted {
          duplicates.append(Misfit(location: location, check: check))
        } else if let id = claims.ids[check.asset], claims.claims[id].location == location {
          guard check.settingProblems.isEmpty else {
            unusable.append(Misfit(location: location, check: check))
            continue
          }
          checks[id, default: []].append(check)
        } else {
          let keys = defined ?? Set(input.definitions.assets.map(\.key))
          defined = keys
          if !keys.contains(check.asset) {
            unknown.append(Misfit(location: location, check: check))
          }
        }
      }
    }
    checks = checks.mapValues { $0.sorted { $0.name < $1.name } }
  }
}
