import HanseCore
import HanseModel
import HanseStore
import HanseSystem

/// The one thread that writes the event log: many events, one commit.
///
/// Whatever arrives while a commit is under way goes into the next one, so the busier it is the
/// larger its commits are.
final class EventWriter: Sendable {
  private struct Queue {
    var events: [Event] = []
    var isClosed = false
  }

  /// What the log knew when it was opened.
  struct Opened: Sendable {
    var past: PastEvents
    var schemaVersion: Int
  }

  private let queue: Monitor<Queue>
  private let thread: OSThread

  /// Opens the log and begins to write.
  ///
  /// - Parameters:
  ///   - path: The database file.
  ///   - durable: Called after each commit with the last sequence number that is now on disk.
  ///   - failed: Called once, when a commit failed; nothing is written after that.
  /// - Returns: The writer, and what the log knew.
  /// - Throws: ``HostError`` when the log cannot be opened.
  static func open(
    path: String,
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
          opened.fulfil(.success(try PastEvents(from: log, path: path)))
          try write(to: log, from: queue, durable: durable)
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
      throw HostError(.eventLog, "the event log \(path) cannot be opened: \(error)")
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
    durable: @Sendable (Int64) -> Void
  ) throws(EventLogError) {
    while true {
      let batch = queue.wait(untilMilliseconds: nil) { queue -> [Event]? in
        guard !queue.events.isEmpty || queue.isClosed else { return nil }
        defer { queue.events = [] }
        return queue.events
      }
      guard let batch, let last = batch.last else { return }
      let first = try log.append(batch.map(\.record))
      precondition(first == batch[0].sequence, "event \(batch[0].sequence) was written as \(first)")
      durable(last.sequence)
    }
  }
}

/// What an earlier host left in the log.
struct PastEvents: Sendable {
  var epoch: HostEpoch
  var lastSequence: Int64
  var generations: [LocationName: Generation]
  var orders: [LocationName: LocationOrders]
  var latest: [MaterializationRecord]
  var latestOfPartitions: [MaterializationRecord]
  var unfinished: [UnfinishedRun]

  struct UnfinishedRun: Sendable {
    var id: RunID
    var events: [Event]
  }

  /// Begins a new epoch and reads what is not finished.
  init(from log: EventLog, path: String) throws(EventLogError) {
    epoch = try log.beginEpoch(at: Clock.wall())
    generations = try log.lastGenerations()
    orders = try log.locationOrders()
    let reader = try EventReader.open(path: path)
    lastSequence = try reader.lastSequence()
    latest = try reader.latestMaterializations()
    latestOfPartitions = try reader.latestMaterializationsOfPartitions()
    unfinished = []
    for run in try log.unfinishedRuns() {
      let events = try reader.runEvents(run.id, after: 0, limit: .max)
      unfinished.append(UnfinishedRun(id: run.id, events: events))
    }
  }
}

extension PastEvents {
  /// The unfinished runs, folded from their events.
  var runs: [RunProgress] {
    unfinished.compactMap { run in
      guard let first = run.events.first, case .runCreated(let creation) = first.record.payload
      else { return nil }
      var progress = RunProgress(id: run.id, creation: creation, createdAt: first.record.time)
      for event in run.events.dropFirst() { progress.apply(event.record) }
      return progress
    }
  }
}

extension ControlPlane.Past {
  /// What the log and the kept generations know together.
  init(_ log: PastEvents, _ kept: KeptGenerations) {
    self.init(
      epoch: log.epoch,
      nextSequence: log.lastSequence + 1,
      generations: log.generations,
      latest: Dictionary(log.latest.map { ($0.asset, $0) }) {
        $0.sequence > $1.sequence ? $0 : $1
      },
      latestOfPartitions: log.latestOfPartitions
    )
    orders = log.orders
    definitions = kept.definitions
    binaries = kept.binaries
    keepingProblems = kept.notes
  }
}
