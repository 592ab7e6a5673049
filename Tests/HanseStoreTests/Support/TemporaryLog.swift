import HanseModel
import HanseStore
import HanseSystem

/// Gives `body` the path of an event log that does not exist yet, in a directory of its own.
func withTemporaryPath<Result>(_ body: (String) throws -> Result) throws -> Result {
  let directory = try Files.makeTemporaryDirectory(prefix: "hanse-store-")
  // What is left behind in /tmp harms no other test.
  defer { try? Files.removeTree(directory) }
  return try body(Paths.join(directory, "hanse.db"))
}

/// Gives `body` an open event log and a reader of it.
func withLog<Result>(_ body: (EventLog, EventReader) throws -> Result) throws -> Result {
  try withTemporaryPath { path in
    let log = try EventLog.open(path: path, program: "hanse 0.0-test")
    defer { log.close() }
    return try body(log, try EventReader.open(path: path))
  }
}

/// What `body` throws, when it is an error of the event log.
func eventLogError(_ body: () throws -> Void) -> EventLogError? {
  do {
    try body()
    return nil
  } catch {
    return error as? EventLogError
  }
}
