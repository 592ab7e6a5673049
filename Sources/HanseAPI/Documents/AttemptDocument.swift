package import HanseModel
import HanseStore

/// One attempt at a step.
package struct AttemptDocument: Hashable, Sendable {
  /// Counts from 1.
  package var attempt: Int
  package var location: LocationName?
  package var generation: Generation?
  /// `running`, `succeeded`, `failed` or `canceled`.
  package var status = StepStatus.running
  package var queuedMilliseconds: Int64?
  package var started: Timestamp?
  package var finished: Timestamp?
  package var durationMilliseconds: Int64?
  package var failure: StepFailure?
  /// The delay before the attempt that comes after it.
  package var retryInMilliseconds: Int64?

  package init(attempt: Int) { self.attempt = attempt }

  init(_ row: AttemptRow) {
    attempt = row.attempt
    location = row.location
    generation = row.generation
    status = row.status
    queuedMilliseconds = row.queuedMilliseconds
    started = row.started
    finished = row.finished
    durationMilliseconds = row.durationMilliseconds
    failure = row.failure
    retryInMilliseconds = row.retryInMilliseconds
  }
}

extension AttemptDocument: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("attempt", attempt)
    json.member("location", location)
    json.member("generation", generation)
    json.member("status", status)
    json.member("queuedMilliseconds", queuedMilliseconds)
    json.member("started", started)
    json.member("finished", finished)
    json.member("durationMilliseconds", durationMilliseconds)
    json.member("failure", failure)
    json.member("retryInMilliseconds", retryInMilliseconds)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(attempt: 0)
    try json.object { name, json throws(JSONError) in
      switch name {
      case "attempt": attempt = try json.int()
      case "location": location = try json.optional()
      case "generation": generation = try json.optional()
      case "status": status = try json.value()
      case "queuedMilliseconds": queuedMilliseconds = try json.optional()
      case "started": started = try json.optional()
      case "finished": finished = try json.optional()
      case "durationMilliseconds": durationMilliseconds = try json.optional()
      case "failure": failure = try json.optional()
      case "retryInMilliseconds": retryInMilliseconds = try json.optional()
      default: try json.skip()
      }
    }
  }
}
