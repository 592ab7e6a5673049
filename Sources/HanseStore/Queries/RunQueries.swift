internal import HanseModel

/// The projection of runs.
extension Database {
  func insertRun(
    _ id: RunID,
    _ request: RunRequest,
    _ state: RunState
  ) throws(EventLogError) {
    let statement = try statement(
      """
      INSERT INTO runs (
        created_seq, id, status, selection, partition_key, run_trigger, tags, created_ms,
        waiting, running, retrying, succeeded, failed, skipped, canceled, queue, priority
      ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, ?, ?)
      """
    )
    statement.bind(state.createdSequence)
    statement.bind(id.text)
    statement.bind(state.status.rawValue)
    statement.bind(request.selection)
    statement.bind(request.partition?.text)
    statement.bind(request.trigger)
    statement.bind(utf8: tagsJSON(request.tags))
    statement.bind(state.created.milliseconds)
    statement.bind(state.counts.waiting)
    statement.bind(state.queue)
    statement.bind(state.priority)
    try statement.run()
  }

  private func tagsJSON(_ tags: [String: String]) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    for (name, value) in tags.sorted(by: { $0.key < $1.key }) { json.member(name, value) }
    json.endObject()
    return json.takeBytes()
  }

  func updateRun(_ state: RunState) throws(EventLogError) {
    let statement = try statement(
      """
      UPDATE runs SET
        status = ?, started_ms = ?, finished_ms = ?, message = ?, waiting = ?, running = ?,
        retrying = ?, succeeded = ?, failed = ?, skipped = ?, canceled = ?, queue = ?, priority = ?
      WHERE created_seq = ?
      """
    )
    statement.bind(state.status.rawValue)
    statement.bind(state.started?.milliseconds)
    statement.bind(state.finished?.milliseconds)
    statement.bind(state.message)
    for count in state.counts.stored { statement.bind(count) }
    statement.bind(state.queue)
    statement.bind(state.priority)
    statement.bind(state.createdSequence)
    try statement.run()
  }

  func run(_ id: RunID) throws(EventLogError) -> RunRow? {
    let statement = try statement(composed: "\(selectRuns) WHERE id = ?")
    statement.bind(id.text)
    return try statement.first { row throws(EventLogError) in try run(from: row) }
  }

  /// Up to `limit` runs whose ids begin with `prefix`, by id.
  func runs(prefix: String, limit: Int) throws(EventLogError) -> [RunRow] {
    // U+10FFFF sorts after every character that follows the prefix.
    let statement = try statement(composed: "\(selectRuns) WHERE id >= ? AND id < ? LIMIT ?")
    statement.bind(prefix)
    statement.bind(prefix + "\u{10FFFF}")
    statement.bind(limit)
    return try statement.all { row throws(EventLogError) in try run(from: row) }
  }

  /// The runs that are not finished, oldest first.
  func unfinishedRuns() throws(EventLogError) -> [RunRow] {
    try statement(
      composed: """
        \(selectRuns) WHERE status IN ('queued', 'running', 'canceling') ORDER BY created_seq
        """
    ).all { row throws(EventLogError) in try run(from: row) }
  }

  func runs(_ filter: RunFilter) throws(EventLogError) -> [RunRow] {
    let statuses = RunStatus.allCases.filter(filter.statuses.contains)
    var sql = "\(selectRuns) WHERE created_seq < ?"
    if !statuses.isEmpty {
      let marks = Array(repeating: "?", count: statuses.count).joined(separator: ", ")
      sql += " AND status IN (\(marks))"
    }
    let statement = try statement(composed: sql + " ORDER BY created_seq DESC LIMIT ?")
    statement.bind(filter.before ?? .max)
    for status in statuses { statement.bind(status.rawValue) }
    statement.bind(filter.limit)
    return try statement.all { row throws(EventLogError) in try run(from: row) }
  }

  private var selectRuns: String {
    """
    SELECT created_seq, id, status, selection, partition_key, run_trigger, tags, created_ms,
      started_ms, finished_ms, message, waiting, running, retrying, succeeded, failed, skipped,
      canceled, queue, priority
    FROM runs
    """
  }

  private func run(from row: Statement) throws(EventLogError) -> RunRow {
    let sequence = row.int64()
    let id = RunID(row.text())
    let status = try enumeration(row.text(), as: RunStatus.self)
    let selection = row.text()
    let partition = row.optionalText().map { PartitionKey($0) }
    let trigger = row.text()
    var json = JSONReader(row.utf8())
    let tags: [String: String]
    do throws(JSONError) {
      tags = try json.dictionary()
    } catch {
      throw unreadable("the tags of run \(id)", error)
    }
    var found = RunRow(
      id: id,
      createdSequence: sequence,
      status: status,
      selection: selection,
      partition: partition,
      trigger: trigger,
      tags: tags,
      created: Timestamp(milliseconds: row.int64()),
      started: row.optionalInt64().map { Timestamp(milliseconds: $0) },
      finished: row.optionalInt64().map { Timestamp(milliseconds: $0) },
      message: row.optionalText(),
      counts: StepCounts(from: row)
    )
    (found.queue, found.priority) = (row.optionalText(), row.int())
    return found
  }

  /// A stored raw value; one that this version does not know means a damaged file.
  func enumeration<Value: RawRepresentable<String>>(
    _ text: String,
    as type: Value.Type
  ) throws(EventLogError) -> Value {
    guard let value = Value(rawValue: text) else {
      throw EventLogError(
        .corrupt,
        operation: "reading",
        path: path,
        cause: "\"\(text)\" is no \(type)"
      )
    }
    return value
  }
}

extension StepCounts {
  /// In the order of the columns.
  fileprivate var stored: [Int] {
    [waiting, running, retrying, succeeded, failed, skipped, canceled]
  }

  fileprivate init(from row: Statement) {
    self.init(
      waiting: row.int(),
      running: row.int(),
      retrying: row.int(),
      succeeded: row.int(),
      failed: row.int(),
      skipped: row.int(),
      canceled: row.int()
    )
  }
}
