package import HanseModel

/// A connection that only reads: cheap to open, one per thread, also in another process.
///
/// It sees what is committed, never waits for the writer, and never checkpoints.
package final class EventReader: EventSource {
  /// The runs named when a beginning fits several.
  private static let shownRuns = 10

  package let path: String
  private let database: Database

  private init(_ database: Database) {
    path = database.path
    self.database = database
  }

  /// Opens a file that a writer has made.
  package static func open(path: String) throws(EventLogError) -> EventReader {
    do throws(EventLogError) {
      let database = try Database(path: path, mode: .readOnly)
      try database.checkIsEventLog()
      try database.checkIsNotTooNew()
      try database.prepareForReading()
      return EventReader(database)
    } catch {
      throw error.during("opening it for reading")
    }
  }

  package func snapshot<Result>(
    _ body: () throws(EventLogError) -> Result
  ) throws(EventLogError) -> Result {
    try database.transaction(.snapshot, body)
  }

  // MARK: Events

  package func lastSequence() throws(EventLogError) -> Int64 {
    try read("reading the last sequence") { db throws(EventLogError) in try db.lastSequence() }
  }

  package func event(sequence: Int64) throws(EventLogError) -> Event? {
    try read("reading event \(sequence)") { db throws(EventLogError) in
      try db.event(sequence: sequence)
    }
  }

  package func events(
    after: Int64,
    limit: Int,
    filter: EventFilter = EventFilter()
  ) throws(EventLogError) -> [Event] {
    try read("reading events") { db throws(EventLogError) in
      try db.events(.after(after), limit: limit, filter: filter)
    }
  }

  package func events(
    before: Int64,
    limit: Int,
    filter: EventFilter = EventFilter()
  ) throws(EventLogError) -> [Event] {
    try read("reading events") { db throws(EventLogError) in
      try db.events(.before(before), limit: limit, filter: filter)
    }
  }

  /// A page of events that ends with a number or with some bytes, whatever comes first.
  package func page(
    after: Int64,
    limit: Int,
    limitBytes: Int,
    filter: EventFilter = EventFilter()
  ) throws(EventLogError) -> EventPage {
    try read("reading events") { db throws(EventLogError) in
      try db.page(.after(after), limit: limit, limitBytes: limitBytes, filter: filter)
    }
  }

  /// The same, newest first.
  package func page(
    before: Int64,
    limit: Int,
    limitBytes: Int,
    filter: EventFilter = EventFilter()
  ) throws(EventLogError) -> EventPage {
    try read("reading events") { db throws(EventLogError) in
      try db.page(.before(before), limit: limit, limitBytes: limitBytes, filter: filter)
    }
  }

  // MARK: Runs

  package func runs(_ filter: RunFilter = RunFilter()) throws(EventLogError) -> [RunRow] {
    try read("reading runs") { db throws(EventLogError) in try db.runs(filter) }
  }

  package func unfinishedRuns() throws(EventLogError) -> [RunRow] {
    try read("reading runs") { db throws(EventLogError) in try db.unfinishedRuns() }
  }

  package func run(matching prefix: String) throws(EventLogError) -> RunLookup {
    try read("looking for a run") { db throws(EventLogError) in
      // A whole id is never ambiguous, even when another begins with it.
      if let run = try db.run(RunID(prefix)) { return .one(run) }
      let found = try db.runs(prefix: prefix, limit: Self.shownRuns)
      guard let first = found.first else { return .none }
      return found.count == 1 ? .one(first) : .ambiguous(found.map(\.id))
    }
  }

  package func steps(of run: RunID) throws(EventLogError) -> [StepRow] {
    var details = DetailBudget.unlimited
    return try steps(of: run, &details)
  }

  /// The steps of a run in plan order; failures that have no room in `details` are shortened.
  package func steps(
    of run: RunID,
    _ details: inout DetailBudget
  ) throws(EventLogError) -> [StepRow] {
    try read("reading the steps of run \(run)") { db throws(EventLogError) in
      try db.steps(of: run, &details)
    }
  }

  /// How many steps a run has.
  package func stepCount(of run: RunID) throws(EventLogError) -> Int {
    try read("counting the steps of run \(run)") { db throws(EventLogError) in
      try db.stepCount(of: run)
    }
  }

  package func plan(of run: RunID) throws(EventLogError) -> EventPayload.RunCreation? {
    try read("reading the plan of run \(run)") { db throws(EventLogError) in
      guard let row = try db.run(run), let event = try db.event(sequence: row.createdSequence),
        case .runCreated(let creation) = event.record.payload
      else { return nil }
      return creation
    }
  }

  package func attempts(
    of step: StepKey,
    in run: RunID
  ) throws(EventLogError) -> [AttemptRow] {
    let kinds = ["step.started", "step.succeeded", "step.failed", "step.canceled"]
    let filter = EventFilter(run: run, step: step, kinds: kinds)
    return AttemptRow.fold(try events(after: 0, limit: .max, filter: filter))
  }

  /// The attempts at each of a run's steps, with all that is known of their failures.
  package func attempts(
    of run: RunID,
    steps: [StepRow]
  ) throws(EventLogError) -> [StepKey: [AttemptRow]] {
    var details = DetailBudget.unlimited
    return try attempts(of: run, steps: steps, &details)
  }

  /// The attempts at each of a run's steps, by step; a step that was never tried has no entry.
  ///
  /// - Parameters:
  ///   - run: Which run.
  ///   - steps: Its steps, as ``steps(of:)`` reads them at the same moment.
  ///   - details: What there is room for; failures that have none are shortened.
  /// - Returns: The attempts of each step, in order.
  /// - Throws: ``EventLogError`` when they cannot be read.
  package func attempts(
    of run: RunID,
    steps: [StepRow],
    _ details: inout DetailBudget
  ) throws(EventLogError) -> [StepKey: [AttemptRow]] {
    try read("reading the attempts of run \(run)") { db throws(EventLogError) in
      var attempts: [StepKey: [AttemptRow]] = Dictionary(minimumCapacity: steps.count)
      for step in steps {
        if let only = AttemptRow(onlyOf: step) { attempts[step.key] = [only] }
      }
      let told = Dictionary(grouping: try db.attemptEvents(of: run, &details)) {
        $0.record.step ?? ""
      }
      for (step, events) in told { attempts[step] = AttemptRow.fold(events) }
      return attempts
    }
  }

  /// Calls `body` with each event that the filter lets pass, oldest first, and keeps none.
  ///
  /// `body` must not read from this reader.
  package func forEachEvent(
    after: Int64 = 0,
    filter: EventFilter,
    _ body: (Event) throws(EventLogError) -> Void
  ) throws(EventLogError) {
    try forEachSizedEvent(after: after, filter: filter) { event, _ throws(EventLogError) in
      try body(event)
    }
  }

  /// The same, with the size of the event's stored data in bytes.
  package func forEachSizedEvent(
    after: Int64 = 0,
    filter: EventFilter,
    _ body: (Event, Int) throws(EventLogError) -> Void
  ) throws(EventLogError) {
    try read("reading events") { db throws(EventLogError) in
      try db.forEachEvent(.after(after), filter: filter, body)
    }
  }

  // MARK: Assets and locations

  package func latestMaterializations(
    of assets: [AssetKey]? = nil
  ) throws(EventLogError) -> [MaterializationRecord] {
    try read("reading the latest materializations") { db throws(EventLogError) in
      guard let assets else { return try db.latestMaterializations() }
      var records: [MaterializationRecord] = []
      for asset in Set(assets).sorted() {
        if let record = try db.latestMaterialization(asset: asset) { records.append(record) }
      }
      return records
    }
  }

  /// The latest materialization of each partition of each partitioned asset.
  package func latestMaterializationsOfPartitions() throws(EventLogError)
    -> [MaterializationRecord]
  {
    try read("reading the latest materializations of partitions") { db throws(EventLogError) in
      try db.latestMaterializationsOfPartitions()
    }
  }

  package func latestMaterialization(
    of asset: AssetKey,
    partition: PartitionKey?
  ) throws(EventLogError) -> MaterializationRecord? {
    try read("reading the latest materialization") { db throws(EventLogError) in
      try db.latestMaterialization(asset: asset, partition: partition)
    }
  }

  package func latestChecks(
    of assets: [AssetKey]? = nil
  ) throws(EventLogError) -> [CheckRow] {
    try read("reading the latest checks") { db throws(EventLogError) in
      guard let assets else { return try db.latestChecks() }
      var rows: [CheckRow] = []
      for asset in Set(assets).sorted() { rows += try db.latestChecks(asset: asset) }
      return rows
    }
  }

  /// The latest results of one asset's checks, by name; once they have taken `limitBytes`, the
  /// others come without what they found.
  package func latestChecks(
    of asset: AssetKey,
    limitBytes: Int
  ) throws(EventLogError) -> [CheckRow] {
    try read("reading the latest checks") { db throws(EventLogError) in
      try db.latestChecks(asset: asset, limitBytes: limitBytes)
    }
  }

  /// The latest materialization of an asset, whatever its partition.
  package func latestMaterialization(
    of asset: AssetKey
  ) throws(EventLogError) -> MaterializationRecord? {
    try read("reading the latest materialization") { db throws(EventLogError) in
      try db.latestMaterialization(asset: asset)
    }
  }

  /// How long the last successful attempts at a step took that made or checked an asset, in
  /// milliseconds, the last one first.
  package func durations(
    of step: StepKey,
    making asset: AssetKey,
    limit: Int
  ) throws(EventLogError) -> [Int64] {
    try read("reading the durations of step \(step)") { db throws(EventLogError) in
      try db.durations(of: step, making: asset, limit: limit)
    }
  }

  package func generations() throws(EventLogError) -> [LocationName: Generation] {
    try read("reading the generations") { db throws(EventLogError) in try db.generations() }
  }

  /// What `PRAGMA integrity_check` found; empty for a sound file.
  package func integrityProblems() throws(EventLogError) -> [String] {
    try read("checking its integrity") { db throws(EventLogError) in
      try db.integrityProblems()
    }
  }

  /// Runs `body` on the connection, which cannot write.
  package func withDatabase<Result>(
    _ body: (Database) throws(EventLogError) -> Result
  ) throws(EventLogError) -> Result {
    try body(database)
  }

  private func read<Result>(
    _ operation: String,
    _ body: (Database) throws(EventLogError) -> Result
  ) throws(EventLogError) -> Result {
    do throws(EventLogError) {
      return try body(database)
    } catch {
      throw error.during(operation)
    }
  }
}
