package import HanseModel

/// One attempt at a step.
package struct AttemptRow: Hashable, Sendable {
  package var attempt: Int
  package var location: LocationName?
  package var generation: Generation?
  /// `running`, `succeeded`, `failed` or `canceled`.
  package var status: StepStatus
  package var queuedMilliseconds: Int64?
  package var started: Timestamp?
  package var finished: Timestamp?
  package var durationMilliseconds: Int64?
  package var failure: StepFailure?
  /// The delay before the attempt that came after it.
  package var retryInMilliseconds: Int64?

  init(attempt: Int, _ record: EventRecord) {
    self.attempt = attempt
    location = record.location
    generation = record.generation
    status = .running
  }

  /// The one attempt of a step that runs or has succeeded with its first; nil for any other step.
  ///
  /// Nearly all steps of a large run are such, and their events need not be read. The query for the
  /// events of the others has the same condition.
  init?(onlyOf step: StepRow) {
    guard step.attempts == 1, step.firstStarted != nil,
      step.status == .running || step.status == .succeeded
    else { return nil }
    attempt = 1
    location = step.location
    generation = step.generation
    status = step.status
    queuedMilliseconds = step.queuedMilliseconds
    started = step.lastStarted
    finished = step.finished
    durationMilliseconds = step.durationMilliseconds
  }

  /// The attempts that a step's events tell of, in order.
  ///
  /// An event that names no attempt is about the last one that started.
  package static func fold(_ events: [Event]) -> [AttemptRow] {
    var attempts: [AttemptRow] = []
    for event in events {
      let record = event.record
      guard let number = record.attempt ?? attempts.last?.attempt else { continue }
      if !attempts.contains(where: { $0.attempt == number }) {
        attempts.append(AttemptRow(attempt: number, record))
      }
      guard let index = attempts.firstIndex(where: { $0.attempt == number }) else { continue }
      attempts[index].apply(record)
    }
    return attempts.sorted { $0.attempt < $1.attempt }
  }

  private mutating func apply(_ record: EventRecord) {
    guard status == .running else { return }
    switch record.payload {
    case .stepStarted(let queued):
      started = record.time
      queuedMilliseconds = queued
    case .stepSucceeded(let duration):
      durationMilliseconds = duration
      finish(.succeeded, at: record.time)
    case .stepFailed(let failure, let retry):
      self.failure = failure
      retryInMilliseconds = retry
      finish(.failed, at: record.time)
    case .stepCanceled:
      finish(.canceled, at: record.time)
    default:
      break
    }
  }

  private mutating func finish(_ status: StepStatus, at time: Timestamp) {
    self.status = status
    finished = time
  }
}
