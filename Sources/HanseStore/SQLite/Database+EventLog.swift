/// What makes a SQLite file an event log.
extension Database {
  /// The largest write-ahead log that is kept on disk once it is empty.
  private static let keptWriteAheadLogBytes = 64 << 20

  /// Refuses the database of another program; a new, empty file is good.
  func checkIsEventLog() throws(EventLogError) {
    let id = try applicationID()
    if id == Schema.applicationID { return }
    guard id == 0, try schemaVersion() == 0, try tableCount() == 0 else {
      throw EventLogError(
        .corrupt,
        operation: "opening it",
        sqliteCode: 26,
        path: path,
        cause: "file is the database of another program"
      )
    }
  }

  func checkIsNotTooNew() throws(EventLogError) {
    let version = try schemaVersion()
    guard version > Schema.version else { return }
    let program = try meta("written_by") ?? "a newer hanse"
    throw EventLogError(
      .schemaTooNew,
      operation: "opening it",
      path: path,
      cause: "\(program) wrote schema version \(version), and this one knows up to "
        + "\(Schema.version)"
    )
  }

  func prepareForWriting() throws(EventLogError) {
    let mode = try enableWriteAheadLog()
    guard mode == "wal" else {
      throw EventLogError(
        .failed,
        operation: "opening it",
        path: path,
        cause: "its file system does not allow write-ahead logging (journal mode is \(mode))"
      )
    }
    try setSynchronousFull()
    try setWriteAheadLogLimit(bytes: Self.keptWriteAheadLogBytes)
    try setCacheSize(kibibytes: 16384)
    if try applicationID() == 0 { try setApplicationID(Schema.applicationID) }
  }

  func prepareForReading() throws(EventLogError) {
    try setQueryOnly()
    try disableAutomaticCheckpoints()
    try setCacheSize(kibibytes: 2048)
    let version = try schemaVersion()
    guard version < Schema.version else { return }
    throw EventLogError(
      .failed,
      operation: "opening it",
      path: path,
      cause: "its schema is version \(version); the host migrates it to \(Schema.version) when it "
        + "starts"
    )
  }
}
