/// What SQLite itself is asked and told.
extension Database {
  func beginWriting() throws(EventLogError) { try statement("BEGIN IMMEDIATE").run() }

  func beginReading() throws(EventLogError) { try statement("BEGIN DEFERRED").run() }

  func commit() throws(EventLogError) { try statement("COMMIT").run() }

  func rollback() throws(EventLogError) { try statement("ROLLBACK").run() }

  package func schemaVersion() throws(EventLogError) -> Int {
    try statement("PRAGMA user_version").first { $0.int() } ?? 0
  }

  func setSchemaVersion(_ version: Int) throws(EventLogError) {
    try execute(once: "PRAGMA user_version = \(version)")
  }

  /// The number that says whose file it is; 0 in a new one.
  func applicationID() throws(EventLogError) -> Int {
    try statement("PRAGMA application_id").first { $0.int() } ?? 0
  }

  func setApplicationID(_ id: Int) throws(EventLogError) {
    try execute(once: "PRAGMA application_id = \(id)")
  }

  func tableCount() throws(EventLogError) -> Int {
    try statement("SELECT count(*) FROM sqlite_schema WHERE type = 'table'").first { $0.int() } ?? 0
  }

  /// Turns write-ahead logging on; returns the mode that the file has now.
  func enableWriteAheadLog() throws(EventLogError) -> String {
    try statement("PRAGMA journal_mode = WAL").first { $0.text() } ?? ""
  }

  package func journalMode() throws(EventLogError) -> String {
    try statement("PRAGMA journal_mode").first { $0.text() } ?? ""
  }

  /// Waits for the disk at each commit: NORMAL can lose acknowledged commits on power loss.
  func setSynchronousFull() throws(EventLogError) { try execute(once: "PRAGMA synchronous = FULL") }

  /// 2 is FULL.
  package func synchronousMode() throws(EventLogError) -> Int {
    try statement("PRAGMA synchronous").first { $0.int() } ?? -1
  }

  func disableAutomaticCheckpoints() throws(EventLogError) {
    try execute(once: "PRAGMA wal_autocheckpoint = 0")
  }

  func setQueryOnly() throws(EventLogError) { try execute(once: "PRAGMA query_only = ON") }

  func setCacheSize(kibibytes: Int) throws(EventLogError) {
    try execute(once: "PRAGMA cache_size = -\(kibibytes)")
  }

  /// Shortens a write-ahead log that had grown larger when it starts anew.
  func setWriteAheadLogLimit(bytes: Int) throws(EventLogError) {
    try execute(once: "PRAGMA journal_size_limit = \(bytes)")
  }

  /// Refuses to grow beyond so many pages; returns the limit in force.
  package func limitPages(_ pages: Int) throws(EventLogError) -> Int {
    try statement(composed: "PRAGMA max_page_count = \(pages)").first { $0.int() } ?? 0
  }

  func pageCount() throws(EventLogError) -> Int64 {
    try statement("PRAGMA page_count").first { $0.int64() } ?? 0
  }

  func pageSize() throws(EventLogError) -> Int64 {
    try statement("PRAGMA page_size").first { $0.int64() } ?? 0
  }

  /// What `PRAGMA integrity_check` found; empty for a sound file.
  func integrityProblems() throws(EventLogError) -> [String] {
    try statement("PRAGMA integrity_check").all { $0.text() }.filter { $0 != "ok" }
  }
}
