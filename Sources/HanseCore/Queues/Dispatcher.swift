package import HanseModel

/// Decides which ready step gets the next slot.
///
/// A step is admitted when, in one look at all of them, every limit that it is subject to has room:
/// the workspace, its queue, its location, each pool it names, each limit on a tag of its run. Only
/// then it takes from all of them; while it waits it holds nothing.
///
/// Among those that could start, turns go first between queues and then between the locations of
/// the queue, by stride scheduling (Waldspurger and Weihl, 1995): each gets slots in proportion to its
/// weight, and of k locations of one weight that have steps waiting in a queue, each gets one of the
/// next k slots of that queue, however long the lines of the others are. Within a location the step
/// goes first that became ready first, where each level of priority counts like an earlier readiness;
/// so priority orders, and starves nobody.
///
/// A step that needs several units at once, of one pool or of several, would be passed for ever by
/// steps that take each unit as it comes free. So once it has had its turn and lacked nothing but
/// units, the grants are counted that take units of its pools while there are too few for it. After
/// ``patience`` of them what is free and what comes back is kept for it, until it starts: so it
/// starts at the first turn of its location after those have ended that had units then. Units
/// are kept in a pool for one step at a time, the one that has lacked them for longest, and only
/// while its location serves and nothing that it needs is paused or too small. Between two times that
/// something is kept for steps of the same needs, as many grants as ``patience`` go by. So a pool may
/// have free units that somebody could use, but never more than one waiting step needs of it.
///
/// Steps of one demand wait in one line. A line whose first step lacks something is parked until that
/// is free, so a grant costs the same however many wait.
package struct Dispatcher: Sendable {
  package static let defaultQueue = "default"
  /// One level of priority is worth as much as having waited so long.
  package static let ageing = Duration.seconds(60)
  /// What a weight of 1 adds to a pass.
  static let stride = 16_777_216.0

  package internal(set) var workspaceLimit: Int
  package internal(set) var isPaused = false

  var queues: [Queue] = []
  var queueIndices: [String: Int] = [:]
  var queueTurns = MinHeap<Turn>()
  /// The pass of the queue's turn that was taken last.
  var queuePass: UInt64 = 0
  var locations: [Location] = []
  var locationIndices: [LocationName: Int] = [:]
  var lanes: [Lane] = []
  var pools: [Pool] = []
  var poolIndices: [String: Int] = [:]
  /// What steps take of pools, each different set of units once.
  var bundles: [Bundle] = []
  var bundleIndices: [[Share]: Int] = [:]
  /// The bundles that have candidates.
  var contested: Set<Int> = []
  var candidateCount: UInt64 = 0
  var reservations: [Reservation] = []
  /// Since when all the units of a reservation have been there.
  var completeSince: [Reservation: HostInstant] = [:]
  var tagLimits: [TagLimit] = []
  /// How many steps with a limited tag are in flight; only those above 0.
  var tagUse: [TagKey: Int] = [:]
  var lines: [Line] = []
  var lineIndices: [Demand: Int] = [:]
  var freeLines: [Int] = []
  /// The lanes in which something waits for a condition.
  var waitingFor: [Condition: Set<Int>] = [:]
  var leases: [Ticket: Lease] = [:]
  var alarms = MinHeap<Alarm>()
  var alarmed: Set<Alarm.Gate> = []
  var nextNumber: UInt64 = 0
  var grants: UInt64 = 0
  /// Turns, lines and steps looked at so far: what all grants together have cost.
  package internal(set) var examined = 0

  package init(workspaceLimit: Int, tagLimits: [TagLimit] = []) {
    self.workspaceLimit = workspaceLimit
    self.tagLimits = tagLimits
    _ = queue(named: Self.defaultQueue)
  }

  // MARK: Looks

  /// Those of a run's tags that there are limits on.
  package func limited(_ tags: [String: String]) -> [String: String] {
    guard !tagLimits.isEmpty, !tags.isEmpty else { return [:] }
    let names = Set(tagLimits.map(\.tag))
    return tags.filter { names.contains($0.key) }
  }

  package var runningCount: Int { leases.count }

  /// Whether the location takes steps now.
  package func isReady(_ location: LocationName) -> Bool {
    locationIndices[location].map { locations[$0].isReady } ?? false
  }

  /// How many steps of the location may be in flight at once.
  package func limit(of location: LocationName) -> Int {
    locationIndices[location].map { locations[$0].settings.concurrentSteps } ?? .max
  }

  package func runningCount(in location: LocationName) -> Int {
    locationIndices[location].map { locations[$0].running } ?? 0
  }

  /// Looks at all steps that hold slots.
  package func running(in location: LocationName) -> [Ticket] {
    guard let index = locationIndices[location] else { return [] }
    return leases.filter { lanes[$0.value.needs.lane].location == index }.map(\.key)
  }

  package func waitingCount(in location: LocationName) -> Int {
    locationIndices[location].map { locations[$0].waiting } ?? 0
  }

  /// When a rate lets something through again that was found waiting for it.
  package var nextWakeUp: HostInstant? { alarms.min?.time }

  // MARK: Names

  func queue(known name: String) -> Queue? { queueIndices[name].map { queues[$0] } }

  /// A queue, location or pool that nobody has set up yet has no limit but those of the others.
  mutating func queue(named name: String) -> Int {
    if let index = queueIndices[name] { return index }
    let index = queues.count
    queueIndices[name] = index
    queues.append(Queue(name: name, settings: QueueSettings(), turn: Turn(index: index)))
    return index
  }

  mutating func location(named name: LocationName) -> Int {
    if let index = locationIndices[name] { return index }
    locationIndices[name] = locations.count
    locations.append(Location(name: name, settings: LocationSettings(concurrentSteps: .max)))
    return locations.count - 1
  }

  mutating func pool(named name: String) -> Int {
    if let index = poolIndices[name] { return index }
    poolIndices[name] = pools.count
    pools.append(Pool(name: name, settings: PoolSettings(units: .max)))
    return pools.count - 1
  }

  mutating func lane(of location: Int, in queue: Int) -> Int {
    if let index = locations[location].lanes.first(where: { lanes[$0].queue == queue }) {
      return index
    }
    let index = lanes.count
    lanes.append(Lane(queue: queue, location: location, turn: Turn(index: index)))
    locations[location].lanes.append(index)
    return index
  }
}
