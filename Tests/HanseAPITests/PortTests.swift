import HanseAPI
import HanseHost
import HanseSystem
import Testing

/// A port that cannot be had, and why.
@Suite(.timeLimit(.minutes(10))) struct PortTests {
  /// What a host in a process of its own says that is to serve on a port.
  private func say(port: UInt16, fences: SpawnFences = SpawnFences()) throws -> [String] {
    let folder = try Files.makeTemporaryDirectory(prefix: "api-tests-")
    defer {
      do {
        try Files.removeTree(folder)
      } catch {
        // Teardown: what is left over lies in the temporary directory of the system.
      }
    }
    let file = Paths.join(folder, "workspace.json")
    let text = #"{"version": 1, "name": "ports", "locations": []}"#
    try Files.writeAtomically(file, Array(text.utf8), durably: false)
    let output = try Pipe.make()
    var request = SpawnRequest(
      executable: Paths.join(
        Paths.directory(of: try SelfProcess.executablePath()),
        "HostFixture"
      ),
      arguments: [file, "port", "\(port)"],
      environment: Environment.all(),
      standardInput: try StandardStreams.nullDevice(),
      standardOutput: output.writing,
      standardError: StandardStreams.standardError
    )
    request.fences = fences
    let child = try ChildProcess.spawn(request)
    output.writing.close()
    let bytes = try output.reading.readAll(limitBytes: 1 << 20)
    _ = try child.waitForExit()
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private static let another =
    "name another port with \"server\": {\"port\": ...} in the workspace"

  @Test(
    .enabled(
      if: LandlockRuleset.kernelVersion.fencesPorts,
      "this kernel has no Landlock that refuses ports (Linux 6.7)"
    )
  )
  func `a port that may not be used is told with its reason`() throws {
    let free = try TestHost()
    let port = free.port
    free.server.stop()
    // No port may be bound; files are as ever.
    let ruleset = try LandlockRuleset(fencesPorts: true)
    try ruleset.allow(.writing, below: "/")
    var fences = SpawnFences()
    fences.hasNoNewPrivileges = true
    fences.sandbox = ruleset
    #expect(
      try say(port: port, fences: fences) == [
        "error listen on port \(port) of 127.0.0.1: Permission denied (EACCES); \(Self.another)"
      ]
    )
  }

  @Test func `a port that somebody has is told as taken`() throws {
    let other = try TestHost()
    #expect(
      try say(port: other.port) == [
        "error no port from \(other.port) to \(other.port) of 127.0.0.1 is free; stop what listens "
          + "there, or name another with \"server\": {\"port\": ...} in the workspace"
      ]
    )
  }
}
