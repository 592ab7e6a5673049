package import HanseModel

/// What workspace.json says, complete: every default filled in, every path absolute.
package struct Workspace: Hashable, Sendable {
  /// The absolute path of the file.
  package var file: String
  /// The absolute path of the directory that relative paths start from.
  package var directory: String
  package var name: String
  /// Those without errors, in the order of the file.
  package var locations: [LocationEntry]
  /// In the order of the file; `default` comes first if the file does not have it.
  package var queues: [QueueEntry]
  package var pools: [PoolEntry]
  package var tagLimits: [TagLimitEntry] = []
  package var limits: WorkspaceLimits
  package var storage: StorageEntry
  package var server: ServerEntry
  /// Where the file names the server's port; nil if it does not.
  package var portPosition: SourcePosition?
  /// Where values are kept by the locations that say nothing else.
  package var io: IOEntry

  /// The queue that exists without being listed.
  package static let defaultQueue = "default"

  package func location(_ name: LocationName) -> LocationEntry? {
    locations.first { $0.name == name }
  }

  package func queue(_ name: String) -> QueueEntry? { queues.first { $0.name == name } }

  package func pool(_ name: String) -> PoolEntry? { pools.first { $0.name == name } }
}

/// What the workspace as a whole may do at once.
package struct WorkspaceLimits: Hashable, Sendable {
  package var concurrentSteps = 16
  package var concurrentRuns = 100

  package init() {}
}

/// Where the event log and everything else the host remembers is kept.
package struct StorageEntry: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case sqlite
  }

  package var kind = Kind.sqlite
  /// The absolute path of a directory.
  package var path = ".hanse"

  package init() {}
}

/// Where a running host can be reached.
package struct ServerEntry: Hashable, Sendable {
  package var host = "127.0.0.1"
  /// 0 means any free one.
  package var port = 4747

  package init() {}
}
