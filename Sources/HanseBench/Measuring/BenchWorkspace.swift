import HanseGraph
import HanseHost
import HanseModel
import HanseSystem
import HanseWorkspace

/// A folder with a generated workspace.json, and a host on it.
struct BenchWorkspace {
  let directory: String
  let file: String

  /// Where a host keeps what happened.
  var eventLog: String { StateDirectory(path: Paths.join(directory, ".hanse")).eventLog }

  /// Steps at once in one location, and locations times that in the workspace.
  static let concurrentSteps = 32

  /// Writes the workspace.
  init(_ workload: Scenario.Workload, location: String) throws {
    directory = try Files.makeTemporaryDirectory(prefix: "hanse-bench")
    file = Paths.join(directory, WorkspaceFile.name)
    let entries = (0..<workload.locations).map { index in
      JSONValue.object([
        .init("name", .string("l\(index)")),
        .init("executable", .string(location)),
        .init(
          "environment",
          .object([
            .init("BENCH_NAME", .string("l\(index)")),
            .init("BENCH_ASSETS", .string("\(workload.assetsEach)")),
            .init("BENCH_SHAPE", .string(workload.isChain ? "chain" : "independent")),
            .init("BENCH_BODY", .string(workload.body)),
          ])
        ),
      ])
    }
    let steps = Int64(Self.concurrentSteps * workload.locations)
    let workspace = JSONValue.object([
      .init("version", .integer(1)),
      .init("name", .string("bench")),
      .init("locations", .array(entries)),
      .init(
        "limits",
        .object([.init("concurrentSteps", .integer(min(steps, 1000)))])
      ),
    ])
    try Files.writeAtomically(file, JSONWriter.encode(workspace), durably: false)
  }

  /// Reads the workspace and starts a host on it.
  func start() throws -> Host { try Self.start(file) }

  static func start(_ file: String) throws -> Host {
    let load = WorkspaceFile.load(path: file)
    guard let workspace = load.workspace, load.errors.isEmpty else {
      throw BenchFailure("the generated workspace is wrong: \(load.errors)")
    }
    let configuration = HostConfiguration(
      workspace: workspace,
      version: "bench",
      environment: Environment.all()
    )
    return try Host.start(configuration)
  }

  /// Waits until the graph holds all assets.
  func waitUntilLoaded(_ host: Host, assets: Int) throws -> HostSnapshot {
    let limit = Duration.seconds(120)
    guard let snapshot = host.wait(for: limit, until: { $0.isSettled }) else {
      throw BenchFailure("the locations were not loaded within \(limit)")
    }
    guard snapshot.graph.nodeCount == assets, snapshot.diagnostics.isEmpty else {
      let found = snapshot.graph.nodeCount
      throw BenchFailure("\(found) of \(assets) assets were loaded: \(snapshot.diagnostics)")
    }
    return snapshot
  }

  /// Ends the host and removes the folder.
  func end(_ host: Host) throws {
    host.stop()
    if let error = host.waitUntilStopped() { throw error }
    try Files.removeTree(directory)
  }
}
