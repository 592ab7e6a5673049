package import HanseModel
package import HanseStore

/// One run, as every listing shows it.
package struct RunDocument: Hashable, Sendable {
  package var id: RunID
  package var status: RunStatus
  package var selection: String
  package var partition: PartitionKey?
  package var trigger: String
  package var tags: [String: String]
  package var created: Timestamp
  package var started: Timestamp?
  package var finished: Timestamp?
  package var message: String?
  /// The queue that it was launched for, or moved to; nil for each location's own.
  package var queue: String?
  /// From -1000 to 1000; 0 where nobody said anything.
  package var priority = 0
  package var steps: StepCounts
  /// The sequence number of the event that created it: the order of runs.
  package var sequence: Int64

  package init(_ row: RunRow) {
    id = row.id
    status = row.status
    selection = row.selection
    partition = row.partition
    trigger = row.trigger
    tags = row.tags
    created = row.created
    started = row.started
    finished = row.finished
    message = row.message
    (queue, priority) = (row.queue, row.priority)
    steps = row.counts
    sequence = row.createdSequence
  }
}

extension RunDocument: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    writeMembers(to: &json)
    json.endObject()
  }

  func writeMembers(to json: inout JSONWriter) {
    json.member("id", id)
    json.member("status", status)
    json.member("selection", selection)
    json.member("partition", partition)
    json.member("trigger", trigger)
    json.member("tags", tags)
    json.member("created", created)
    json.member("started", started)
    json.member("finished", finished)
    json.member("message", message)
    json.member("queue", queue)
    json.member("priority", priority)
    json.name("stepCounts")
    steps.write(to: &json)
    json.member("sequence", sequence)
  }

  init() {
    id = ""
    status = .queued
    selection = ""
    trigger = ""
    tags = [:]
    created = Timestamp(milliseconds: 0)
    steps = StepCounts()
    sequence = 0
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init()
    try json.object { name, json throws(JSONError) in
      if try !readMember(name, from: &json) { try json.skip() }
    }
  }

  /// Reads one of the members of a run; false for another, which is not read.
  mutating func readMember(
    _ name: String,
    from json: inout JSONReader
  ) throws(JSONError) -> Bool {
    switch name {
    case "id": id = try json.value()
    case "status": status = try json.value()
    case "selection": selection = try json.string()
    case "partition": partition = try json.optional()
    case "trigger": trigger = try json.string()
    case "tags": tags = try json.dictionary()
    case "created": created = try json.value()
    case "started": started = try json.optional()
    case "finished": finished = try json.optional()
    case "message": message = try json.optional()
    case "queue": queue = try json.optional()
    case "priority": priority = try json.int()
    case "stepCounts": steps = try StepCounts(from: &json)
    case "sequence": sequence = try json.int64()
    default: return false
    }
    return true
  }
}

extension StepCounts: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("total", total)
    json.member("waiting", waiting)
    json.member("running", running)
    json.member("retrying", retrying)
    json.member("succeeded", succeeded)
    json.member("failed", failed)
    json.member("skipped", skipped)
    json.member("canceled", canceled)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init()
    try json.object { name, json throws(JSONError) in
      switch name {
      case "waiting": waiting = try json.int()
      case "running": running = try json.int()
      case "retrying": retrying = try json.int()
      case "succeeded": succeeded = try json.int()
      case "failed": failed = try json.int()
      case "skipped": skipped = try json.int()
      case "canceled": canceled = try json.int()
      default: try json.skip()
      }
    }
  }
}
