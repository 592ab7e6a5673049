internal import CSQLite

/// A prepared statement.
///
/// Values are bound, and columns read, from left to right: each call takes the next one. Every
/// parameter is bound anew for each use.
@safe package final class Statement {
  package let sql: String
  private let handle: OpaquePointer
  /// The database keeps the statement; the reverse would keep both for ever.
  private unowned let database: Database
  private var parameter: Int32 = 0
  private var column: Int32 = 0
  /// The first bind that failed; told when the statement is stepped.
  private var bindResult: Int32 = SQLITE_OK

  init(_ handle: OpaquePointer, of database: Database, sql: String) {
    unsafe self.handle = unsafe handle
    self.database = database
    self.sql = sql
  }

  deinit { unsafe sqlite3_finalize(handle) }

  // MARK: Parameters

  package func bind(_ value: Int64?) {
    parameter += 1
    if let value {
      unsafe note(sqlite3_bind_int64(handle, parameter, value))
    } else {
      unsafe note(sqlite3_bind_null(handle, parameter))
    }
  }

  package func bind(_ value: Int?) { bind(value.map(Int64.init)) }

  package func bind(_ value: String?) {
    parameter += 1
    guard var value else {
      unsafe note(sqlite3_bind_null(handle, parameter))
      return
    }
    value.withUTF8 { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { unsafe bindText($0) }
    }
  }

  /// Binds UTF-8 text.
  package func bind(utf8 value: [UInt8]) {
    parameter += 1
    unsafe value.withUnsafeBufferPointer { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { unsafe bindText($0) }
    }
  }

  private func bindText(_ text: UnsafeBufferPointer<CChar>) {
    guard let start = text.baseAddress else {
      // A null pointer would bind NULL instead of an empty text.
      unsafe note(csqlite_bind_text(handle, parameter, "", 0))
      return
    }
    unsafe note(csqlite_bind_text(handle, parameter, start, Int64(text.count)))
  }

  private func note(_ result: Int32) {
    if bindResult == SQLITE_OK { bindResult = result }
  }

  // MARK: Running

  /// Runs a statement whose rows nobody wants.
  package func run() throws(EventLogError) {
    defer { reset() }
    while try step() {}
  }

  /// Calls `body` for each row.
  package func forEach(_ body: (Statement) throws(EventLogError) -> Void) throws(EventLogError) {
    defer { reset() }
    while try step() { try body(self) }
  }

  /// Calls `body` for each row until it returns false; what is behind that row is not read.
  package func forEachWhile(
    _ body: (Statement) throws(EventLogError) -> Bool
  ) throws(EventLogError) {
    defer { reset() }
    while try step() {
      guard try body(self) else { return }
    }
  }

  /// The rows, as `body` reads them.
  package func all<Row>(
    _ body: (Statement) throws(EventLogError) -> Row
  ) throws(EventLogError) -> [Row] {
    var rows: [Row] = []
    try forEach { row throws(EventLogError) in rows.append(try body(row)) }
    return rows
  }

  /// The first row, as `body` reads it; nil when there is none.
  package func first<Row>(
    _ body: (Statement) throws(EventLogError) -> Row
  ) throws(EventLogError) -> Row? {
    defer { reset() }
    return try step() ? try body(self) : nil
  }

  private func step() throws(EventLogError) -> Bool {
    guard bindResult == SQLITE_OK else { throw database.error(sql: sql) }
    column = 0
    switch unsafe sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw database.error(sql: sql)
    }
  }

  private func reset() {
    // The result is that of the last step, which has been told.
    unsafe _ = sqlite3_reset(handle)
    parameter = 0
    bindResult = SQLITE_OK
  }

  // MARK: Columns

  package func int64() -> Int64 { unsafe sqlite3_column_int64(handle, next()) }

  package func int() -> Int { Int(int64()) }

  package func optionalInt64() -> Int64? { isNull ? skip() : int64() }

  package func optionalInt() -> Int? { isNull ? skip() : int() }

  package func text() -> String {
    unsafe withText { unsafe String(decoding: $0, as: UTF8.self) }
  }

  package func optionalText() -> String? { isNull ? skip() : text() }

  /// The UTF-8 bytes of a text.
  package func utf8() -> [UInt8] { unsafe withText { unsafe Array($0) } }

  package func optionalUTF8() -> [UInt8]? { isNull ? skip() : utf8() }

  private func withText<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    let index = next()
    // The pointer first: asking for it may convert, which changes the count.
    let start = unsafe sqlite3_column_text(handle, index)
    let count = unsafe Int(sqlite3_column_bytes(handle, index))
    return unsafe body(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
  }

  private var isNull: Bool { unsafe sqlite3_column_type(handle, column) == SQLITE_NULL }

  private func skip<Value>() -> Value? {
    column += 1
    return nil
  }

  private func next() -> Int32 {
    defer { column += 1 }
    return column
  }
}
