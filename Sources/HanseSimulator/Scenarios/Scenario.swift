package import HanseCore
package import HanseModel

/// A world and what is done to it: everything but the luck, which is in the seed.
package struct Scenario: Sendable {
  /// One location: what its binaries define, and how often it goes wrong.
  package struct Location: Sendable {
    package var name: LocationName
    /// What each of its binaries defines.
    package var binaries: [ControlPlane.LoadedDefinitions]
    /// Those of them that end before they serve, or soon after, while ``Fault/brokenBinary`` is on.
    package var broken: Set<Int> = []
    /// The assets whose steps end their process, while ``Fault/poison`` is on.
    package var poison: Set<AssetKey> = []
    package var faults: Faults
    /// From 0 to 1: how often each of its faults happens when it can.
    package var rate: Double
  }

  package var seed: UInt64
  package var settings: ControlPlane.Settings
  package var locations: [Location]
  package var faults: Faults
  package var operations: [Operation]
  /// When the faults stop for ``healed``; the others go on with theirs.
  package var safetyNanoseconds: Int64
  package var healed: Set<Int>
  /// How long the healed part gets to finish what it has.
  package var livenessNanoseconds: Int64
  /// Whether disk, merges and messages cost no time that one location could take from another.
  package var isIdeal = false
  /// Whether there are queues, pools, rates and limits on tags, and orders about them.
  package var sharesLimits = false

  /// The assets that any binary of a location defines.
  package func assets(of location: Int) -> [AssetKey] {
    var seen: Set<AssetKey> = []
    return locations[location].binaries.flatMap { $0.definitions.assets }.map(\.key)
      .filter { seen.insert($0).inserted }
  }
}
