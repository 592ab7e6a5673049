import HanseAPI
import HanseHost
import HanseModel
import HanseStore
import HanseSystem

/// What a host that was killed in the middle of a large run costs the next one.
///
/// The first host is a process of its own, which is ended with SIGKILL once half of the run's steps
/// have finished; the second one is this process.
struct RecoveryMeasurement {
  var workload: Scenario.Workload
  var location: String

  func run() throws -> [String: Double] {
    let workspace = try BenchWorkspace(workload, location: location)
    try killOneInTheMiddle(of: workspace)
    let before = try EventReader.open(path: workspace.eventLog)
    let last = try before.lastSequence()
    let rows = try before.runs()
    guard let row = rows.first, rows.count == 1, !row.status.isFinished else {
      throw BenchFailure("the first host has left no run under way")
    }
    let asked = MonotonicClock.nanoseconds()
    let host = try workspace.start()
    let taken = MonotonicClock.nanoseconds()
    let resumed = try watchForStep(of: row.id, after: last, host)
    let server = try HTTPServer.start(host, options: HTTPServer.Options(port: 0))
    let runs: Page<RunDocument> = try RemoteClient(server.endpoint).get(APIPath.runs)
    let served = MonotonicClock.nanoseconds()
    guard let run = runs.items.first, let first = resumed.wait(taking: { $0 }) else {
      throw BenchFailure("run \(row.id) is not served")
    }
    let reader = try host.makeReader()
    try RunWait(host: host, reader: reader).wait(for: row.id, events: 3 * workload.assets)
    server.stop()
    try workspace.end(host)
    return [
      "started": Double(taken - asked) / 1e6,
      "served": Double(served - asked) / 1e6,
      "first step resumed": Double(try first.get() - asked) / 1e6,
      "steps that had finished": Double(run.steps.succeeded),
    ]
  }

  /// Runs the first host, and ends it when it says that half of the steps are done.
  private func killOneInTheMiddle(of workspace: BenchWorkspace) throws {
    let victim = try PipedChild(
      executable: try SelfProcess.executablePath(),
      ["--victim", workspace.file, "\(workload.assets)"]
    )
    var said: [UInt8] = []
    while said.last != UInt8(ascii: "\n") { try victim.read(into: &said) }
    try victim.kill()
  }

  /// When the first step of the second host has started, noted beside all else.
  private func watchForStep(
    of run: RunID,
    after last: Int64,
    _ host: Host
  ) throws -> Monitor<Result<UInt64, any Error>?> {
    let resumed = Monitor<Result<UInt64, any Error>?>(nil)
    try OSThread.start(name: "bench-first-step") {
      let first = Result { try firstStep(of: run, after: last, host) }
      resumed.update { $0 = first }
    }
    return resumed
  }

  private func firstStep(of run: RunID, after last: Int64, _ host: Host) throws -> UInt64 {
    let reader = try host.makeReader()
    var seen = last
    while host.feed.wait(after: seen, for: .seconds(60)) {
      let now = MonotonicClock.nanoseconds()
      let durable = host.feed.durable
      for event in try reader.runEvents(run, after: seen, limit: 10_000) {
        if case .stepStarted = event.record.payload { return now }
      }
      seen = durable
    }
    throw BenchFailure("run \(run) was not taken up within a minute")
  }
}

/// The host that is killed: says when half of a run's steps have finished, and goes on.
enum Victim {
  static func run(_ file: String, steps: Int) throws {
    let host = try BenchWorkspace.start(file)
    guard host.wait(for: .seconds(120), until: { $0.isSettled }) != nil else {
      throw BenchFailure("the locations were not loaded within two minutes")
    }
    let first = host.feed.durable
    let run = try host.launch(RunRequest(selection: "*"))
    // Each step's start, materialization and end.
    guard host.feed.wait(after: first + Int64(3 * steps / 2), for: .seconds(120)) else {
      throw BenchFailure("half of run \(run) was not done within two minutes")
    }
    try StandardStreams.standardOutput.writeAll(Array("half\n".utf8))
    // The end that is waited for is this process's.
    if let error = host.waitUntilStopped() { throw error }
  }
}
