import HanseAPI
import HanseHost
import HanseSystem

/// From the start of this process to the graph with all assets, and the memory on the way.
///
/// The HTTP server runs beside the host as it does in `hanse dev`, and is asked once all is loaded.
struct LoadMeasurement {
  var workload: Scenario.Workload
  var location: String

  /// The variable in which whoever starts this process says when it did.
  static let startVariable = "HANSE_BENCH_STARTED_NANOSECONDS"

  func run(_ aspect: Aspect) throws -> [String: Double] {
    let started =
      Environment.value(Self.startVariable).flatMap { UInt64($0) } ?? MonotonicClock.nanoseconds()
    let workspace = try BenchWorkspace(workload, location: location)
    let host = try workspace.start()
    let server = try HTTPServer.start(host, options: HTTPServer.Options(port: 0))
    let sampler = aspect == .memory ? try MemorySampler(host) : nil
    _ = try workspace.waitUntilLoaded(host, assets: workload.assets)
    let loaded = Double(MonotonicClock.nanoseconds() - started) / 1e6
    try check(RemoteClient(server.endpoint))
    let served = Double(MonotonicClock.nanoseconds() - started) / 1e6
    let peak = try sampler?.finish()
    server.stop()
    try workspace.end(host)
    guard let peak else { return ["loaded": loaded, "served": served] }
    return [
      "memory, all processes": Double(peak.all) / 1e6,
      "memory, host": Double(peak.host) / 1e6,
      "memory, largest child": Double(peak.child) / 1e6,
    ]
  }

  /// Asks for the graph as a client does.
  private func check(_ client: RemoteClient) throws {
    let health: HealthDocument = try client.get(APIPath.health)
    let query = ["limit": "100"]
    let page: Page<AssetDocument> = try client.get(APIPath.assets, query: query)
    guard health.isSettled, health.assetCount == workload.assets, !page.items.isEmpty else {
      throw BenchFailure("\(health.assetCount) of \(workload.assets) assets are served")
    }
  }
}
