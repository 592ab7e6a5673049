import HanseModel
import HanseStore
import Testing

@Suite struct MigrationTests {
  private let first = Migration(version: 1, statements: ["CREATE TABLE a (x INTEGER)"])
  private let second = Migration(
    version: 2,
    statements: ["ALTER TABLE a ADD COLUMN y INTEGER", "UPDATE a SET y = x * 2"]
  )

  @Test func `a file of an older version goes through the migrations it lacks`() throws {
    try withTemporaryPath { path in
      let old = try Database(path: path, mode: .readWrite)
      try old.migrate([first])
      try old.execute(once: "INSERT INTO a VALUES (21)")

      let new = try Database(path: path, mode: .readWrite)
      try new.migrate([first, second])
      #expect(try new.schemaVersion() == 2)
      #expect(try new.statement("SELECT y FROM a").first { $0.int() } == 42)
      try new.migrate([first, second])
      #expect(try new.schemaVersion() == 2)
    }
  }

  @Test func `a migration that fails leaves the version before it whole`() throws {
    try withTemporaryPath { path in
      let database = try Database(path: path, mode: .readWrite)
      let broken = Migration(
        version: 2,
        statements: ["ALTER TABLE a ADD COLUMN y INTEGER", "INSERT INTO nowhere VALUES (1)"]
      )
      let error = eventLogError { try database.migrate([first, broken]) }
      #expect(
        error?.description == """
          event log \(path): migrating to schema version 2 failed: no such table: nowhere \
          (SQLite code 1); check the file's permissions and its disk, then start the host again
          """
      )
      #expect(error?.sql == "INSERT INTO nowhere VALUES (1)")
      #expect(try database.schemaVersion() == 1)
      let columns = "SELECT count(*) FROM pragma_table_info('a')"
      #expect(try database.statement(composed: columns).first { $0.int() } == 1)
    }
  }

  @Test func `runs of a file that knew no queues get theirs from the events`() throws {
    try withTemporaryPath { path in
      let log = try EventLog.open(path: path)
      for (run, queue) in [("a", "slow"), ("b", nil), ("c", "slow")] as [(RunID, String?)] {
        let request = RunRequest(selection: "*", queue: queue, priority: queue == nil ? 0 : 4)
        let creation = EventPayload.RunCreation(request: request, plan: Samples.plan(["x"]))
        _ = try log.append([Samples.run(run, .runCreated(creation))])
      }
      _ = try log.append([
        Samples.run("c", .runRequeued(queue: "fast", priority: -1)),
        Samples.run("c", .runRequeued(queue: nil, priority: 9)),
      ])
      func standing() throws -> [String] {
        try EventReader.open(path: path).runs().reversed().map {
          "\($0.queue ?? "none") \($0.priority)"
        }
      }
      #expect(try standing() == ["slow 4", "none 0", "none 9"])
      try log.rebuildProjections()
      #expect(try standing() == ["slow 4", "none 0", "none 9"])
      log.close()
      let old = try Database(path: path, mode: .readWrite)
      for column in ["queue", "priority"] {
        try old.execute(once: "ALTER TABLE runs DROP COLUMN \(column)")
      }
      try old.execute(once: "PRAGMA user_version = 4")
      try EventLog.open(path: path).close()
      #expect(try standing() == ["slow 4", "none 0", "none 9"])
    }
  }

  @Test func `the migrations are numbered from one without gaps`() {
    #expect(Schema.migrations.map(\.version) == Array(1...Schema.version))
  }
}
