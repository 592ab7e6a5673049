package import HanseModel

/// One asset of the merged graph: defined by a location, or external.
package struct AssetNode: Sendable {
  package let key: AssetKey
  /// The location that makes the asset; nil for an external one, which nobody defines and others
  /// depend on.
  package let location: LocationName?
  /// The checks on the asset, sorted by name.
  package let checks: [CheckDefinition]
  /// Why the asset cannot run, although a location defines it; nil for one that can.
  package internal(set) var blockage: Blockage?

  /// All of the location's definitions, and which of them this is: sharing the array costs one
  /// reference, where a copy of the definition would cost 300 bytes.
  private let definitions: [AssetDefinition]
  private let position: Int

  /// An asset that a location defines.
  init(
    definitions: [AssetDefinition],
    position: Int,
    location: LocationName,
    checks: [CheckDefinition]
  ) {
    key = definitions[position].key
    self.location = location
    self.checks = checks
    self.definitions = definitions
    self.position = position
  }

  /// An asset that only others name.
  init(external key: AssetKey) {
    self.key = key
    location = nil
    checks = []
    definitions = []
    position = 0
  }

  /// What the location says about the asset; nil for an external one.
  package var definition: AssetDefinition? { definitions.isEmpty ? nil : definitions[position] }

  package var isExternal: Bool { location == nil }
  /// Whether a run can make the asset.
  package var isRunnable: Bool { location != nil && blockage == nil }
  package var group: String? { definitions.isEmpty ? nil : definitions[position].group }
  package var operation: String? { definitions.isEmpty ? nil : definitions[position].operation }

  /// What no step can be run with; none for an external asset.
  var settingProblems: [SettingProblem] {
    definitions.isEmpty ? [] : definitions[position].settingProblems
  }

  /// The step that makes the asset; nil for an external one.
  package var stepKey: StepKey? {
    guard let location else { return nil }
    if let operation { return StepKey("\(operation)@\(location)") }
    return StepKey(key.path)
  }

  /// Why no run can make an asset that a location defines.
  package enum Blockage: Hashable, Sendable, CustomStringConvertible {
    /// The asset, or the step that makes it, depends on itself by this path.
    case onCycle(path: String)
    /// The asset is downstream of this one, which is on a cycle.
    case behindCycle(of: AssetKey)
    /// The asset's operation has a name that cannot be used.
    case invalidOperation(problem: String)
    /// No step can be run with a number that the asset, or another one of its step, is defined with.
    case invalidSetting(problem: String)

    package var description: String {
      switch self {
      case .onCycle(let path): "it depends on itself: \(path)"
      case .behindCycle(let key): "it is behind the dependency cycle of \"\(key)\""
      case .invalidOperation(let problem), .invalidSetting(let problem): problem
      }
    }
  }
}

extension AssetNode: Equatable {
  package static func == (left: AssetNode, right: AssetNode) -> Bool {
    left.key == right.key && left.location == right.location && left.checks == right.checks
      && left.blockage == right.blockage && left.definition == right.definition
  }
}
