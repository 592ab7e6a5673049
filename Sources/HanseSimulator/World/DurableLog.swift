package import HanseCore
package import HanseModel

/// What is on disk, and what a host that starts learns from it.
package struct DurableLog: Sendable {
  package private(set) var events: [Event]

  package init(events: [Event] = []) { self.events = events }

  package var lastSequence: Int64 { events.last?.sequence ?? 0 }

  package mutating func append(_ new: some Sequence<Event>) { events.append(contentsOf: new) }

  mutating func change(_ change: (inout [Event]) -> Void) { change(&events) }

  /// The epoch of the last host that wrote to it.
  package var lastEpoch: HostEpoch? {
    for event in events.reversed() {
      if case .hostStarted(_, _, let epoch) = event.record.payload { return epoch }
    }
    return nil
  }

  /// What the next host starts from.
  package var past: ControlPlane.Past {
    var past = ControlPlane.Past(
      epoch: HostEpoch((lastEpoch?.number ?? 0) + 1),
      nextSequence: lastSequence + 1
    )
    for event in events {
      let record = event.record
      if let name = record.location, let generation = record.generation {
        past.generations[name] = max(past.generations[name] ?? generation, generation)
      }
      if case .materialized(let value) = record.payload, let run = record.run {
        past.latest[value.asset] = MaterializationRecord(
          asset: value.asset,
          partition: value.partition,
          sequence: event.sequence,
          time: record.time,
          run: run,
          codeVersion: value.codeVersion,
          dataVersion: value.dataVersion,
          metadata: value.metadata
        )
      }
    }
    return past
  }

  /// The runs that have not finished, folded from their events, in the order of their ids.
  package var unfinished: [RunProgress] {
    var records: [RunID: [EventRecord]] = [:]
    for event in events {
      guard let run = event.record.run else { continue }
      records[run, default: []].append(event.record)
      if case .runFinished = event.record.payload { records[run] = nil }
    }
    return records.keys.sorted().compactMap { id in
      records[id].flatMap { RunProgress(id: id, folding: $0) }
    }
  }
}
