import HanseModel
import HanseStore
import HanseSystem
import Testing

@Suite struct EventLogFailureTests {
  private let record = EventRecord(time: Samples.time(0), payload: .hostStopped)

  @Test func `a full disk leaves nothing half written and stops the writer`() throws {
    try withTemporaryPath { path in
      let log = try EventLog.open(path: path)
      _ = try log.append([record])
      let pages = try log.withDatabase { database throws(EventLogError) in
        try database.limitPages(1)
      }
      #expect(pages > 1)
      let text = String(repeating: "x", count: 1 << 16)
      let big = EventRecord(time: Samples.time(0), payload: .locationFailed(message: text))

      let full = eventLogError { _ = try log.append([Samples.created("7k3", ["a"]), record, big]) }

      #expect(full?.code == .diskFull)
      #expect(
        full?.description == """
          event log \(path): appending 3 events failed: database or disk is full (SQLite code 13); \
          free space on its file system, then start the host again; nothing was half written
          """
      )
      let stopped = eventLogError { _ = try log.append([record]) }
      #expect(stopped?.code == .closed)
      #expect(
        stopped?.description == """
          event log \(path): appending 1 event failed: it stopped when appending 3 events failed: \
          database or disk is full (SQLite code 13); open it again
          """
      )
      log.close()

      let again = try EventLog.open(path: path)
      #expect(again.lastSequence == 1)
      #expect(try again.unfinishedRuns().isEmpty)
      #expect(try again.append([record]) == 2)
    }
  }

  @Test func `a closed log leaves one file and refuses everything`() throws {
    try withTemporaryPath { path in
      let log = try EventLog.open(path: path)
      _ = try log.append([record])
      log.close()
      #expect(try Files.list(Paths.directory(of: path)) == ["hanse.db"])
      let error = eventLogError { _ = try log.append([record]) }
      #expect(
        error?.description
          == "event log \(path): appending 1 event failed: it is closed; open it again"
      )
    }
  }

  @Test func `a newer file is refused and names the version that wrote it`() throws {
    try withTemporaryPath { path in
      let newer = try EventLog.open(path: path, program: "hanse 9.1.0")
      try newer.withDatabase { database throws(EventLogError) in
        try database.execute(once: "PRAGMA user_version = 99")
      }
      newer.close()
      let cause = """
        hanse 9.1.0 wrote schema version 99, and this one knows up to \(Schema.version); use that \
        version or a newer one, or name another state directory
        """

      let writing = eventLogError { _ = try EventLog.open(path: path) }
      #expect(writing?.code == .schemaTooNew)
      #expect(writing?.description == "event log \(path): opening it failed: \(cause)")

      let reading = eventLogError { _ = try EventReader.open(path: path) }
      #expect(reading?.code == .schemaTooNew)
      #expect(reading?.description == "event log \(path): opening it for reading failed: \(cause)")
    }
  }

  @Test func `a file that is no database is refused and not touched`() throws {
    try withTemporaryPath { path in
      let bytes = Array(String(repeating: "station,time,celsius\n", count: 100).utf8)
      try Files.writeAtomically(path, bytes, durably: false)
      let error = eventLogError { _ = try EventLog.open(path: path) }
      #expect(error?.code == .corrupt)
      #expect(
        error?.description == """
          event log \(path): opening it failed: file is not a database (SQLite code 26); \
          move the file away, or name another state directory
          """
      )
      #expect(try Files.read(path, limitBytes: 1 << 20) == bytes)
    }
  }

  @Test func `the database of another program is refused`() throws {
    try withTemporaryPath { path in
      let other = try Database(path: path, mode: .readWrite)
      try other.execute(once: "CREATE TABLE notes (text TEXT)")
      let error = eventLogError { _ = try EventLog.open(path: path) }
      #expect(
        error?.description == """
          event log \(path): opening it failed: file is the database of another program \
          (SQLite code 26); move the file away, or name another state directory
          """
      )
    }
  }

  @Test func `a directory that is missing is told`() throws {
    let path = "/nonexistent/hanse.db"
    let error = eventLogError { _ = try EventLog.open(path: path) }
    #expect(error?.code == .failed)
    #expect(
      error?.description == """
        event log \(path): opening it failed: unable to open database file (SQLite code 14); \
        check the file's permissions and its disk, then start the host again
        """
    )
  }

  @Test func `data that is not what was written is told as damage`() throws {
    try withLog { log, reader in
      _ = try log.append([record])
      try log.withDatabase { database throws(EventLogError) in
        try database.execute(once: "UPDATE events SET kind = 'step.started', data = '[1]'")
      }
      let error = eventLogError { _ = try reader.events(after: 0, limit: 1) }
      #expect(error?.code == .corrupt)
      #expect(
        error?.cause
          == "the data of event 1 (step.started): expected an object, found an array (byte 0)"
      )
    }
  }
}
