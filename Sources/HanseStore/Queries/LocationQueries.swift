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
}
