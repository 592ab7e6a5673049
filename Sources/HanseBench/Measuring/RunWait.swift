import HanseHost
import HanseModel
import HanseStore

/// Waits for the end of a run without asking the log after each commit.
struct RunWait {
  var host: Host
  var reader: EventReader

  /// Waits until a run has succeeded, and its last event is durable.
  ///
  /// - Parameters:
  ///   - run: Which.
  ///   - events: As many as it has at least; the log is not asked before there are so many.
  ///   - first: The log's last event before the run.
  /// - Throws: When it fails, or takes longer than two minutes.
  func wait(for run: RunID, events: Int, after first: Int64? = nil) throws {
    guard case .one(let row) = try reader.run(matching: run.text) else {
      throw BenchFailure("run \(run) is not in the log")
    }
    var seen = max(first ?? 0, row.createdSequence - 1) + Int64(events) - 1
    while true {
      guard host.feed.wait(after: seen, for: .seconds(120)) else {
        throw BenchFailure("run \(run) did not end within two minutes")
      }
      guard case .one(let row) = try reader.run(matching: run.text) else { continue }
      if row.status == .succeeded { return }
      if row.status.isFinished {
        throw BenchFailure("run \(run) ended as \(row.status): \(row.message ?? "")")
      }
      seen = host.feed.durable
    }
  }
}
