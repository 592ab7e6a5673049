import HanseModel

/// Decides which definition each key belongs to.
///
/// A location may define a key unless another one owns it by the workspace. Of several that may, the
/// one that had the key before keeps it; else the first in the workspace gets it.
struct ClaimTable {
  /// A definition: the position of its location, and its own among the location's.
  struct Claim {
    var key: AssetKey
    var location: Int
    var asset: Int
  }

  /// The definitions that count.
  ///
  /// A key's position here is its number until the nodes are sorted.
  private(set) var claims: [Claim] = []
  private(set) var ids: [AssetKey: Int] = [:]
  /// The definitions left out because another one has the key, with that one's number.
  private(set) var duplicates: [(claim: Claim, id: Int)] = []
  private(set) var invalid: [(claim: Claim, problem: String)] = []
  private(set) var notOwned: [(claim: Claim, pattern: Ownership.Pattern)] = []

  init(
    _ locations: [LocationInput],
    ownership: Ownership,
    previousOwner: (AssetKey) -> LocationName?
  ) {
    let count = locations.reduce(0) { $0 + $1.definitions.assets.count }
    claims.reserveCapacity(count)
    ids.reserveCapacity(count)
    for (location, input) in locations.enumerated() {
      let assets = input.definitions.assets
      for asset in assets.indices {
        let claim = Claim(key: assets[asset].key, location: location, asset: asset)
        if let problem = claim.key.problem {
          invalid.append((claim, problem))
        } else if let pattern = ownership.pattern(forbidding: claim.key, to: location) {
          notOwned.append((claim, pattern))
        } else {
          add(claim) { previousOwner($0) == input.name }
        }
      }
    }
  }

  private mutating func add(_ claim: Claim, hadBefore: (AssetKey) -> Bool) {
    guard let id = ids[claim.key] else {
      ids[claim.key] = claims.count
      claims.append(claim)
      return
    }
    let first = claims[id]
    if first.location != claim.location, hadBefore(claim.key) {
      claims[id] = claim
      duplicates.append((first, id))
    } else {
      duplicates.append((claim, id))
    }
  }
}
