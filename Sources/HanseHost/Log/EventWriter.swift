import HanseCore
import HanseModel
import HanseStore
import HanseSystem

/// The one thread that writes the event log: many events, one commit.
///
/// Whatever arrives while a commit is under way goes into the next one, so the busier it is the
/// larger its commits are. What waits is bounded by ``EventBacklog``, which holds back whoever sends
/// more than the disk takes.
final class EventWriter: Sendable {
  private struct Queue {
    var events: [Event] = []
    var isClosed = false
  }

  private let queue: Monitor<Queue>
  private let thread: OSThread

  /// Opens the log and begins to write.
  ///
  /// - Parameters:
  ///   - path: The database file.
  ///   - resumesRuns: Whether the runs that are not finished are wanted.
  ///   - prepare: Called with the events of each commit before it.
  ///   - durable: Called after each commit with the last sequence number that is now on disk.
  ///   - failed: Called once, when a commit failed; nothing is written after that.
  /// - Returns: The writer, and what the log knew.
  /// - Throws: ``HostError`` when the log cannot be opened.
  static func open(
    path: String,
    resumesRuns: Bool,
    beforeCommit prepare: (@Sendable ([Event]) -> Void)? = nil,
    durable: @escaping @Sendable (Int64) -> Void,
    failed: @escaping @Sendable (EventLogError) -> Void
  ) throws(HostError) -> (EventWriter, PastEvents) {
    let opened = Promise<Result<PastEvents, EventLogError>>()
    let queue = Monitor(Queue())
    let thread: OSThread
    do throws(SystemError) {
      thread = try OSThread.start(name: "hanse-log") {
        do throws(EventLogError) {
          let log = try EventLog.open(path: path)
          opened.fulfil(.success(try PastEvents(from: log, path: path, resumesRuns)))
          try write(to: log, from: queue, beforeCommit: prepare, durable: durable)
          log.close()
        } catch {
          opened.fulfil(.failure(error))
          failed(error)
        }
      }
    } catch {
      throw HostError(.system, "the event log's thread cannot be started: \(error)")
    }
    switch opened.wait() {
    case .success(let past): return (EventWriter(queue: queue, thread: thread), past)
    case .failure(let error):
      thread.join()
      throw HostError(.eventLog, error.description)
    }
  }

  private init(queue: Monitor<Queue>, thread: OSThread) {
    self.queue = queue
    self.thread = thread
  }

  /// Hands events over; they become durable in this order.
  func append(_ events: [Event]) {
    queue.update { $0.events += events }
  }

  /// Writes what is left and closes the log.
  func close() {
    queue.update { $0.isClosed = true }
    thread.join()
  }

  private static func write(
    to log: EventLog,
    from queue: Monitor<Queue>,
    beforeCommit prepare: (@Sendable ([Event]) -> Void)?,
    durable: @Sendable (Int64) -> Void
  ) throws(EventLogError) {
    while true {
      let batch = queue.wait(untilMilliseconds: nil) { queue -> [Event]? in
        guard !queue.events.isEmpty || queue.isClosed else { return nil }
        defer { queue.events = [] }
        return queue.events
      }
      guard let batch, let last = batch.last else { return }
      prepare?(batch)
      let first = try log.append(batch.map(\.record))
      precondition(first == batch[0].sequence, "event \(batch[0].sequence) was written as \(first)")
      durable(last.sequence)
    }
  }
}
