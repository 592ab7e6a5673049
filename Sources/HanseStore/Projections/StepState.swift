internal import HanseModel

/// What the events say about one step, but for what its plan says.
///
/// A finished step stays as it is, and what comes from an older attempt changes nothing.
struct StepState: Hashable {
  var status = StepStatus.waiting
  var attempts = 0
  var generation: Generation?
  var queuedMilliseconds: Int64?
  var firstStarted: Timestamp?
  var lastStarted: Timestamp?
  var finished: Timestamp?
  var durationMilliseconds: Int64?
  /// JSON: the writer passes it on and never looks inside.
  var failure: String?
  var skippedBecause: StepKey?
  var message: String?

  /// Returns whether anything changed.
  mutating func apply(_ record: EventRecord) -> Bool {
    guard !status.isFinished, (record.attempt ?? .max) >= attempts else { return false }
    switch record.payload {
    case .stepStarted(let queued):
      status = .running
      attempts = max(attempts, record.attempt ?? attempts + 1)
      generation = record.generation
      queuedMilliseconds = queued
      firstStarted = firstStarted ?? record.time
      lastStarted = record.time
    case .stepSucceeded(let duration):
      durationMilliseconds = duration
      failure = nil
      finish(.succeeded, record)
    case .stepCoalesced(let run):
      message = "run \(run) made it for this one too"
      failure = nil
      finish(.succeeded, record)
    case .stepFailed(let failure, nil):
      self.failure = JSONWriter.text(failure)
      finish(.failed, record)
    case .stepFailed(let failure, .some):
      self.failure = JSONWriter.text(failure)
      attempts = max(attempts, record.attempt ?? attempts)
      status = .retrying
    case .stepSkipped(let because):
      skippedBecause = because
      finish(.skipped, record)
    case .stepCanceled(let message, _):
      self.message = message
      finish(.canceled, record)
    default:
      return false
    }
    return true
  }

  private mutating func finish(_ status: StepStatus, _ record: EventRecord) {
    self.status = status
    attempts = max(attempts, record.attempt ?? attempts)
    finished = record.time
  }
}
