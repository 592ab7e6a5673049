internal import HanseModel

/// The events themselves.
extension Database {
  func insertEvent(
    _ record: EventRecord,
    sequence: Int64,
    data: [UInt8]
  ) throws(EventLogError) {
    let statement = try statement(
      """
      INSERT INTO events (
        seq, time_ms, kind, location, generation, run, step, attempt, asset, partition_key, data
      ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    )
    statement.bind(sequence)
    statement.bind(record.time.milliseconds)
    statement.bind(record.payload.kind)
    statement.bind(record.location?.text)
    statement.bind(record.generation?.number)
    statement.bind(record.run?.text)
    statement.bind(record.step?.text)
    statement.bind(record.attempt)
    statement.bind(record.asset?.path)
    statement.bind(record.partition?.text)
    statement.bind(utf8: data)
    try statement.run()
  }

  func lastSequence() throws(EventLogError) -> Int64 {
    try statement("SELECT max(seq) FROM events").first { $0.optionalInt64() ?? 0 } ?? 0
  }

  func event(sequence: Int64) throws(EventLogError) -> Event? {
    let statement = try statement(
      """
      SELECT seq, time_ms, kind, location, generation, run, step, attempt, partition_key, data
      FROM events WHERE seq = ?
      """
    )
    statement.bind(sequence)
    return try statement.first { row throws(EventLogError) in try event(from: row) }
  }

  /// The events that `filter` lets pass, oldest first after `after`, or newest first before
  /// `before`.
  func events(
    _ bound: EventBound,
    limit: Int,
    filter: EventFilter
  ) throws(EventLogError) -> [Event] {
    try selection(bound, limit: limit, filter: filter)
      .all { row throws(EventLogError) in try event(from: row) }
  }

  /// The same, of which no more than `limitBytes` of stored data are kept, or one event.
  func page(
    _ bound: EventBound,
    limit: Int,
    limitBytes: Int,
    filter: EventFilter
  ) throws(EventLogError) -> EventPage {
    var page = EventPage()
    var bytes = 0
    // One more than asked, of which only its being there counts.
    let rows = limit == .max ? limit : limit + 1
    try selection(bound, limit: rows, filter: filter).forEachWhile { row throws(EventLogError) in
      let stored = stored(in: row)
      bytes += stored.data.count
      page.hasMore = !page.events.isEmpty && (page.events.count == limit || bytes > limitBytes)
      if !page.hasMore { page.events.append(try event(from: stored)) }
      return !page.hasMore
    }
    return page
  }

  /// Calls `body` with each of the events that `filter` lets pass, and with the size of its stored
  /// data in bytes; keeps none of them.
  func forEachEvent(
    _ bound: EventBound,
    filter: EventFilter,
    _ body: (Event, Int) throws(EventLogError) -> Void
  ) throws(EventLogError) {
    try selection(bound, limit: .max, filter: filter).forEach { row throws(EventLogError) in
      let stored = stored(in: row)
      try body(try event(from: stored), stored.data.count)
    }
  }

  private func selection(
    _ bound: EventBound,
    limit: Int,
    filter: EventFilter
  ) throws(EventLogError) -> Statement {
    let statement = try statement(composed: eventsText(bound, filter))
    statement.bind(bound.sequence)
    if let run = filter.run { statement.bind(run.text) }
    if let asset = filter.asset { statement.bind(asset.path) }
    if let location = filter.location { statement.bind(location.text) }
    if let step = filter.step { statement.bind(step.text) }
    for kind in filter.kinds + filter.excludedKinds { statement.bind(kind) }
    statement.bind(limit)
    return statement
  }

  /// The events that tell the attempts of those steps of a run whose row does not tell them all.
  ///
  /// One pass over the run's index, however many such steps there are. Failures that have no room
  /// in `details` are shortened.
  func attemptEvents(
    of run: RunID,
    _ details: inout DetailBudget
  ) throws(EventLogError) -> [Event] {
    let statement = try statement(
      """
      SELECT seq, time_ms, kind, location, generation, run, step, attempt, partition_key, data
      FROM events
      WHERE run = ?
        AND kind IN ('step.started', 'step.succeeded', 'step.failed', 'step.canceled')
        AND step IN (
          SELECT key FROM steps
          WHERE run = ? AND attempts > 0
            AND NOT (attempts = 1 AND first_started_ms IS NOT NULL
              AND status IN ('running', 'succeeded'))
        )
      ORDER BY seq
      """
    )
    statement.bind(run.text)
    statement.bind(run.text)
    return try statement.all { row throws(EventLogError) in
      var event = try event(from: row)
      if case .stepFailed(var failure, let retry) = event.record.payload {
        details.abridge(&failure, of: event.record.step ?? "")
        event.record.payload = .stepFailed(failure, retryInMilliseconds: retry)
      }
      return event
    }
  }

  private func eventsText(_ bound: EventBound, _ filter: EventFilter) -> String {
    var sql = """
      SELECT seq, time_ms, kind, location, generation, run, step, attempt, partition_key, data
      FROM events WHERE seq \(bound.isForward ? ">" : "<") ?
      """
    if filter.run != nil { sql += " AND run = ?" }
    if filter.asset != nil { sql += " AND asset = ?" }
    if filter.location != nil { sql += " AND location = ?" }
    if filter.step != nil { sql += " AND step = ?" }
    if !filter.kinds.isEmpty {
      let marks = Array(repeating: "?", count: filter.kinds.count).joined(separator: ", ")
      sql += " AND kind IN (\(marks))"
    }
    if !filter.excludedKinds.isEmpty {
      let marks = Array(repeating: "?", count: filter.excludedKinds.count).joined(separator: ", ")
      sql += " AND kind NOT IN (\(marks))"
    }
    return sql + " ORDER BY seq \(bound.isForward ? "ASC" : "DESC") LIMIT ?"
  }

  /// Calls `body` with every event, oldest first.
  func forEachEvent(
    _ body: (Event) throws(EventLogError) -> Void
  ) throws(EventLogError) {
    try statement(
      """
      SELECT seq, time_ms, kind, location, generation, run, step, attempt, partition_key, data
      FROM events ORDER BY seq
      """
    ).forEach { row throws(EventLogError) in try body(try event(from: row)) }
  }

  /// An event, its data as it is stored.
  struct StoredEvent {
    var sequence: Int64
    var kind: String
    /// All but its payload.
    var record: EventRecord
    var data: [UInt8]
  }

  func event(from row: Statement) throws(EventLogError) -> Event {
    try event(from: stored(in: row))
  }

  /// Reads the columns that each query above selects, in their order.
  func stored(in row: Statement) -> StoredEvent {
    let sequence = row.int64()
    let time = Timestamp(milliseconds: row.int64())
    let kind = row.text()
    let record = EventRecord(
      time: time,
      location: row.optionalText().map { LocationName($0) },
      generation: row.optionalInt().map { Generation($0) },
      run: row.optionalText().map { RunID($0) },
      step: row.optionalText().map { StepKey($0) },
      attempt: row.optionalInt(),
      partition: row.optionalText().map { PartitionKey($0) },
      payload: .hostStopped
    )
    return StoredEvent(sequence: sequence, kind: kind, record: record, data: row.utf8())
  }

  func event(from stored: StoredEvent) throws(EventLogError) -> Event {
    var record = stored.record
    var json = JSONReader(stored.data)
    do throws(JSONError) {
      record.payload = try EventPayload(kind: stored.kind, from: &json)
    } catch {
      throw unreadable("the data of event \(stored.sequence) (\(stored.kind))", error)
    }
    return Event(sequence: stored.sequence, record: record)
  }

  /// That stored JSON is not what was written.
  func unreadable(_ what: String, _ error: JSONError) -> EventLogError {
    EventLogError(.corrupt, operation: "reading", path: path, cause: "\(what): \(error)")
  }
}

/// Where a page of events starts, and which way it goes.
enum EventBound: Hashable {
  case after(Int64)
  case before(Int64)

  var sequence: Int64 {
    switch self {
    case .after(let sequence), .before(let sequence): sequence
    }
  }

  var isForward: Bool {
    switch self {
    case .after: true
    case .before: false
    }
  }
}
