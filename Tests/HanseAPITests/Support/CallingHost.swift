import HanseSystem

/// A host with a server and a client in a process of its own, whose descriptors can be counted.
enum CallingHost {
  /// Runs it to its end.
  ///
  /// - Parameter calls: How many calls the client makes.
  /// - Returns: What it said: a line `left N descriptors, ...` before and one after, then `done`.
  /// - Throws: When it cannot be started, or says more than it should.
  static func run(calls: Int) throws -> String {
    let directory = try Files.makeTemporaryDirectory(prefix: "api-tests-")
    defer {
      do {
        try Files.removeTree(directory)
      } catch {
        // Teardown: what is left over lies in the temporary directory of the system.
      }
    }
    let workspace = Paths.join(directory, "workspace.json")
    let text = #"{"version": 1, "name": "calls", "locations": []}"#
    try Files.writeAtomically(workspace, Array(text.utf8), durably: false)
    let folder = Paths.directory(of: try SelfProcess.executablePath())
    let pipe = try Pipe.make()
    let child = try ChildProcess.spawn(
      SpawnRequest(
        executable: Paths.join(folder, "HostFixture"),
        arguments: [workspace, "calls", "\(calls)"],
        environment: Environment.all(),
        standardInput: try StandardStreams.nullDevice(),
        standardOutput: pipe.writing,
        standardError: StandardStreams.standardError
      )
    )
    pipe.writing.close()
    let output = try pipe.reading.readAll(limitBytes: 1 << 16)
    _ = try child.waitForExit()
    return String(decoding: output, as: UTF8.self)
  }
}
