package import HanseModel

/// One code location: what to run, with what, and within which fences.
package struct LocationEntry: Hashable, Sendable {
  /// What shares a process.
  package enum Isolation: String, Hashable, Sendable, CaseIterable {
    /// All steps run in the location's one child.
    case location
    /// Each run gets a process of its own.
    case run
  }

  package var name: LocationName = ""
  /// An absolute path, or a bare name if `executableFromPath`.
  package var executable = ""
  /// Whether to search PATH for the executable.
  package var executableFromPath = false
  package var arguments: [String] = []
  /// An absolute path.
  package var workingDirectory = ""
  /// In the order of the file.
  package var environment: [EnvironmentEntry] = []
  package var labels: [String: String] = [:]
  /// Patterns of the asset keys that nobody else may define.
  package var owns: [String] = []
  package var enabled = true
  /// Whether a new binary is taken into use without being asked.
  package var watch = true
  package var isolation = Isolation.location
  /// The queue of runs that name none.
  package var queue = Workspace.defaultQueue
  /// Its share beside other locations in a queue.
  package var weight = 1.0
  package var limits = LocationLimits()
  /// Nil for none.
  package var sandbox: SandboxEntry?
  package var timeouts = LocationTimeouts()
  package var restart = RestartPolicy()
  /// The digest that the executable must have, in lower case.
  package var sha256: String?
  /// Nil for what the workspace says.
  package var io: IOEntry?
  /// Where the entry begins; see `ignoringPosition`.
  package var position = SourcePosition(line: 1, column: 1)

  package init() {}

  /// The same entry as if it stood elsewhere: what to compare to see whether anything changed.
  package var ignoringPosition: LocationEntry {
    var copy = self
    copy.position = SourcePosition(line: 1, column: 1)
    for index in copy.environment.indices { copy.environment[index].position = copy.position }
    return copy
  }
}

/// One variable of a location's environment.
package struct EnvironmentEntry: Hashable, Sendable {
  package var name: String
  package var value: EnvironmentValue
  package var position: SourcePosition

  package init(name: String, value: EnvironmentValue, position: SourcePosition) {
    self.name = name
    self.value = value
    self.position = position
  }
}

/// Where the value of a variable comes from; all but a literal is a secret.
package enum EnvironmentValue: Hashable, Sendable {
  case literal(String)
  /// A variable of the host's own environment.
  case fromEnvironment(String)
  /// The absolute path of a file that holds the value and nothing else.
  case fromFile(String)
}
