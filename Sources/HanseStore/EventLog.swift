package import HanseModel

/// The event log in a SQLite file: the one connection that writes and checkpoints.
///
/// It belongs to the thread that opened it. A second writer on one file is kept away by the lock of
/// the state directory, not here.
package final class EventLog: EventStore {
  package let path: String
  /// Nil once closed.
  private var opened: Database?
  /// The failure after which nothing is written any more: after a failed write or fsync nobody
  /// knows what the kernel kept, so trying again could acknowledge what is not there.
  private var failure: EventLogError?
  private var nextSequence: Int64
  private var projector: Projector?

  /// The write-ahead log is moved into the file each time it has grown by this many frames (4 KiB
  /// each).
  private static let checkpointFrames = 4000
  /// The frames at the last checkpoint: what a reader held back is not tried again for each commit.
  private var checkpointedFrames = 0

  private init(_ database: Database, nextSequence: Int64) {
    path = database.path
    opened = database
    self.nextSequence = nextSequence
  }

  /// Opens the file, and creates or migrates it as needed.
  ///
  /// `path` is a file such as `.hanse/hanse.db`, in a directory that exists. `program` is who
  /// writes, with its version, such as `hanse 0.1.0`: who to name when an older one finds the file
  /// too new.
  package static func open(
    path: String,
    program: String = "hanse"
  ) throws(EventLogError) -> EventLog {
    do throws(EventLogError) {
      let database = try Database(path: path, mode: .readWrite)
      try database.checkIsEventLog()
      try database.checkIsNotTooNew()
      try database.prepareForWriting()
      try database.migrate(Schema.migrations)
      if try database.meta("written_by") != program {
        try database.transaction { () throws(EventLogError) in
          try database.setMeta("written_by", program)
        }
      }
      return EventLog(database, nextSequence: try database.lastSequence() + 1)
    } catch {
      throw error.operation.hasPrefix("migrating") ? error : error.during("opening it")
    }
  }

  package func append(_ records: [EventRecord]) throws(EventLogError) -> Int64 {
    let first = nextSequence
    if records.isEmpty { return first }
    let operation = records.count == 1 ? "appending 1 event" : "appending \(records.count) events"
    try write(operation) { database throws(EventLogError) in
      let projector = self.projector ?? Projector(database)
      self.projector = projector
      var sequence = first
      for record in records {
        var json = JSONWriter(reservingBytes: 256)
        record.payload.write(to: &json)
        try database.insertEvent(record, sequence: sequence, data: json.takeBytes())
        try projector.apply(record, sequence: sequence)
        sequence += 1
      }
      try projector.flush()
    }
    nextSequence = first + Int64(records.count)
    checkpointIfDue()
    return first
  }

  package func beginEpoch(at time: Timestamp) throws(EventLogError) -> HostEpoch {
    try write("beginning an epoch") { database throws(EventLogError) in
      let last = try database.meta("epoch").flatMap { Int($0) } ?? 0
      try database.setMeta("epoch", String(last + 1))
      try database.setMeta("epoch_began", time.description)
      return HostEpoch(last + 1)
    }
  }

  package func rebuildProjections() throws(EventLogError) {
    try write("rebuilding the projections") { database throws(EventLogError) in
      try database.clearProjections()
      // What the old one remembers may not be what comes out.
      let projector = Projector(database)
      self.projector = projector
      try database.forEachEvent { event throws(EventLogError) in
        try projector.apply(event.record, sequence: event.sequence)
        if event.sequence % 1000 == 0 { try projector.flush() }
      }
      try projector.flush()
    }
  }

  // MARK: Reading on the writer's connection

  package func lastGenerations() throws(EventLogError) -> [LocationName: Generation] {
    try read("reading the generations") { db throws(EventLogError) in try db.generations() }
  }

  package func locationOrders() throws(EventLogError) -> [LocationName: LocationOrders] {
    try read("reading the orders") { db throws(EventLogError) in try db.orders() }
  }

  package func limitOrders() throws(EventLogError) -> LimitOrders {
    try read("reading the orders") { db throws(EventLogError) in try db.limitOrders() }
  }

  package func rateDebts() throws(EventLogError) -> RateDebts {
    try read("reading the rates") { db throws(EventLogError) in try db.rateDebts() }
  }

  package func unfinishedRuns() throws(EventLogError) -> [RunRow] {
    try read("reading the unfinished runs") { db throws(EventLogError) in
      try db.unfinishedRuns()
    }
  }

  package func integrityProblems() throws(EventLogError) -> [String] {
    try read("checking its integrity") { db throws(EventLogError) in
      try db.integrityProblems()
    }
  }

  package func schemaVersion() throws(EventLogError) -> Int {
    try read("reading the schema version") { db throws(EventLogError) in
      try db.schemaVersion()
    }
  }

  /// The sequence number of the last event; 0 for an empty log.
  package var lastSequence: Int64 { nextSequence - 1 }

  /// The size of the file, and of what the write-ahead log holds now.
  package func sizes() throws(EventLogError) -> EventLogSizes {
    try read("reading its size") { db throws(EventLogError) in
      let page = try db.pageSize()
      return EventLogSizes(
        fileBytes: page * (try db.pageCount()),
        // A frame is a page and a header of 24 bytes.
        writeAheadLogBytes: Int64(db.walFrames) * (page + 24)
      )
    }
  }

  /// The transactions committed since it was opened.
  package var commits: Int64 { opened?.commits ?? 0 }

  package func makeReader() throws(EventLogError) -> EventReader {
    try EventReader.open(path: path)
  }

  // MARK: Checkpoints and the end

  /// Moves the write-ahead log into the file and empties it; waits for readers in the middle.
  package func checkpoint() throws(EventLogError) {
    let database = try usable("checkpointing")
    do throws(EventLogError) {
      try database.checkpoint(truncating: true)
    } catch {
      let error = error.during("checkpointing")
      // A reader in the way is no failure of the disk.
      if error.code != .busy { failure = error }
      throw error
    }
  }

  /// Closes the file; what comes later is refused.
  package func close() {
    projector = nil
    opened = nil
  }

  /// Runs `body` on the connection, for limits and measurements; it must not write events.
  package func withDatabase<Result>(
    _ body: (Database) throws(EventLogError) -> Result
  ) throws(EventLogError) -> Result {
    try body(try usable("using it"))
  }

  private func checkpointIfDue() {
    guard let opened else { return }
    let frames = opened.walFrames
    // It has started anew, because all of it was in the file.
    if frames < checkpointedFrames { checkpointedFrames = 0 }
    guard frames - checkpointedFrames >= Self.checkpointFrames else { return }
    checkpointedFrames = frames
    do throws(EventLogError) {
      try opened.checkpoint(truncating: false)
    } catch {
      // The events are durable in the write-ahead log; the next write tells of the failure.
      if error.code != .busy { failure = error.during("checkpointing") }
    }
  }

  // MARK: Doors

  private func write<Result>(
    _ operation: String,
    _ body: (Database) throws(EventLogError) -> Result
  ) throws(EventLogError) -> Result {
    let database = try usable(operation)
    do throws(EventLogError) {
      return try database.transaction { () throws(EventLogError) in try body(database) }
    } catch {
      let error = error.during(operation)
      failure = error
      throw error
    }
  }

  private func read<Result>(
    _ operation: String,
    _ body: (Database) throws(EventLogError) -> Result
  ) throws(EventLogError) -> Result {
    let database = try usable(operation)
    do throws(EventLogError) {
      return try body(database)
    } catch {
      throw error.during(operation)
    }
  }

  private func usable(_ operation: String) throws(EventLogError) -> Database {
    guard let opened else {
      throw EventLogError(.closed, operation: operation, path: path, cause: "it is closed")
    }
    if let failure {
      throw EventLogError(
        .closed,
        operation: operation,
        sqliteCode: failure.sqliteCode,
        path: path,
        cause: "it stopped when \(failure.operation) failed: \(failure.cause)"
      )
    }
    return opened
  }
}

/// How much room the event log takes.
package struct EventLogSizes: Hashable, Sendable {
  package var fileBytes: Int64
  package var writeAheadLogBytes: Int64
}
