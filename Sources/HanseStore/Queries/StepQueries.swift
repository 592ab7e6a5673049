internal import HanseModel

/// The projection of steps.
extension Database {
  /// Adds a step as waiting; false when the run already has one of that key.
  func insertStep(
    run: RunID,
    position: Int,
    _ step: PlannedStep
  ) throws(EventLogError) -> Bool {
    let statement = try statement(
      """
      INSERT OR IGNORE INTO steps (
        run, key, position, location, assets, check_name, status, attempts
      ) VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0)
      """
    )
    var assets = JSONWriter()
    assets.array(step.assets)
    statement.bind(run.text)
    statement.bind(step.key.text)
    statement.bind(position)
    statement.bind(step.location.text)
    statement.bind(utf8: assets.takeBytes())
    statement.bind(step.check)
    try statement.run()
    return changes > 0
  }

  func stepState(run: RunID, key: StepKey) throws(EventLogError) -> StepState? {
    let statement = try statement(
      """
      SELECT status, attempts, generation, queued_ms, first_started_ms, last_started_ms,
        finished_ms, duration_ms, failure, skipped_because, message
      FROM steps WHERE run = ? AND key = ?
      """
    )
    statement.bind(run.text)
    statement.bind(key.text)
    return try statement.first { row throws(EventLogError) in try stepState(from: row) }
  }

  func updateStep(run: RunID, key: StepKey, _ state: StepState) throws(EventLogError) {
    let statement = try statement(
      """
      UPDATE steps SET
        status = ?, attempts = ?, generation = ?, queued_ms = ?, first_started_ms = ?,
        last_started_ms = ?, finished_ms = ?, duration_ms = ?, failure = ?, skipped_because = ?,
        message = ?
      WHERE run = ? AND key = ?
      """
    )
    statement.bind(state.status.rawValue)
    statement.bind(state.attempts)
    statement.bind(state.generation?.number)
    statement.bind(state.queuedMilliseconds)
    statement.bind(state.firstStarted?.milliseconds)
    statement.bind(state.lastStarted?.milliseconds)
    statement.bind(state.finished?.milliseconds)
    statement.bind(state.durationMilliseconds)
    statement.bind(state.failure)
    statement.bind(state.skippedBecause?.text)
    statement.bind(state.message)
    statement.bind(run.text)
    statement.bind(key.text)
    try statement.run()
  }

  /// The steps of a run in plan order; failures that have no room in `details` are shortened.
  func steps(
    of run: RunID,
    _ details: inout DetailBudget
  ) throws(EventLogError) -> [StepRow] {
    let statement = try statement(
      """
      SELECT key, position, location, assets, check_name, status, attempts, generation, queued_ms,
        first_started_ms, last_started_ms, finished_ms, duration_ms, failure, skipped_because,
        message
      FROM steps WHERE run = ? ORDER BY position
      """
    )
    statement.bind(run.text)
    return try statement.all { row throws(EventLogError) in
      var step = try step(from: row)
      if var failure = step.failure {
        details.abridge(&failure, of: step.key)
        step.failure = failure
      }
      return step
    }
  }

  /// How many steps a run has.
  func stepCount(of run: RunID) throws(EventLogError) -> Int {
    let statement = try statement("SELECT count(*) FROM steps WHERE run = ?")
    statement.bind(run.text)
    return try statement.first { $0.int() } ?? 0
  }

  /// The durations of the last steps of a key that reported on an asset and succeeded.
  ///
  /// It goes along the asset's own events, however many other runs there are.
  func durations(
    of step: StepKey,
    making asset: AssetKey,
    limit: Int
  ) throws(EventLogError) -> [Int64] {
    let statement = try statement(
      """
      SELECT steps.duration_ms FROM (
        SELECT seq, run, step FROM events
        WHERE asset = ? AND step = ? AND kind IN ('asset.materialized', 'asset.checked')
        ORDER BY seq DESC LIMIT ?
      ) AS made
      JOIN steps ON steps.run = made.run AND steps.key = made.step
      WHERE steps.status = 'succeeded' AND steps.duration_ms IS NOT NULL
      ORDER BY made.seq DESC
      """
    )
    statement.bind(asset.path)
    statement.bind(step.text)
    statement.bind(limit)
    return try statement.all { row in row.int64() }
  }

  private func step(from row: Statement) throws(EventLogError) -> StepRow {
    let key = StepKey(row.text())
    let position = row.int()
    let location = LocationName(row.text())
    var assetsJSON = JSONReader(row.utf8())
    let check = row.optionalText()
    let state = try stepState(from: row)
    do throws(JSONError) {
      return StepRow(
        key: key,
        position: position,
        location: location,
        assets: try assetsJSON.list(),
        check: check,
        status: state.status,
        attempts: state.attempts,
        generation: state.generation,
        queuedMilliseconds: state.queuedMilliseconds,
        firstStarted: state.firstStarted,
        lastStarted: state.lastStarted,
        finished: state.finished,
        durationMilliseconds: state.durationMilliseconds,
        failure: try state.failure.map { text throws(JSONError) in
          var json = JSONReader(Array(text.utf8))
          return try StepFailure(from: &json)
        },
        skippedBecause: state.skippedBecause,
        message: state.message
      )
    } catch {
      throw unreadable("step \(key)", error)
    }
  }

  private func stepState(from row: Statement) throws(EventLogError) -> StepState {
    StepState(
      status: try enumeration(row.text(), as: StepStatus.self),
      attempts: row.int(),
      generation: row.optionalInt().map { Generation($0) },
      queuedMilliseconds: row.optionalInt64(),
      firstStarted: row.optionalInt64().map { Timestamp(milliseconds: $0) },
      lastStarted: row.optionalInt64().map { Timestamp(milliseconds: $0) },
      finished: row.optionalInt64().map { Timestamp(milliseconds: $0) },
      durationMilliseconds: row.optionalInt64(),
      failure: row.optionalText(),
      skippedBecause: row.optionalText().map { StepKey($0) },
      message: row.optionalText()
    )
  }
}
