/// A failure of the event log.
///
/// `code` is for programs, `description` for people. Bound values are never part of it.
package struct EventLogError: Error, Hashable, Sendable {
  package enum Code: String, Hashable, Sendable {
    /// Another connection holds a lock for longer than this one waits.
    case busy
    /// The file is damaged, or no event log.
    case corrupt
    case diskFull
    /// A newer version wrote the file.
    case schemaTooNew
    case failed
    /// The log was closed, or stopped after an earlier failure.
    case closed
  }

  package var code: Code
  /// What was being done, such as `appending 3 events`.
  package var operation: String
  /// SQLite's extended result code; 0 when SQLite did not fail.
  package var sqliteCode: Int32
  package var sql: String?
  package var path: String
  /// What went wrong, in the words of whoever noticed.
  package var cause: String

  package init(
    _ code: Code,
    operation: String,
    sqliteCode: Int32 = 0,
    sql: String? = nil,
    path: String,
    cause: String
  ) {
    self.code = code
    self.operation = operation
    self.sqliteCode = sqliteCode
    self.sql = sql
    self.path = path
    self.cause = cause
  }

  /// The same failure, told by whoever knows what it was part of.
  func during(_ operation: String) -> EventLogError {
    var outer = self
    outer.operation = operation
    return outer
  }
}

extension EventLogError: CustomStringConvertible {
  package var description: String { "event log \(words); \(advice)" }

  /// What went wrong with which file.
  package var words: String {
    let number = sqliteCode == 0 ? "" : " (SQLite code \(sqliteCode))"
    return "\(path): \(operation) failed: \(cause)\(number)"
  }

  /// What to do next.
  package var advice: String {
    switch code {
    case .busy:
      "another process holds it: stop that one, or wait, and try again"
    case .corrupt where sqliteCode & 0xFF == 26:
      "move the file away, or name another state directory"
    case .corrupt:
      "keep a copy of the file, then restore it from a backup or start with an empty state directory"
    case .diskFull:
      "free space on its file system, then start the host again; nothing was half written"
    case .schemaTooNew:
      "use that version or a newer one, or name another state directory"
    case .failed:
      "check the file's permissions and its disk, then start the host again"
    case .closed:
      "open it again"
    }
  }
}
