import HanseAPI
import HanseHost
import HanseModel
import HanseSystem
import HanseWorkspace
import Testing

/// A host with a server on a workspace of its own, gone when the test is over.
final class TestHost {
  let host: Host
  let server: HTTPServer
  private let directory: String

  /// Starts both, on the `locations` of a workspace.json, and waits until they have settled.
  ///
  /// `members` are other members of the file, each with a comma before it.
  init(
    locations: String = "",
    members: String = "",
    heartbeat: Duration = .seconds(15),
    keepsGenerations: Bool = false,
    adjust: (inout HTTPServer.Options) -> Void = { _ in }
  ) throws {
    directory = try Files.makeTemporaryDirectory(prefix: "api-tests-")
    let text = """
      {"version": 1, "name": "api-tests", "locations": [\(locations)]\(members)}
      """
    let file = Paths.join(directory, "workspace.json")
    try Files.writeAtomically(file, Array(text.utf8), durably: false)
    let load = WorkspaceFile.load(path: file)
    let workspace = try #require(load.workspace, "\(load.problems)")
    var configuration = HostConfiguration(
      workspace: workspace,
      problems: load.problems,
      version: "1.2.3",
      environment: ["PATH": Environment.value("PATH") ?? "", "SWIFT_BACKTRACE": "enable=no"]
    )
    configuration.keepsGenerations = keepsGenerations
    configuration.settlingTime = .milliseconds(20)
    host = try Host.start(configuration)
    var options = HTTPServer.Options(port: 0)
    options.heartbeat = heartbeat
    adjust(&options)
    server = try HTTPServer.start(host, options: options)
    _ = try #require(host.waitUntilSettled(for: .seconds(300)), "the locations do not settle")
  }

  /// A host with the fixture as its one location, which does what `mode` says.
  static func withFixture(_ mode: String = "", members: String = "") throws -> TestHost {
    let folder = Paths.directory(of: try SelfProcess.executablePath())
    let program = Paths.join(folder, "FixtureLocation")
    return try TestHost(
      locations: """
        {"name": "fixture", "executable": "\(program)", "restart": {"initialDelay": "10ms"},
          "environment": {"FIXTURE": "\(mode)"}}
        """,
      members: members
    )
  }

  deinit {
    server.stop()
    host.stop()
    _ = host.waitUntilStopped(for: .seconds(20))
    do {
      try Files.removeTree(directory)
    } catch {
      // Teardown: what is left over lies in the temporary directory of the system.
    }
  }

  var state: StateDirectory { host.state }
  var port: UInt16 { server.endpoint.port }

  func client(_ way: Way) -> any APIClient {
    switch way {
    case .direct: DirectClient(Router(host))
    case .socket: RemoteClient(server.endpoint, timeout: .seconds(30))
    }
  }

  /// Launches a run and waits for its end.
  func finish(_ selection: String, by client: any APIClient) throws -> RunDetailDocument {
    try wait(for: client.post(APIPath.runs, RunRequest(selection: selection)), by: client)
  }

  func wait(for run: RunDocument, by client: any APIClient) throws -> RunDetailDocument {
    let query = ["run": run.id.text, "kind": "run.finished"]
    var isFinished = false
    try client.stream(.stream(APIPath.events, query: query)) { event in
      isFinished = event != nil
      return !isFinished
    }
    try #require(isFinished)
    return try client.get(APIPath.run(run.id.text))
  }
}

/// The two ways to call, between which nothing may differ.
enum Way: String, CaseIterable, CustomTestStringConvertible {
  case direct, socket
  var testDescription: String { rawValue }
}

extension APIResponse {
  var text: String { String(decoding: bytes, as: UTF8.self) }
}
