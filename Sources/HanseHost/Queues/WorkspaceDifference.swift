import HanseModel
import HanseWorkspace

/// What the workspace file says now, beside what it said when it was last read.
package struct WorkspaceDifference: Hashable, Sendable {
  /// Limits, queues, pools, weights and rates, which a host can change while it runs; one line each.
  package private(set) var applied: [String] = []
  /// What takes another start of the host; one line each.
  package private(set) var pending: [String] = []

  package var isEmpty: Bool { applied.isEmpty && pending.isEmpty }

  /// - Parameters:
  ///   - last: What the file said when it was last read: what is different of limits is applied.
  ///   - running: What the host was started with: what is different of the rest is pending.
  ///   - new: What the file says now.
  init(from last: Workspace, running: Workspace, to new: Workspace) {
    self.init(from: last, to: new)
    if last != running { pending = Self(from: running, to: new).pending }
  }

  private init(from old: Workspace, to new: Workspace) {
    note("limits.concurrentSteps", old.limits.concurrentSteps, new.limits.concurrentSteps)
    note("limits.concurrentRuns", old.limits.concurrentRuns, new.limits.concurrentRuns)
    compare(old.queues, new.queues, "queue", by: \.name) { $0.note($1, $2, $3) }
    compare(old.pools, new.pools, "pool", by: \.name) { $0.note($1, $2, $3) }
    compare(old.tagLimits, new.tagLimits, "limit of tag", by: \.scope) {
      $0.note("\($1): limit", $2.limit, $3.limit)
    }
    compareLocations(old, new)
    if old.storage != new.storage { pending.append("storage has changed") }
    if old.server != new.server { pending.append("server has changed") }
    if old.io != new.io { pending.append("io has changed") }
  }

  private mutating func compare<Entry: Equatable>(
    _ old: [Entry],
    _ new: [Entry],
    _ kind: String,
    by name: (Entry) -> String,
    _ compare: (inout Self, String, Entry, Entry) -> Void
  ) {
    for entry in new {
      let what = "\(kind) \"\(name(entry))\""
      if let before = old.first(where: { name($0) == name(entry) }) {
        compare(&self, what, before, entry)
      } else {
        applied.append("\(what) is new")
      }
    }
    for entry in old where !new.contains(where: { name($0) == name(entry) }) {
      applied.append("\(kind) \"\(name(entry))\" is gone")
    }
  }

  private mutating func compareLocations(_ old: Workspace, _ new: Workspace) {
    for entry in new.locations {
      guard let before = old.location(entry.name) else {
        pending.append("location \"\(entry.name)\" is new")
        continue
      }
      let what = "location \"\(entry.name)\""
      note("\(what): queue", before.queue, entry.queue)
      note("\(what): weight", before.weight, entry.weight)
      let steps = (before.limits.concurrentSteps, entry.limits.concurrentSteps)
      note("\(what): limits.concurrentSteps", steps.0, steps.1)
      let waiting = (before.limits.waitingSteps, entry.limits.waitingSteps)
      note("\(what): limits.waitingSteps", waiting.0, waiting.1)
      note("\(what): limits.rate", Self.text(before.limits.rate), Self.text(entry.limits.rate))
      if before.withoutQueues != entry.withoutQueues {
        pending.append("\(what) has other settings than its limits changed")
      }
    }
    for entry in old.locations where new.location(entry.name) == nil {
      pending.append("location \"\(entry.name)\" is gone")
    }
  }

  private mutating func note(_ what: String, _ old: QueueEntry, _ new: QueueEntry) {
    note(
      "\(what): concurrentSteps",
      Self.text(old.concurrentSteps),
      Self.text(new.concurrentSteps)
    )
    note("\(what): weight", old.weight, new.weight)
    note("\(what): rate", Self.text(old.rate), Self.text(new.rate))
  }

  private mutating func note(_ what: String, _ old: PoolEntry, _ new: PoolEntry) {
    note("\(what): units", old.units, new.units)
    note("\(what): rate", Self.text(old.rate), Self.text(new.rate))
  }

  private mutating func note<Value: Equatable>(_ what: String, _ old: Value, _ new: Value) {
    if old != new { applied.append("\(what): \(old) -> \(new)") }
  }

  private static func text(_ number: Int?) -> String { number.map { "\($0)" } ?? "no limit" }

  private static func text(_ rate: RateLimit?) -> String {
    rate.map { "\($0)" } ?? "no limit"
  }
}

extension TagLimitEntry {
  /// What it counts, whatever its limit is.
  fileprivate var scope: String { perValue ? "\(tag)=..." : tag }
}

extension LocationEntry {
  /// All but what a running host can change.
  fileprivate var withoutQueues: LocationEntry {
    var entry = ignoringPosition
    entry.queue = Workspace.defaultQueue
    entry.weight = 1
    entry.limits.concurrentSteps = 1
    entry.limits.rate = nil
    entry.limits.waitingSteps = 1
    return entry
  }
}
