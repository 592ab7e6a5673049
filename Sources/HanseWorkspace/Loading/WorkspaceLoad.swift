package import HanseModel

/// What reading workspace.json came to.
package struct WorkspaceLoad: Hashable, Sendable {
  /// A location's entry that cannot be used.
  package struct DisabledLocation: Hashable, Sendable {
    /// Nil if the entry has no name that could be read.
    package var name: LocationName?
    /// Where the entry begins.
    package var position: SourcePosition
    /// Its errors, never empty.
    package var problems: [WorkspaceProblem]
  }

  /// Nil if there is an error outside the entries of locations.
  package var workspace: Workspace?
  /// All of them, in the order of the file.
  package var problems: [WorkspaceProblem]
  /// In the order of the file.
  package var disabledLocations: [DisabledLocation]

  package var errors: [WorkspaceProblem] { problems.filter { $0.severity == .error } }
}
