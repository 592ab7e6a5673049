package import HanseModel

/// The latest result of an asset check.
package struct CheckRow: Hashable, Sendable {
  package var result: CheckResult
  package var partition: PartitionKey?
  package var run: RunID?
  package var time: Timestamp
  package var sequence: Int64
  /// Whether what it found is left out, for want of room.
  package private(set) var isAbridged = false

  /// What an event says; nil for one that is not of a check.
  package init?(_ event: Event) {
    guard case .checked(let result) = event.record.payload else { return nil }
    self.result = result
    partition = event.record.partition
    run = event.record.run
    time = event.record.time
    sequence = event.sequence
  }

  mutating func abridge() {
    isAbridged = true
    result.description = nil
    result.metadata = [:]
  }
}

extension MaterializationRecord {
  /// What an event says; nil for one that is not of a materialization.
  package init?(_ event: Event) {
    guard case .materialized(let materialization) = event.record.payload else { return nil }
    self.init(
      asset: materialization.asset,
      partition: materialization.partition ?? event.record.partition,
      sequence: event.sequence,
      time: event.record.time,
      run: event.record.run ?? "",
      codeVersion: materialization.codeVersion,
      dataVersion: materialization.dataVersion,
      metadata: materialization.metadata
    )
  }
}
