import HanseHost
import HanseSystem

/// From the start of this process to the graph with all assets, and the memory on the way.
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
    let sampler = aspect == .memory ? try MemorySampler(host) : nil
    _ = try workspace.waitUntilLoaded(host, assets: workload.assets)
    let loaded = Double(MonotonicClock.nanoseconds() - started) / 1e6
    let peak = try sampler?.finish()
    try workspace.end(host)
    guard let peak else { return ["loaded": loaded] }
    return [
      "memory, all processes": Double(peak.all) / 1e6,
      "memory, host": Double(peak.host) / 1e6,
      "memory, largest child": Double(peak.child) / 1e6,
    ]
  }
}
