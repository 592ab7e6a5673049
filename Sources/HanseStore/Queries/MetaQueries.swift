/// The few facts about the file itself.
extension Database {
  func meta(_ key: String) throws(EventLogError) -> String? {
    let statement = try statement("SELECT value FROM meta WHERE key = ?")
    statement.bind(key)
    return try statement.first { $0.text() }
  }

  func setMeta(_ key: String, _ value: String) throws(EventLogError) {
    let statement = try statement(
      "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
    )
    statement.bind(key)
    statement.bind(value)
    try statement.run()
  }
}
