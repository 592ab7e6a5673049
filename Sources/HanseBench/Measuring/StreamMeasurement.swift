import HanseAPI
import HanseHost
import HanseModel
import HanseSystem

/// How long an event is on its way from the event log to a reader of the API's stream.
struct StreamMeasurement {
  var runs: Int
  var location: String
  private static let warmUps = 30

  func run() throws -> [String: Double] {
    let workload = Scenario.Workload(locations: 1, assetsEach: 100)
    let workspace = try BenchWorkspace(workload, location: location)
    let host = try workspace.start()
    let server = try HTTPServer.start(host, options: HTTPServer.Options(port: 0))
    _ = try workspace.waitUntilLoaded(host, assets: workload.assets)
    let first = host.feed.durable
    let (committed, come) = (Monitor<[Int64: UInt64]>([:]), Monitor<[Int64: UInt64]>([:]))
    let watcher = try OSThread.start(name: "bench-commits") {
      var seen = first
      while host.feed.wait(after: seen, for: .seconds(60)) {
        let now = MonotonicClock.nanoseconds()
        seen = host.feed.durable
        committed.update { [seen] in $0[seen] = now }
      }
    }
    let reader = try read(RemoteClient(server.endpoint), after: first, into: come)
    let asker = RunWait(host: host, reader: try host.makeReader())
    for _ in 0..<(Self.warmUps + runs) {
      try asker.wait(for: try host.launch(RunRequest(selection: "l0/table_7")), events: 6)
      let last = host.feed.durable
      guard
        come.wait(
          untilMilliseconds: MonotonicClock.milliseconds(after: .seconds(60)),
          until: {
            $0[last] != nil
          }
        )
      else { throw BenchFailure("event \(last) has not come within a minute") }
    }
    server.stop()
    try workspace.end(host)
    watcher.join()
    reader.join()
    return try figures(committed.withLock { $0 }, come.withLock { $0 }, after: first)
  }

  /// Notes when each event has come, until the server ends the stream.
  private func read(
    _ client: RemoteClient,
    after first: Int64,
    into come: Monitor<[Int64: UInt64]>
  ) throws -> OSThread {
    try OSThread.start(name: "bench-stream") {
      do throws(APIFailure) {
        try client.stream(.stream(APIPath.events, query: ["after": "\(first)"])) { event in
          let now = MonotonicClock.nanoseconds()
          if let event { come.update { $0[event.sequence] = now } }
          return true
        }
      } catch {
        // What has not come is missed by whoever waits for it.
      }
    }
  }

  private func figures(
    _ committed: [Int64: UInt64],
    _ come: [Int64: UInt64],
    after first: Int64
  ) throws -> [String: Double] {
    let delays = committed.keys.sorted().dropFirst(Self.warmUps).compactMap { sequence in
      committed[sequence].flatMap { start in
        // The reader's thread may be the first that the commit wakes.
        come[sequence].map { Double($0 > start ? $0 - start : 0) / 1e3 }
      }
    }
    guard !delays.isEmpty else { throw BenchFailure("no event after \(first) was timed") }
    let statistics = Statistics(delays)
    return ["p50": statistics.median, "p99": statistics.percentile(99)]
  }
}
