package import HanseModel

/// A queue that runs wait in.
package struct QueueEntry: Hashable, Sendable {
  package var name = ""
  /// Nil for as many as the workspace allows.
  package var concurrentSteps: Int?
  /// Its share beside other queues.
  package var weight = 1.0
  package var rate: RateLimit?

  package init(name: String = "") { self.name = name }
}

/// How many steps of runs with a tag may run at once.
package struct TagLimitEntry: Hashable, Sendable {
  package var tag = ""
  /// Whether each value of the tag has the limit for itself.
  package var perValue = true
  package var limit = 1

  package init(tag: String = "", perValue: Bool = true, limit: Int = 1) {
    self.tag = tag
    self.perValue = perValue
    self.limit = limit
  }
}

/// So many units of something scarce, which steps lease.
package struct PoolEntry: Hashable, Sendable {
  package var name = ""
  package var units = 1
  package var rate: RateLimit?

  package init(name: String = "", units: Int = 1) {
    self.name = name
    self.units = units
  }
}
