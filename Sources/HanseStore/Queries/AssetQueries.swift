internal import HanseModel

/// The projections of materializations and checks: which event is the latest of each.
extension Database {
  func setMaterialization(
    asset: AssetKey,
    partition: PartitionKey?,
    sequence: Int64
  ) throws(EventLogError) {
    let latest = try statement(
      """
      INSERT INTO materializations (asset, partition_key, seq) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET seq = excluded.seq WHERE excluded.seq > seq
      """
    )
    latest.bind(asset.path)
    latest.bind(partition?.text ?? "")
    latest.bind(sequence)
    try latest.run()
  }

  func setLatestPartition(of asset: AssetKey, _ partition: PartitionKey?) throws(EventLogError) {
    let statement = try statement(
      """
      INSERT INTO assets (asset, partition_key) VALUES (?, ?)
      ON CONFLICT DO UPDATE SET partition_key = excluded.partition_key
      WHERE partition_key <> excluded.partition_key
      """
    )
    statement.bind(asset.path)
    statement.bind(partition?.text ?? "")
    try statement.run()
  }

  /// The latest materialization of every asset, whatever its partition, by asset.
  func latestMaterializations() throws(EventLogError) -> [MaterializationRecord] {
    try statement(
      """
      SELECT e.seq, e.time_ms, e.kind, e.location, e.generation, e.run, e.step, e.attempt,
        e.partition_key, e.data
      FROM assets a JOIN materializations m USING (asset, partition_key) JOIN events e USING (seq)
      ORDER BY a.asset
      """
    ).all { row throws(EventLogError) in try materialization(from: row) }
  }

  func latestMaterializationsOfPartitions() throws(EventLogError) -> [MaterializationRecord] {
    try statement(
      """
      SELECT e.seq, e.time_ms, e.kind, e.location, e.generation, e.run, e.step, e.attempt,
        e.partition_key, e.data
      FROM materializations m JOIN events e USING (seq)
      WHERE m.partition_key <> ''
      ORDER BY m.asset, m.partition_key
      """
    ).all { row throws(EventLogError) in try materialization(from: row) }
  }

  func latestMaterialization(
    asset: AssetKey
  ) throws(EventLogError) -> MaterializationRecord? {
    let statement = try statement(
      """
      SELECT e.seq, e.time_ms, e.kind, e.location, e.generation, e.run, e.step, e.attempt,
        e.partition_key, e.data
      FROM assets a JOIN materializations m USING (asset, partition_key) JOIN events e USING (seq)
      WHERE a.asset = ?
      """
    )
    statement.bind(asset.path)
    return try statement.first { row throws(EventLogError) in try materialization(from: row) }
  }

  func latestMaterialization(
    asset: AssetKey,
    partition: PartitionKey?
  ) throws(EventLogError) -> MaterializationRecord? {
    let statement = try statement(
      """
      SELECT e.seq, e.time_ms, e.kind, e.location, e.generation, e.run, e.step, e.attempt,
        e.partition_key, e.data
      FROM materializations m JOIN events e USING (seq)
      WHERE m.asset = ? AND m.partition_key = ?
      """
    )
    statement.bind(asset.path)
    statement.bind(partition?.text ?? "")
    return try statement.first { row throws(EventLogError) in try materialization(from: row) }
  }

  private func materialization(from row: Statement) throws(EventLogError) -> MaterializationRecord {
    let event = try event(from: row)
    guard let record = MaterializationRecord(event) else { throw misplaced(event) }
    return record
  }

  func setCheck(asset: AssetKey, name: String, sequence: Int64) throws(EventLogError) {
    let statement = try statement(
      """
      INSERT INTO checks (asset, name, seq) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET seq = excluded.seq WHERE excluded.seq > seq
      """
    )
    statement.bind(asset.path)
    statement.bind(name)
    statement.bind(sequence)
    try statement.run()
  }

  /// The latest result of every check, by asset and name.
  func latestChecks() throws(EventLogError) -> [CheckRow] {
    try statement(
      """
      SELECT e.seq, e.time_ms, e.kind, e.location, e.generation, e.run, e.step, e.attempt,
        e.partition_key, e.data
      FROM checks c JOIN events e USING (seq) ORDER BY c.asset, c.name
      """
    ).all { row throws(EventLogError) in try check(of: try event(from: row)) }
  }

  /// The latest results of an asset's checks, by name; once they have taken `limitBytes` of stored
  /// data, the others come without what they found.
  func latestChecks(
    asset: AssetKey,
    limitBytes: Int = .max
  ) throws(EventLogError) -> [CheckRow] {
    let statement = try statement(
      """
      SELECT e.seq, e.time_ms, e.kind, e.location, e.generation, e.run, e.step, e.attempt,
        e.partition_key, e.data
      FROM checks c JOIN events e USING (seq) WHERE c.asset = ? ORDER BY c.name
      """
    )
    statement.bind(asset.path)
    var leftBytes = limitBytes
    return try statement.all { row throws(EventLogError) in
      let stored = stored(in: row)
      var check = try check(of: try event(from: stored))
      if stored.data.count <= leftBytes {
        leftBytes -= stored.data.count
      } else {
        check.abridge()
      }
      return check
    }
  }

  private func check(of event: Event) throws(EventLogError) -> CheckRow {
    guard let row = CheckRow(event) else { throw misplaced(event) }
    return row
  }

  /// That a projection names an event of another kind.
  private func misplaced(_ event: Event) -> EventLogError {
    EventLogError(
      .corrupt,
      operation: "reading",
      path: path,
      cause: "a projection names event \(event.sequence), which is \(event.record.payload.kind)"
    )
  }
}
