import HanseHost
import HanseModel
import HanseStore
import HanseSystem

/// From the request for a run to its step's body, by the stamp that the body leaves.
struct LaunchMeasurement {
  var runs: Int
  var location: String
  private static let warmUps = 30

  func run() throws -> [String: Double] {
    let workload = Scenario.Workload(locations: 1, assetsEach: 100, body: "stamp")
    let workspace = try BenchWorkspace(workload, location: location)
    let host = try workspace.start()
    _ = try workspace.waitUntilLoaded(host, assets: workload.assets)
    let reader = try host.makeReader()
    var starts: [Double] = []
    var ends: [Double] = []
    for number in 0..<(Self.warmUps + runs) {
      let (start, end) = try launch(RunRequest(selection: "l0/table_7"), host, reader)
      guard number >= Self.warmUps else { continue }
      starts.append(start)
      ends.append(end)
    }
    try workspace.end(host)
    let (toStart, toEnd) = (Statistics(starts), Statistics(ends))
    return [
      "p50": toStart.median,
      "p99": toStart.percentile(99),
      "p50 to the end of the run": toEnd.median,
    ]
  }

  /// Runs one run; the times are in milliseconds.
  private func launch(
    _ request: RunRequest,
    _ host: Host,
    _ reader: EventReader
  ) throws -> (start: Double, end: Double) {
    let asked = MonotonicClock.nanoseconds()
    let run = try host.launch(request)
    try RunWait(host: host, reader: reader).wait(for: run, events: 6)
    let ended = MonotonicClock.nanoseconds()
    for event in try reader.runEvents(run, after: 0, limit: 100) {
      guard case .materialized(let value) = event.record.payload,
        case .integer(let stamp)? = value.metadata["startedNanoseconds"]
      else { continue }
      return (Double(UInt64(stamp) - asked) / 1e6, Double(ended - asked) / 1e6)
    }
    throw BenchFailure("run \(run) has no stamp of its body")
  }
}
