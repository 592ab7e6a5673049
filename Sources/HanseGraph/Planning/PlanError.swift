package import HanseModel

/// Why a run cannot be planned.
package struct PlanError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: String, Hashable, Sendable {
    /// The selection holds nothing that a run could make.
    case nothingToMaterialize
    /// The selection holds assets on or behind a dependency cycle, or of an invalid operation.
    case notRunnable
    /// The configuration names no step of the run, or a step twice.
    case unknownConfiguration
    /// The configuration names a step that takes none.
    case unexpectedConfiguration
  }

  package let code: Code
  /// What is wrong, where, and what to do.
  package let description: String
  /// The assets of the selection that no location defines, when there are no others.
  package let undefined: [AssetKey]

  init(_ code: Code, _ description: String, undefined: [AssetKey] = []) {
    self.code = code
    self.description = description
    self.undefined = undefined
  }
}
