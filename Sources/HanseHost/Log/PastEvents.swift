import HanseCore
import HanseModel
import HanseStore

/// What an earlier host left in the log.
struct PastEvents: Sendable {
  var epoch: HostEpoch
  var lastSequence: Int64
  var generations: [LocationName: Generation]
  var orders: [LocationName: LocationOrders]
  var limitOrders: LimitOrders
  var rateDebts: RateDebts
  var latest: [MaterializationRecord]
  var latestOfPartitions: [MaterializationRecord]
  /// The runs that are not finished, as far as their events say; none when nobody wants them.
  var runs: [RunProgress] = []

  /// Begins a new epoch and reads what is not finished.
  init(from log: EventLog, path: String, _ resumesRuns: Bool) throws(EventLogError) {
    epoch = try log.beginEpoch(at: Clock.wall())
    generations = try log.lastGenerations()
    orders = try log.locationOrders()
    limitOrders = try log.limitOrders()
    rateDebts = try log.rateDebts()
    let reader = try EventReader.open(path: path)
    lastSequence = try reader.lastSequence()
    latest = try reader.latestMaterializations()
    latestOfPartitions = try reader.latestMaterializationsOfPartitions()
    guard resumesRuns else { return }
    for row in try log.unfinishedRuns() {
      if let run = try Self.progress(of: row, reader) { runs.append(run) }
    }
  }

  /// Folds a run's events one after the other: a long run costs its state in memory, not its log.
  private static func progress(
    of row: RunRow,
    _ reader: EventReader
  ) throws(EventLogError) -> RunProgress? {
    guard let creation = try reader.plan(of: row.id) else { return nil }
    var progress = RunProgress(id: row.id, creation: creation, createdAt: row.created)
    let filter = EventFilter(run: row.id, excludedKinds: RunProgress.ignoredKinds)
    try reader.forEachEvent(after: row.createdSequence, filter: filter) { event in
      progress.apply(event.record)
    }
    return progress
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
    limitOrders = log.limitOrders
    rateDebts = log.epoch.number > 1 ? log.rateDebts : nil
    definitions = kept.definitions
    binaries = kept.binaries
    keepingProblems = kept.notes
  }
}
