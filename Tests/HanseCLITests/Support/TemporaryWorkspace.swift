import HanseSystem

/// A workspace of fixture locations in a folder that is gone when the test is over.
final class TemporaryWorkspace {
  let path: String

  /// Writes the workspace; `locations` are names, each with the `FIXTURE` that says how it misbehaves.
  init(_ locations: [(name: String, mode: String)] = [("fixture", "")]) throws {
    path = try Files.makeTemporaryDirectory(prefix: "cli-tests-")
    let executable = Paths.join(try RunningTool.folder, "FixtureLocation")
    let entries = locations.map { location in
      """
      { "name": "\(location.name)", "executable": "\(executable)",
        "environment": { "FIXTURE": "\(location.mode)", "FIXTURE_NAME": "\(location.name)",
          "SWIFT_BACKTRACE": "enable=no" } }
      """
    }
    try write(
      """
      { "version": 1, "name": "test", "server": { "port": 0 },
        "locations": [\(entries.joined(separator: ",\n"))] }
      """
    )
  }

  deinit {
    do {
      try Files.removeTree(path)
    } catch {
      // Teardown: what is left over lies in the temporary directory of the system.
    }
  }

  func write(_ text: String, to name: String = "workspace.json") throws {
    try Files.writeAtomically(Paths.join(path, name), Array(text.utf8), durably: false)
  }

  /// Writes a file that can be run.
  func writeProgram(_ text: String, to name: String) throws {
    let file = try Files.open(Paths.join(path, name), for: .creating)
    try file.writeAll(Array(text.utf8))
    try Files.setPermissions(of: file, 0o755)
    file.close()
  }

  func hanse(
    _ arguments: String...,
    environment: [String: String] = [:]
  ) throws -> RunningTool.Outcome {
    try RunningTool.run(arguments, in: path, environment: environment)
  }

  func start(_ arguments: String...) throws -> RunningTool {
    try RunningTool(arguments, in: path)
  }
}
