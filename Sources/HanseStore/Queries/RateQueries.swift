internal import HanseModel

/// The projection of rates: the event that tells each one's debt last.
extension Database {
  func setRate(_ target: LimitTarget, sequence: Int64) throws(EventLogError) {
    let statement = try statement(
      """
      INSERT INTO rates (kind, name, seq) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET seq = excluded.seq
      """
    )
    statement.bind(target.kind)
    statement.bind(target.name ?? "")
    statement.bind(sequence)
    try statement.run()
  }

  func rateDebts() throws(EventLogError) -> RateDebts {
    var debts = RateDebts()
    let statement = try statement(
      """
      SELECT seq, time_ms, kind, location, generation, run, step, attempt, partition_key, data
      FROM events WHERE seq IN (SELECT seq FROM rates) ORDER BY seq
      """
    )
    try statement.forEach { row throws(EventLogError) in
      debts.apply(try event(from: row).record)
    }
    return debts
  }
}
