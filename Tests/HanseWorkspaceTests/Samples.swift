import HanseModel
import HanseSystem
import HanseWorkspace
import Testing

/// The texts that several suites use.
enum Samples {
  static let directory = "/srv/weather"
  static let file = "/srv/weather/workspace.json"

  static func load(_ text: String) -> WorkspaceLoad {
    WorkspaceFile.parse(Array(text.utf8), file: file, directory: directory)
  }

  /// The lines a person would see.
  static func messages(_ text: String) -> [String] {
    load(text).problems.map(\.description)
  }

  /// Every member there is, each with a value.
  static let full = """
    {
      "$schema": "./.hanse/workspace.schema.json",
      "version": 1,
      "name": "weather",

      "locations": [
        {
          "name": "observatory",
          "executable": "locations/observatory/.build/release/observatory",
          "arguments": [],
          "workingDirectory": "locations/observatory",
          "environment": {
            "DATA_DIR": "Data",
            "API_TOKEN": { "fromEnvironment": "OBSERVATORY_TOKEN" },
            "DB_PASSWORD": { "fromFile": "/run/secrets/observatory-db" }
          },
          "labels": { "team": "ingest", "tier": "gold" },
          "owns": ["observatory/*"],
          "enabled": true,
          "watch": true,
          "isolation": "location",
          "queue": "default",
          "weight": 1,
          "limits": {
            "concurrentSteps": 4,
            "rate": { "starts": 20, "per": "1s", "burst": 20 }, "waitingSteps": 5000,
            "memory": "1GiB", "openFiles": 1024, "processes": 64
          },
          "timeouts": { "handshake": "10s", "definitions": "30s", "step": "1h", "tick": "60s", "drain": "30s", "shutdown": "5s" },
          "restart": { "initialDelay": "100ms", "maxDelay": "30s", "maxCrashes": 5, "window": "3m", "rollback": false },
          "sha256": null
        }
      ],

      "queues": [
        { "name": "default", "concurrentSteps": 8, "weight": 1 },
        { "name": "backfills", "concurrentSteps": 2, "weight": 0.25, "rate": { "starts": 10, "per": "1s" } }
      ],
      "pools": [ { "name": "warehouse", "units": 5, "rate": { "starts": 100, "per": "1m" } } ],
      "tagLimits": [ { "tag": "customer", "perValue": true, "limit": 2 } ],
      "limits": { "concurrentSteps": 16, "concurrentRuns": 100 },

      "storage": { "kind": "sqlite", "path": ".hanse" },
      "server": { "host": "127.0.0.1", "port": 4747 }
    }

    """

  /// A file with one location whose entry has more members.
  static func location(_ members: String, name: String = "ml") -> String {
    """
    { "version": 1, "locations": [
      { "name": "\(name)", "executable": "bin/ml", \(members) }
    ] }
    """
  }
}
