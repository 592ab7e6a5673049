import HanseHost
import HanseModel
import HanseSystem

/// Steps in a second of one run, from its request to its durable end.
struct ThroughputMeasurement {
  var workload: Scenario.Workload
  var location: String

  func run() throws -> [String: Double] {
    let workspace = try BenchWorkspace(workload, location: location)
    let host = try workspace.start()
    _ = try workspace.waitUntilLoaded(host, assets: workload.assets)
    let reader = try host.makeReader()
    let asked = MonotonicClock.nanoseconds()
    let run = try host.launch(RunRequest(selection: "*"))
    // The run's creation, start and end; each step's start, materialization and end.
    try RunWait(host: host, reader: reader).wait(for: run, events: 3 * workload.assets + 3)
    let seconds = Double(MonotonicClock.nanoseconds() - asked) / 1e9
    try workspace.end(host)
    return ["rate": Double(workload.assets) / seconds]
  }
}
