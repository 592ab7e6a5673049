/// One step of a schema from a version to the next: numbered, forward only.
package struct Migration: Sendable {
  /// The version that the file has afterwards.
  ///
  /// The first migration makes version 1.
  package var version: Int
  package var statements: [String]

  package init(version: Int, statements: [String]) {
    self.version = version
    self.statements = statements
  }
}

extension Database {
  /// Brings the file to the last migration's version, each migration in a transaction of its own.
  ///
  /// A failure leaves the file at the version it had reached. The caller has made sure that the
  /// file is not newer than the last migration.
  package func migrate(_ migrations: [Migration]) throws(EventLogError) {
    let present = try schemaVersion()
    for migration in migrations where migration.version > present {
      do throws(EventLogError) {
        try transaction { () throws(EventLogError) in
          for statement in migration.statements { try execute(once: statement) }
          try setSchemaVersion(migration.version)
        }
      } catch {
        throw error.during("migrating to schema version \(migration.version)")
      }
    }
  }
}
