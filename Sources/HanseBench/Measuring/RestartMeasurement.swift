import HanseHost
import HanseModel
import HanseStore
import HanseSystem

/// What crashes cost: how long until a step is known to be lost, until the location serves again,
/// and what many of them leave behind in the host's process.
struct RestartMeasurement {
  var restarts: Int
  var location: String
  /// Crashes before anything is counted: what is made once and kept is made then.
  private static let warmUps = 10

  func run() throws -> [String: Double] {
    let crashes = Self.warmUps + restarts
    let workload = Scenario.Workload(locations: 2, assetsEach: crashes, body: "crash")
    let workspace = try BenchWorkspace(workload, location: location)
    let host = try workspace.start()
    _ = try workspace.waitUntilLoaded(host, assets: workload.assets)
    let reader = try host.makeReader()
    var (lost, served): ([Double], [Double]) = ([], [])
    var before = try Holdings()
    for number in 0..<crashes {
      if number == Self.warmUps { before = try Holdings() }
      let times = try crash("l0/table_\(number)", host, reader)
      guard number >= Self.warmUps else { continue }
      lost.append(times.lost)
      served.append(times.served)
    }
    let after = try Holdings()
    try workspace.end(host)
    let (toLost, toServed) = (Statistics(lost), Statistics(served))
    return [
      "death to lost, p50": toLost.median,
      "death to lost, worst": toLost.max,
      "death to serving, p50": toServed.median,
      "death to serving, worst": toServed.max,
      "descriptors left": Double(after.descriptors - before.descriptors),
      "children left": Double(after.children - before.children),
      "memory a restart": (after.kilobytes - before.kilobytes) / Double(restarts),
    ]
  }

  /// Runs a step that ends its location's process; the times are in milliseconds.
  private func crash(
    _ asset: String,
    _ host: Host,
    _ reader: EventReader
  ) throws -> (lost: Double, served: Double) {
    let before = host.snapshot.locations[0].generation
    var durable = host.feed.durable
    let run = try host.launch(RunRequest(selection: asset))
    var died: UInt64?
    var lost: UInt64?
    while lost == nil {
      guard host.feed.wait(after: durable, for: .seconds(30)) else {
        throw BenchFailure("the loss of \(asset) was not noticed within 30 s")
      }
      durable = host.feed.durable
      for event in try reader.runEvents(run, after: 0, limit: 100) {
        switch event.record.payload {
        case .stepFailed(let failure, retryInMilliseconds: _):
          lost = MonotonicClock.nanoseconds()
          died = failure.standardErrorTail.last.flatMap { UInt64($0) }
        default: break
        }
      }
    }
    let snapshot = host.wait(for: .seconds(30)) { snapshot in
      snapshot.locations[0].generation > before && snapshot.locations[0].state == .running
    }
    let served = MonotonicClock.nanoseconds()
    guard let died, let lost, snapshot != nil else {
      throw BenchFailure("\(asset) left no stamp of its death, or its location does not come back")
    }
    return (Double(lost - died) / 1e6, Double(served - died) / 1e6)
  }

  /// What the host's process holds.
  private struct Holdings {
    var descriptors: Int
    /// Those that have ended and were not collected are among them.
    var children = 0
    var kilobytes: Double

    init() throws {
      descriptors = try Files.list("/proc/self/fd").count
      for task in try Files.list("/proc/self/task") {
        do throws(SystemError) {
          let path = "/proc/self/task/\(task)/children"
          let bytes = try Files.read(path, limitBytes: 1 << 16)
          children += String(decoding: bytes, as: UTF8.self).split(separator: " ").count
        } catch {
          // A thread that has just ended has no children.
          guard error.isNotFound || error.isNoSuchProcess else { throw error }
        }
      }
      kilobytes = Double(try SelfProcess.proportionalSetSizeBytes(SelfProcess.pid)) / 1024
    }
  }
}
