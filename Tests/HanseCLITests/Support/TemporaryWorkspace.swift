import HanseAPI
import HanseModel
import HanseSystem
import Testing

/// A workspace of fixture locations in a folder that is gone when the test is over.
final class TemporaryWorkspace {
  let path: String

  /// Writes the workspace; `locations` are names, each with the `FIXTURE` that says how it misbehaves.
  ///
  /// One that crashes as it starts stays down for as long as a test looks at it: started again
  /// after the usual tenth of a second, a busy machine would show it in either state.
  init(_ locations: [(name: String, mode: String)] = [("fixture", "")]) throws {
    path = try Files.makeTemporaryDirectory(prefix: "cli-tests-")
    let executable = Paths.join(try RunningTool.folder, "FixtureLocation")
    let entries = locations.map { location in
      let restart =
        location.mode == "exit-before-handshake"
        ? #"{ "initialDelay": "1h", "maxDelay": "1h", "window": "24h" }"# : "{}"
      return """
          { "name": "\(location.name)", "executable": "\(executable)",
            "environment": { "FIXTURE": "\(location.mode)", "FIXTURE_NAME": "\(location.name)",
              "SWIFT_BACKTRACE": "enable=no" },
            "restart": \(restart) }
        """
    }
    try write(
      """
      { "version": 1, "name": "test", "server": { "port": 0 },
        "locations": [\(entries.joined(separator: ",\n"))] }
      """
    )
  }

  /// What is said of a location that crashes as it starts.
  static func warning(_ location: String) -> String {
    "warning: location \"\(location)\" is backing-off: exit status 3 before the handshake; "
      + "see `hanse logs \(location)`\n"
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

  func text(of name: String = "workspace.json") throws -> String {
    String(decoding: try Files.read(Paths.join(path, name), limitBytes: 1 << 20), as: UTF8.self)
  }

  /// Writes a file that can be run.
  func writeProgram(_ text: String, to name: String) throws {
    let file = try Files.open(Paths.join(path, name), for: .creating)
    try file.writeAll(Array(text.utf8))
    try Files.setPermissions(of: file, 0o755)
    file.close()
  }

  /// Has a shell do something in the workspace's directory.
  func shell(_ command: String) throws {
    let outcome = try RunningTool.run(["-c", command], in: path, executable: "/bin/sh")
    #expect(outcome.status == .exited(0), "\(command): \(outcome.errors)")
  }

  /// The run that was launched last.
  var lastRun: RunID {
    get throws {
      let runs = try Page<RunDocument>.decode(try hanse("runs", "--limit", "1", "--json").output)
      return try #require(runs.items.first).id
    }
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
