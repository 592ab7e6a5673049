internal import HanseModel

/// The projection of locations.
extension Database {
  func setGeneration(of location: LocationName, _ generation: Generation) throws(EventLogError) {
    let statement = try statement(
      """
      INSERT INTO locations (name, generation) VALUES (?, ?)
      ON CONFLICT DO UPDATE SET generation = excluded.generation
      WHERE excluded.generation > generation
      """
    )
    statement.bind(location.text)
    statement.bind(generation.number)
    try statement.run()
  }

  func generations() throws(EventLogError) -> [LocationName: Generation] {
    var generations: [LocationName: Generation] = [:]
    try statement("SELECT name, generation FROM locations").forEach { row in
      generations[LocationName(row.text())] = Generation(row.int())
    }
    return generations
  }

  /// What people ordered of locations, which holds until they order something else.
  func orders() throws(EventLogError) -> [LocationName: LocationOrders] {
    var orders: [LocationName: LocationOrders] = [:]
    let statement = try statement(
      composed: """
        SELECT seq, time_ms, kind, location, generation, run, step, attempt, partition_key, data
        FROM events WHERE \(Schema.ordered) ORDER BY seq
        """
    )
    try statement.forEach { row throws(EventLogError) in
      let record = try event(from: row).record
      guard let name = record.location else { return }
      orders[name, default: LocationOrders()].apply(record.payload)
    }
    return orders
  }

  /// What people ordered of limits, as far as it still holds.
  func limitOrders() throws(EventLogError) -> LimitOrders {
    var orders = LimitOrders()
    let statement = try statement(
      composed: """
        SELECT seq, time_ms, kind, location, generation, run, step, attempt, partition_key, data
        FROM events WHERE \(Schema.limiting) ORDER BY seq
        """
    )
    try statement.forEach { row throws(EventLogError) in
      let record = try event(from: row).record
      orders.apply(record.payload, at: record.time)
    }
    return orders
  }
}
