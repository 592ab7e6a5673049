/// The schema of the event log, version by version.
///
/// A released migration is never changed; a new one is added after it. `meta` keeps its shape in
/// every version, because an older program reads from it who wrote a file that is too new.
package enum Schema {
  /// "Hans", so that a file of another program is told from an event log.
  static let applicationID = 0x4861_6E73

  package static let migrations: [Migration] = [
    Migration(
      version: 1,
      statements: [
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID"
      ] + events + projections
    ),
    Migration(
      version: 2,
      statements: [
        // What people ordered is rare among all else, and looked for at every start.
        "CREATE INDEX events_of_orders ON events (seq) WHERE \(ordered)"
      ]
    ),
    Migration(
      version: 3,
      statements: ["CREATE INDEX events_of_limits ON events (seq) WHERE \(limiting)"]
    ),
    Migration(
      version: 4,
      statements: [
        """
        CREATE TABLE rates (
          kind TEXT NOT NULL,
          name TEXT NOT NULL,
          seq INTEGER NOT NULL,
          PRIMARY KEY (kind, name)
        ) STRICT, WITHOUT ROWID
        """
      ]
    ),
    Migration(version: 5, statements: queueOfRuns),
  ]

  private static let queueOfRuns = [
    "ALTER TABLE runs ADD COLUMN queue TEXT",
    "ALTER TABLE runs ADD COLUMN priority INTEGER NOT NULL DEFAULT 0",
    """
    UPDATE runs SET (queue, priority) = (
      SELECT json_extract(data, '$.request.queue'),
        coalesce(json_extract(data, '$.request.priority'), 0)
      FROM events WHERE seq = created_seq
    )
    WHERE EXISTS (SELECT 1 FROM events WHERE seq = created_seq)
    """,
    // Somebody may have moved them since.
    """
    UPDATE runs SET (queue, priority) = (
      SELECT json_extract(data, '$.queue'), coalesce(json_extract(data, '$.priority'), 0)
      FROM events WHERE run = runs.id AND kind = 'run.requeued' ORDER BY seq DESC LIMIT 1
    )
    WHERE EXISTS (SELECT 1 FROM events WHERE run = runs.id AND kind = 'run.requeued')
    """,
  ]

  /// The kinds of event by which a person's orders for a location stand.
  static let ordered =
    "kind IN ('location.pinned', 'location.disabled', 'location.enabled')"

  /// The kinds of event by which a person's orders for limits stand.
  static let limiting = "kind IN ('limits.changed', 'limits.drained')"

  package static var version: Int { migrations.last?.version ?? 0 }

  private static let events: [String] = [
    """
    CREATE TABLE events (
      seq INTEGER PRIMARY KEY,
      time_ms INTEGER NOT NULL,
      kind TEXT NOT NULL,
      location TEXT,
      generation INTEGER,
      run TEXT,
      step TEXT,
      attempt INTEGER,
      asset TEXT,
      partition_key TEXT,
      data TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX events_by_run ON events (run, seq) WHERE run IS NOT NULL",
    "CREATE INDEX events_by_asset ON events (asset, seq) WHERE asset IS NOT NULL",
  ]

  /// All that can be made again from the events.
  private static let projections: [String] = [
    """
    CREATE TABLE runs (
      created_seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      status TEXT NOT NULL,
      selection TEXT NOT NULL,
      partition_key TEXT,
      run_trigger TEXT NOT NULL,
      tags TEXT NOT NULL,
      created_ms INTEGER NOT NULL,
      started_ms INTEGER,
      finished_ms INTEGER,
      message TEXT,
      waiting INTEGER NOT NULL,
      running INTEGER NOT NULL,
      retrying INTEGER NOT NULL,
      succeeded INTEGER NOT NULL,
      failed INTEGER NOT NULL,
      skipped INTEGER NOT NULL,
      canceled INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX runs_by_status ON runs (status, created_seq)",
    """
    CREATE TABLE steps (
      run TEXT NOT NULL,
      key TEXT NOT NULL,
      position INTEGER NOT NULL,
      location TEXT NOT NULL,
      assets TEXT NOT NULL,
      check_name TEXT,
      status TEXT NOT NULL,
      attempts INTEGER NOT NULL,
      generation INTEGER,
      queued_ms INTEGER,
      first_started_ms INTEGER,
      last_started_ms INTEGER,
      finished_ms INTEGER,
      duration_ms INTEGER,
      failure TEXT,
      skipped_because TEXT,
      message TEXT,
      PRIMARY KEY (run, key)
    ) STRICT, WITHOUT ROWID
    """,
    // The events hold the rest; an empty partition key stands for no partition.
    """
    CREATE TABLE materializations (
      asset TEXT NOT NULL,
      partition_key TEXT NOT NULL,
      seq INTEGER NOT NULL,
      PRIMARY KEY (asset, partition_key)
    ) STRICT, WITHOUT ROWID
    """,
    // The partition of an asset that was made last.
    """
    CREATE TABLE assets (
      asset TEXT NOT NULL PRIMARY KEY,
      partition_key TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE checks (
      asset TEXT NOT NULL,
      name TEXT NOT NULL,
      seq INTEGER NOT NULL,
      PRIMARY KEY (asset, name)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE locations (
      name TEXT NOT NULL PRIMARY KEY,
      generation INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
  ]
}

extension Database {
  /// Empties every projection; the events stay.
  func clearProjections() throws(EventLogError) {
    for table in ["runs", "steps", "materializations", "assets", "checks", "locations", "rates"] {
      try execute(once: "DELETE FROM \(table)")
    }
  }
}
