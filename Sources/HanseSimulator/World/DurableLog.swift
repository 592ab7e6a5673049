package import HanseCore
package import HanseModel

/// What is on disk, and what a host that starts learns from it.
///
/// What a host needs is kept up with each event, so that a start costs what is unfinished and not
/// what ever was.
package struct DurableLog: Sendable {
  package private(set) var events: [Event] = []
  /// The events of each run that has not finished.
  package private(set) var open: [RunID: [Event]] = [:]
  private var generations: [LocationName: Generation] = [:]
  /// The epoch of the last host that wrote to it.
  private var lastEpoch = HostEpoch(0)
  /// What people ordered of limits, as far as it still holds.
  private(set) var limitOrders = LimitOrders()
  private var rateDebts = RateDebts()
  private var latest: [AssetKey: MaterializationRecord] = [:]

  package init(events: [Event] = []) { append(events) }

  package var lastSequence: Int64 { events.last?.sequence ?? 0 }

  package mutating func append(_ new: some Sequence<Event>) {
    for event in new {
      events.append(event)
      note(event)
    }
  }

  private mutating func note(_ event: Event) {
    let record = event.record
    if let name = record.location, let generation = record.generation {
      // A log on disk knows nothing of the numbers of workers.
      let own = Generation(generation.number)
      generations[name] = max(generations[name] ?? own, own)
    }
    limitOrders.apply(record.payload, at: record.time)
    rateDebts.apply(record)
    if case .hostStarted(_, _, let epoch) = record.payload { lastEpoch = epoch }
    guard let run = record.run else { return }
    switch record.payload {
    case .runFinished: open[run] = nil
    case .materialized(let value):
      open[run]?.append(event)
      latest[value.asset] = MaterializationRecord(
        asset: value.asset,
        partition: value.partition,
        sequence: event.sequence,
        time: record.time,
        run: run,
        codeVersion: value.codeVersion,
        dataVersion: value.dataVersion,
        metadata: value.metadata
      )
    case .runCreated: open[run] = [event]
    default: open[run]?.append(event)
    }
  }

  /// What the next host starts from.
  package var past: ControlPlane.Past {
    var past = ControlPlane.Past(
      epoch: HostEpoch(lastEpoch.number + 1),
      nextSequence: lastSequence + 1,
      generations: generations,
      latest: latest
    )
    past.limitOrders = limitOrders
    if lastEpoch.number > 0 { past.rateDebts = rateDebts }
    return past
  }

  /// The runs that have not finished, folded from their events, in the order of their ids.
  package var unfinished: [RunProgress] {
    open.keys.sorted().compactMap { id in
      open[id].flatMap { RunProgress(id: id, folding: $0.lazy.map(\.record)) }
    }
  }
}
