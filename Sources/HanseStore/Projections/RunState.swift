internal import HanseModel

/// What the events say about one run, but for what its request says and nothing changes.
///
/// A finished run keeps its status; the counts follow its steps even then.
struct RunState: Hashable {
  var createdSequence: Int64
  var status: RunStatus
  var created: Timestamp
  var started: Timestamp?
  var finished: Timestamp?
  var message: String?
  var counts: StepCounts
  var queue: String?
  var priority: Int

  init(created event: Int64, at time: Timestamp, steps: Int, _ request: RunRequest) {
    (queue, priority) = (request.queue, request.priority)
    createdSequence = event
    status = .queued
    created = time
    counts = StepCounts(waiting: steps)
  }

  init(_ row: RunRow) {
    createdSequence = row.createdSequence
    status = row.status
    created = row.created
    started = row.started
    finished = row.finished
    message = row.message
    counts = row.counts
    (queue, priority) = (row.queue, row.priority)
  }

  /// Returns whether anything changed.
  mutating func apply(_ record: EventRecord) -> Bool {
    guard !status.isFinished else { return false }
    switch record.payload {
    case .runStarted where status == .queued:
      status = .running
      started = record.time
    case .runCanceling where status != .canceling:
      status = .canceling
    case .runFinished(let final, let message) where final.isFinished:
      status = final
      finished = record.time
      self.message = message
    case .runRequeued(let queue, let priority, _, _):
      (self.queue, self.priority) = (queue, priority)
    default:
      return false
    }
    return true
  }

  mutating func moveStep(from old: StepStatus, to new: StepStatus) {
    counts[old] -= 1
    counts[new] += 1
  }
}
