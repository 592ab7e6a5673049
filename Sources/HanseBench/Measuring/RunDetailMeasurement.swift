import HanseAPI
import HanseHost
import HanseModel
import HanseSystem

/// What it costs to ask for a large run with all its steps over HTTP.
struct RunDetailMeasurement {
  var workload: Scenario.Workload
  var location: String
  private static let calls = 50
  private static let warmUps = 5

  func run() throws -> [String: Double] {
    let workspace = try BenchWorkspace(workload, location: location)
    let host = try workspace.start()
    let server = try HTTPServer.start(host, options: HTTPServer.Options(port: 0))
    _ = try workspace.waitUntilLoaded(host, assets: workload.assets)
    let run = try host.launch(RunRequest(selection: "*"))
    let wait = RunWait(host: host, reader: try host.makeReader())
    try wait.wait(for: run, events: 3 * workload.assets + 3)
    let client = RemoteClient(server.endpoint)
    var times: [Double] = []
    var bytes = 0
    for number in 0..<(Self.warmUps + Self.calls) {
      let asked = MonotonicClock.nanoseconds()
      let response = try client.send(.get(APIPath.run(run.text)))
      let milliseconds = Double(MonotonicClock.nanoseconds() - asked) / 1e6
      bytes = response.bytes.count
      if number >= Self.warmUps { times.append(milliseconds) }
      if number == 0 { try check(response) }
    }
    server.stop()
    try workspace.end(host)
    let statistics = Statistics(times)
    return [
      "p50": statistics.median, "p99": statistics.percentile(99), "answer": Double(bytes) / 1e6,
    ]
  }

  private func check(_ response: APIResponse) throws {
    let detail: RunDetailDocument = try response.document()
    guard detail.steps.count == workload.assets, detail.run.status == .succeeded else {
      throw BenchFailure("\(detail.steps.count) of \(workload.assets) steps are told")
    }
  }
}
