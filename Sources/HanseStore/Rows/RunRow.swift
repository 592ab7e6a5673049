package import HanseModel

/// A run as it stands.
package struct RunRow: Hashable, Sendable {
  package var id: RunID
  /// The sequence number of the event that created it: the order of runs.
  package var createdSequence: Int64
  package var status: RunStatus
  package var selection: String
  package var partition: PartitionKey?
  package var trigger: String
  package var tags: [String: String]
  package var created: Timestamp
  package var started: Timestamp?
  package var finished: Timestamp?
  package var message: String?
  package var counts: StepCounts
  /// The queue that its steps wait in; nil for each location's own.
  package var queue: String?
  package var priority = 0
}

/// How many steps of a run are in each status.
package struct StepCounts: Hashable, Sendable {
  /// Those ready count too: being ready is no event.
  package var waiting = 0
  package var running = 0
  package var retrying = 0
  package var succeeded = 0
  package var failed = 0
  package var skipped = 0
  package var canceled = 0

  package init(
    waiting: Int = 0,
    running: Int = 0,
    retrying: Int = 0,
    succeeded: Int = 0,
    failed: Int = 0,
    skipped: Int = 0,
    canceled: Int = 0
  ) {
    self.waiting = waiting
    self.running = running
    self.retrying = retrying
    self.succeeded = succeeded
    self.failed = failed
    self.skipped = skipped
    self.canceled = canceled
  }

  package var total: Int { finished + waiting + running + retrying }
  package var finished: Int { succeeded + failed + skipped + canceled }

  package subscript(_ status: StepStatus) -> Int {
    get {
      switch status {
      case .waiting, .ready: waiting
      case .running: running
      case .retrying: retrying
      case .succeeded: succeeded
      case .failed: failed
      case .skipped: skipped
      case .canceled: canceled
      }
    }
    set {
      switch status {
      case .waiting, .ready: waiting = newValue
      case .running: running = newValue
      case .retrying: retrying = newValue
      case .succeeded: succeeded = newValue
      case .failed: failed = newValue
      case .skipped: skipped = newValue
      case .canceled: canceled = newValue
      }
    }
  }
}

/// What the beginning of a run's id leads to.
package enum RunLookup: Hashable, Sendable {
  case one(RunRow)
  case none
  /// Some of the runs that share the beginning, by id.
  case ambiguous([RunID])
}

/// Which runs to list, newest first.
package struct RunFilter: Hashable, Sendable {
  /// Empty for any.
  package var statuses: Set<RunStatus>
  package var limit: Int
  /// Only runs older than the one of this `createdSequence`: the last of the page before.
  package var before: Int64?

  package init(statuses: Set<RunStatus> = [], limit: Int = 100, before: Int64? = nil) {
    self.statuses = statuses
    self.limit = limit
    self.before = before
  }
}
