/// Everything a child process is given; it inherits nothing else.
package struct SpawnRequest: Sendable {
  /// The path of the program.
  ///
  /// It is not searched for in `PATH`; if relative, it starts at `workingDirectory`.
  package var executable: String
  /// What follows the program's own name in its argument list.
  package var arguments: [String]
  /// The whole environment of the child.
  package var environment: [String: String]
  /// Where it runs, or nil for the directory of this process.
  package var workingDirectory: String?
  package var standardInput: Descriptor
  package var standardOutput: Descriptor
  package var standardError: Descriptor
  /// What holds for it beside that.
  package var fences = SpawnFences()

  package init(
    executable: String,
    arguments: [String] = [],
    environment: [String: String] = [:],
    workingDirectory: String? = nil,
    standardInput: Descriptor,
    standardOutput: Descriptor,
    standardError: Descriptor
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.standardInput = standardInput
    self.standardOutput = standardOutput
    self.standardError = standardError
  }
}
