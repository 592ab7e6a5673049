import HanseModel
import HanseStore
import HanseSystem
import Testing

@Suite struct EventReaderTests {
  @Test func `a reader sees what is committed and cannot write`() throws {
    try withLog { log, reader in
      #expect(try reader.lastSequence() == 0)
      _ = try log.append([Samples.materialized("a/x")])
      #expect(try reader.lastSequence() == 1)
      let error = eventLogError {
        try reader.withDatabase { database throws(EventLogError) in
          try database.execute(once: "DELETE FROM events")
        }
      }
      #expect(error?.cause == "attempt to write a readonly database")
      #expect(try reader.lastSequence() == 1)
    }
  }

  @Test func `a snapshot does not see what is appended meanwhile`() throws {
    try withLog { log, reader in
      _ = try log.append([Samples.materialized("a/x")])
      var failure: (any Error)?
      let seen = try reader.snapshot { () throws(EventLogError) in
        let before = try reader.lastSequence()
        do { _ = try log.append([Samples.materialized("a/y")]) } catch { failure = error }
        return [before, try reader.lastSequence()]
      }
      #expect(failure == nil)
      #expect(seen == [1, 1])
      #expect(try reader.lastSequence() == 2)
    }
  }

  @Test func `a reader opens after the writer is gone and leaves the file alone`() throws {
    try withTemporaryPath { path in
      let log = try EventLog.open(path: path)
      _ = try log.append([Samples.materialized("a/x")])
      log.close()
      let bytes = try Files.read(path, limitBytes: 1 << 24)
      #expect(try EventReader.open(path: path).lastSequence() == 1)
      #expect(try Files.read(path, limitBytes: 1 << 24) == bytes)
    }
  }

  @Test func `what a killed writer left in the write-ahead log is read and not checkpointed`()
    throws
  {
    try withTemporaryPath { path in
      let log = try EventLog.open(path: path)
      _ = try log.append([Samples.materialized("a/x")])
      // A copy of the files of an open log is what a killed writer leaves.
      let copy = path + ".copy"
      for suffix in ["", "-wal"] {
        try Files.writeAtomically(
          copy + suffix,
          try Files.read(path + suffix, limitBytes: 1 << 24),
          durably: false
        )
      }
      let writeAheadLog = try Files.read(copy + "-wal", limitBytes: 1 << 24)
      #expect(!writeAheadLog.isEmpty)

      #expect(try EventReader.open(path: copy).lastSequence() == 1)
      #expect(try Files.read(copy + "-wal", limitBytes: 1 << 24) == writeAheadLog)
      #expect(try EventLog.open(path: copy).append([Samples.materialized("a/y")]) == 2)
    }
  }

  @Test func `a file that no writer has made is told`() throws {
    try withTemporaryPath { path in
      let missing = eventLogError { _ = try EventReader.open(path: path) }
      #expect(missing?.sqliteCode == 14)
      try Files.writeAtomically(path, [], durably: false)
      let empty = eventLogError { _ = try EventReader.open(path: path) }
      #expect(
        empty?.cause == """
          its schema is version 0; the host migrates it to \(Schema.version) when it starts
          """
      )
    }
  }

  @Test func `a filter lets pass what fits all of it`() throws {
    try withLog { log, reader in
      _ = try log.append([
        Samples.created("r1", ["a", "b"]),
        Samples.step("r1", "a", .stepStarted(queuedMilliseconds: 0)),
        Samples.materialized("a", run: "r1"),
        Samples.step("r1", "b", .stepStarted(queuedMilliseconds: 0)),
        Samples.created("r2", ["a"]),
        Samples.materialized("a", run: "r2"),
      ])
      func found(_ filter: EventFilter) throws -> [Int64] {
        try reader.events(after: 0, limit: 10, filter: filter).map(\.sequence)
      }
      #expect(try found(EventFilter()) == [1, 2, 3, 4, 5, 6])
      #expect(try found(EventFilter(run: "r1")) == [1, 2, 3, 4])
      #expect(try found(EventFilter(run: "r1", step: "a")) == [2, 3])
      #expect(try found(EventFilter(asset: "a")) == [3, 6])
      #expect(try found(EventFilter(run: "r2", asset: "a")) == [6])
      #expect(try found(EventFilter(location: "climate")) == [2, 4])
      #expect(try found(EventFilter(kinds: ["run.created", "step.started"])) == [1, 2, 4, 5])
      #expect(try found(EventFilter(run: "r1", kinds: ["step.failed"])) == [])
    }
  }

  @Test func `pages of events join without gap or overlap either way`() throws {
    try withLog { log, reader in
      _ = try log.append((0..<25).map { Samples.materialized("a", at: $0) })
      var forward: [Int64] = []
      while case let page = try reader.events(after: forward.last ?? 0, limit: 10), !page.isEmpty {
        forward += page.map(\.sequence)
      }
      #expect(forward == Array(1...25))
      var backward: [Int64] = []
      while case let page = try reader.assetHistory("a", limit: 10, before: backward.last ?? .max),
        !page.isEmpty
      {
        backward += page.map(\.sequence)
      }
      #expect(backward == Array((1...25).reversed()))
    }
  }

  @Test(arguments: [true, false])
  func `a page ends where it has its bytes, and the next goes on there`(isForward: Bool) throws {
    try withLog { log, reader in
      let text = String(repeating: "x", count: 10_000)
      _ = try log.append(
        (0..<25).map { number in
          // Every fifth is small, one is larger than a page.
          let text = number % 5 == 0 ? "x" : number == 7 ? text + text + text + text : text
          return Samples.step("r", "s", .logged(LogRecord(level: .info, message: text)))
        }
      )
      var (pages, seen): ([Int], [Int64]) = ([], [])
      var more = true
      while more {
        let page =
          isForward
          ? try reader.page(after: seen.last ?? 0, limit: 10, limitBytes: 32_000)
          : try reader.page(before: seen.last ?? .max, limit: 10, limitBytes: 32_000)
        pages.append(page.events.count)
        seen += page.events.map(\.sequence)
        more = page.hasMore
      }
      #expect(seen == (isForward ? Array(1...25) : Array((1...25).reversed())))
      #expect(pages == (isForward ? [4, 3, 1, 4, 4, 3, 4, 2] : [3, 4, 4, 4, 2, 1, 4, 3]))
    }
  }

  @Test func `a page of as many events as there are is the last`() throws {
    try withLog { log, reader in
      _ = try log.append((0..<10).map { Samples.materialized("a", at: $0) })
      #expect(try !reader.page(after: 0, limit: 10, limitBytes: 1 << 20).hasMore)
      #expect(try reader.page(after: 0, limit: 9, limitBytes: 1 << 20).hasMore)
      #expect(try !reader.page(after: 0, limit: .max, limitBytes: 1 << 20).hasMore)
      #expect(try reader.page(after: 10, limit: 5, limitBytes: 0) == EventPage())
    }
  }

  @Test func `events of a run and of an asset are found by an index`() throws {
    try withLog { _, reader in
      for (column, index) in [("run", "events_by_run"), ("asset", "events_by_asset")] {
        let plan = try reader.withDatabase { database throws(EventLogError) in
          try database.statement(
            composed: """
              EXPLAIN QUERY PLAN SELECT data FROM events
              WHERE seq > 0 AND \(column) = 'x' ORDER BY seq LIMIT 1
              """
          ).all { row in
            for _ in 0..<3 { _ = row.int() }
            return row.text()
          }
        }
        #expect(plan == ["SEARCH events USING INDEX \(index) (\(column)=? AND seq>?)"])
      }
    }
  }
}
