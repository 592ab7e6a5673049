internal import CSQLite

/// One connection to one SQLite file.
///
/// It knows nothing of what is stored. It belongs to the thread that opened it: it is not Sendable
/// and has no lock of its own.
@safe package final class Database {
  package enum Mode: Hashable, Sendable {
    case readWrite
    /// Cannot write, and never checkpoints: with SQLite 3.40.1 a checkpoint by one connection
    /// during a commit of another can damage the file.
    case readOnly
  }

  /// Done once, before the first connection; whether it was in time does not matter.
  private static let memoryResult: Int32 = csqlite_stop_counting_memory()

  package let path: String
  private let handle: OpaquePointer
  private let counters: UnsafeMutablePointer<csqlite_counters>
  /// By the address of the statement's literal: quicker than hashing the text.
  private var statements: [UInt: Statement] = [:]
  private var composedStatements: [String: Statement] = [:]
  /// How many composed statements are kept; their texts differ by the filters people use.
  private let composedLimit = 64

  /// Opens the file; `readWrite` creates it.
  package init(path: String, mode: Mode) throws(EventLogError) {
    _ = Self.memoryResult
    var opened: OpaquePointer?
    let access =
      mode == .readWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY
    let flags = access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let result = unsafe sqlite3_open_v2(path, &opened, flags, nil)
    guard result == SQLITE_OK, let handle = unsafe opened else {
      let error = unsafe EventLogError(
        sqliteCode: result,
        cause: opened.map { unsafe String(cString: sqlite3_errmsg($0)) } ?? "out of memory",
        path: path
      )
      unsafe sqlite3_close_v2(opened)
      throw error
    }
    self.path = path
    unsafe self.handle = unsafe handle
    unsafe counters = .allocate(capacity: 1)
    unsafe counters.initialize(to: csqlite_counters(walFrames: 0, commits: 0))
    unsafe csqlite_install_counters(handle, counters)
    unsafe sqlite3_busy_timeout(handle, 5000)
    if mode == .readOnly { unsafe _ = csqlite_never_checkpoint_on_close(handle) }
  }

  deinit {
    // Statements are finalized before the connection that they belong to.
    statements.removeAll()
    composedStatements.removeAll()
    unsafe sqlite3_close_v2(handle)
    unsafe counters.deallocate()
  }

  /// The frames in the write-ahead log after this connection's last commit.
  package var walFrames: Int { unsafe Int(counters.pointee.walFrames) }

  /// The transactions that this connection committed and that changed something.
  package var commits: Int64 { unsafe counters.pointee.commits }

  /// The rows that the last statement changed.
  package var changes: Int64 { unsafe sqlite3_changes64(handle) }

  package var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

  // MARK: Statements

  /// The prepared statement of a literal, from the cache after the first time.
  package func statement(_ sql: StaticString) throws(EventLogError) -> Statement {
    let key = unsafe UInt(bitPattern: sql.utf8Start)
    if let statement = statements[key] { return statement }
    let statement = try prepare(sql.description, isKept: true)
    statements[key] = statement
    return statement
  }

  /// The prepared statement of a text that was put together.
  package func statement(composed sql: String) throws(EventLogError) -> Statement {
    if let statement = composedStatements[sql] { return statement }
    if composedStatements.count >= composedLimit { composedStatements.removeAll() }
    let statement = try prepare(sql, isKept: true)
    composedStatements[sql] = statement
    return statement
  }

  private func prepare(_ sql: String, isKept: Bool) throws(EventLogError) -> Statement {
    var prepared: OpaquePointer?
    let flags = isKept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
    let result = unsafe sqlite3_prepare_v3(handle, sql, -1, flags, &prepared, nil)
    guard result == SQLITE_OK, let statement = unsafe prepared else { throw error(sql: sql) }
    return unsafe Statement(statement, of: self, sql: sql)
  }

  /// Runs a statement that is used once, such as one that changes the schema.
  package func execute(once sql: String) throws(EventLogError) {
    try prepare(sql, isKept: false).run()
  }

  // MARK: Transactions

  /// Runs `body` in one transaction: all of it is durable on return, or nothing of it happened.
  ///
  /// Transactions do not nest.
  package func transaction<Result>(
    _ kind: TransactionKind = .write,
    _ body: () throws(EventLogError) -> Result
  ) throws(EventLogError) -> Result {
    precondition(!isInTransaction, "a transaction inside another")
    switch kind {
    case .write: try beginWriting()
    case .snapshot: try beginReading()
    }
    do throws(EventLogError) {
      let result = try body()
      try commit()
      return result
    } catch {
      // SQLite may have rolled back on its own; the first error is the one worth telling.
      if isInTransaction { try? rollback() }
      throw error
    }
  }

  package enum TransactionKind: Hashable, Sendable {
    case write
    /// Several statements that see one state of the file.
    case snapshot
  }

  /// Moves what is in the write-ahead log into the file, without waiting for readers.
  ///
  /// With `truncating` it does wait for readers, and leaves an empty write-ahead log.
  package func checkpoint(truncating: Bool) throws(EventLogError) {
    let mode = truncating ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
    let result = unsafe sqlite3_wal_checkpoint_v2(handle, nil, mode, nil, nil)
    guard result == SQLITE_OK else { throw error(sql: nil) }
    if truncating { unsafe counters.pointee.walFrames = 0 }
  }

  /// The last failure of this connection.
  func error(sql: String?) -> EventLogError {
    unsafe EventLogError(
      sqliteCode: sqlite3_extended_errcode(handle),
      cause: String(cString: sqlite3_errmsg(handle)),
      path: path,
      sql: sql
    )
  }
}

extension EventLogError {
  /// A failure that SQLite reported.
  init(sqliteCode: Int32, cause: String, path: String, sql: String? = nil) {
    let code: Code =
      switch sqliteCode & 0xFF {
      case SQLITE_BUSY, SQLITE_LOCKED: .busy
      case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
      case SQLITE_FULL: .diskFull
      // SQLITE_IOERR_SHMSIZE: there is no room for SQLite's shared memory, which is a file, too.
      case SQLITE_IOERR where sqliteCode == 4874: .diskFull
      default: .failed
      }
    self.init(
      code,
      operation: "using the file",
      sqliteCode: sqliteCode,
      sql: sql,
      path: path,
      cause: cause
    )
  }
}
