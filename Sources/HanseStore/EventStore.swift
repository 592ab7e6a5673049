package import HanseModel

/// Where events go: the seam behind which the database can be another one.
///
/// One store has one writer. It belongs to the thread that opened it, and every call blocks until
/// the disk is done.
package protocol EventStore: AnyObject {
  associatedtype Reader: EventSource

  /// Appends in one durable transaction, projections included, and returns the sequence number of
  /// the first. On return the events are on disk; after an error none of them is, and the store
  /// refuses everything until it is opened again.
  func append(_ records: [EventRecord]) throws(EventLogError) -> Int64

  /// Counts one more start of the host, durably.
  func beginEpoch(at time: Timestamp) throws(EventLogError) -> HostEpoch

  /// The highest generation that any event names, by location.
  func lastGenerations() throws(EventLogError) -> [LocationName: Generation]

  /// The runs that are not finished, oldest first.
  func unfinishedRuns() throws(EventLogError) -> [RunRow]

  /// Makes every projection again from the events.
  func rebuildProjections() throws(EventLogError)

  /// What is wrong with the stored data; empty when it is sound.
  func integrityProblems() throws(EventLogError) -> [String]

  /// A reader for the calling thread.
  func makeReader() throws(EventLogError) -> Reader

  func close()
}

/// Where events are read: as many as there are threads that want one.
package protocol EventSource: AnyObject {
  /// Runs `body` so that all it reads is of one moment.
  func snapshot<Result>(_ body: () throws(EventLogError) -> Result) throws(EventLogError) -> Result

  /// The number of the last event; 0 for an empty log.
  func lastSequence() throws(EventLogError) -> Int64
  func event(sequence: Int64) throws(EventLogError) -> Event?
  /// Oldest first.
  func events(after: Int64, limit: Int, filter: EventFilter) throws(EventLogError) -> [Event]
  /// Newest first.
  func events(before: Int64, limit: Int, filter: EventFilter) throws(EventLogError) -> [Event]
  /// Oldest first; of no more than so many stored bytes, or one event.
  func page(
    after: Int64,
    limit: Int,
    limitBytes: Int,
    filter: EventFilter
  ) throws(EventLogError) -> EventPage
  /// Newest first, likewise.
  func page(
    before: Int64,
    limit: Int,
    limitBytes: Int,
    filter: EventFilter
  ) throws(EventLogError) -> EventPage

  func runs(_ filter: RunFilter) throws(EventLogError) -> [RunRow]
  func unfinishedRuns() throws(EventLogError) -> [RunRow]
  func run(matching prefix: String) throws(EventLogError) -> RunLookup
  func steps(of run: RunID) throws(EventLogError) -> [StepRow]
  func plan(of run: RunID) throws(EventLogError) -> EventPayload.RunCreation?
  func attempts(of step: StepKey, in run: RunID) throws(EventLogError) -> [AttemptRow]

  /// The latest of each asset, whatever its partition, by asset; of all assets for nil.
  func latestMaterializations(
    of assets: [AssetKey]?
  ) throws(EventLogError) -> [MaterializationRecord]
  func latestMaterialization(
    of asset: AssetKey,
    partition: PartitionKey?
  ) throws(EventLogError) -> MaterializationRecord?
  /// The latest result of each check, by asset and name; of all assets for nil.
  func latestChecks(of assets: [AssetKey]?) throws(EventLogError) -> [CheckRow]

  func generations() throws(EventLogError) -> [LocationName: Generation]
}

extension EventSource {
  package func runEvents(
    _ run: RunID,
    after: Int64 = 0,
    limit: Int
  ) throws(EventLogError) -> [Event] {
    try events(after: after, limit: limit, filter: EventFilter(run: run))
  }

  /// What happened to an asset, newest first: materializations, observations and checks.
  package func assetHistory(
    _ asset: AssetKey,
    limit: Int,
    before: Int64 = .max
  ) throws(EventLogError) -> [Event] {
    try events(before: before, limit: limit, filter: EventFilter(asset: asset))
  }
}
