import HanseCore
import HanseModel

/// The rules of ``Dispatcher`` in the plainest way: each grant looks at every step that waits.
struct ReferenceDispatcher {
  typealias Ticket = Dispatcher.Ticket
  typealias Demand = Dispatcher.Demand

  struct Waiting {
    var number: Int
    var readyAt: HostInstant
    var ticket: Ticket
    var demand: Demand
    var isAlone: Bool

    var lane: Lane { Lane(queue: demand.queue, location: demand.location) }
    var virtualReadiness: Int64 {
      readyAt.nanoseconds - Int64(demand.priority) * Dispatcher.ageing.wholeNanoseconds
    }
  }

  struct Lane: Hashable {
    var queue: String
    var location: LocationName
  }

  struct Turn {
    var pass = 0.0
    var lastGrant = 0
  }

  var workspaceLimit: Int
  var isPaused = false
  var tagLimits: [Dispatcher.TagLimit]
  var queues: [String: Dispatcher.QueueSettings] = [:]
  var locations: [LocationName: Dispatcher.LocationSettings] = [:]
  var pools: [String: Dispatcher.PoolSettings] = [:]
  var ready: Set<LocationName> = []
  var gates: [String: RateGate] = [:]
  var waiting: [Waiting] = []
  var leases: [Ticket: Waiting] = [:]
  private var queueOrder = [Dispatcher.defaultQueue]
  private var laneOrder: [Lane] = []
  private var queueTurns: [String: Turn] = [:]
  private var laneTurns: [Lane: Turn] = [:]
  private var queuePass = 0.0
  private var lanePass: [String: Double] = [:]
  private var numbers = 0
  private var grants = 0

  init(workspaceLimit: Int, tagLimits: [Dispatcher.TagLimit]) {
    self.workspaceLimit = workspaceLimit
    self.tagLimits = tagLimits
  }

  // MARK: Changes

  mutating func set(gate name: String, _ rate: RateLimit?, at now: HostInstant) {
    gates[name] = rate.map { gates[name]?.changed(to: $0, at: now) ?? RateGate($0, at: now) }
  }

  mutating func mention(_ queue: String) {
    if !queueOrder.contains(queue) { queueOrder.append(queue) }
  }

  private mutating func mention(_ lane: Lane) {
    mention(lane.queue)
    if !laneOrder.contains(lane) { laneOrder.append(lane) }
  }

  mutating func enqueue(_ ticket: Ticket, _ demand: Demand, alone: Bool, at now: HostInstant) {
    numbers += 1
    let new = Waiting(
      number: numbers,
      readyAt: now,
      ticket: ticket,
      demand: demand,
      isAlone: alone
    )
    mention(new.lane)
    waiting.append(new)
  }

  mutating func withdraw(_ ticket: Ticket) { waiting.removeAll { $0.ticket == ticket } }

  mutating func move(where isMeant: (Ticket) -> Bool, to change: (Demand) -> Demand) {
    for index in waiting.indices where isMeant(waiting[index].ticket) {
      waiting[index].demand = change(waiting[index].demand)
      mention(waiting[index].lane)
    }
  }

  mutating func setTagLimits(
    _ limits: [Dispatcher.TagLimit],
    _ tags: [Ticket: [String: String]]
  ) {
    tagLimits = limits
    func limited(_ ticket: Ticket) -> [String: String] {
      (tags[ticket] ?? [:]).filter { tag, _ in limits.contains { $0.tag == tag } }
    }
    for index in waiting.indices {
      waiting[index].demand.tags = limited(waiting[index].ticket)
    }
    for ticket in leases.keys { leases[ticket]?.demand.tags = limited(ticket) }
  }

  mutating func release(_ ticket: Ticket) { leases[ticket] = nil }

  // MARK: The rules

  func tagKeys(of demand: Demand) -> [String] {
    tagLimits.enumerated().compactMap { index, limit in
      demand.tags[limit.tag].map { limit.perValue ? "\(index)=\($0)" : "\(index)" }
    }
  }

  private func used(pool: String) -> Int {
    leases.values.reduce(0) { $0 + ($1.demand.pools[pool] ?? 0) }
  }

  private func isOpen(_ gate: String, _ now: HostInstant) -> Bool {
    gates[gate]?.isOpen(at: now) ?? true
  }

  /// Whether every limit has room for the step.
  func isEligible(_ step: Waiting, at now: HostInstant) -> Bool {
    let demand = step.demand
    let queue = queues[demand.queue] ?? Dispatcher.QueueSettings()
    let location =
      locations[demand.location] ?? Dispatcher.LocationSettings(concurrentSteps: .max)
    let here = leases.values.filter { $0.demand.location == demand.location }
    guard leases.count < workspaceLimit, ready.contains(demand.location) else { return false }
    guard !queue.isPaused, !location.isPaused, isOpen("queue \(demand.queue)", now),
      isOpen("location \(demand.location)", now)
    else { return false }
    guard
      leases.values.count(where: { $0.demand.queue == demand.queue })
        < queue.concurrentSteps ?? .max
    else { return false }
    guard here.count < location.concurrentSteps, !here.contains(where: \.isAlone) else {
      return false
    }
    let alone = waiting.first { $0.isAlone && $0.demand.location == demand.location }
    if let alone, alone.number != step.number || !here.isEmpty { return false }
    for (name, units) in demand.pools {
      guard let pool = pools[name] else { continue }
      if pool.isPaused || !isOpen("pool \(name)", now) { return false }
      if used(pool: name) + units > pool.units { return false }
    }
    for (index, limit) in tagLimits.enumerated() where demand.tags[limit.tag] != nil {
      let value = demand.tags[limit.tag]
      let count = leases.values.count {
        let other = $0.demand.tags[tagLimits[index].tag]
        return other != nil && (!limit.perValue || other == value)
      }
      if count >= limit.limit { return false }
    }
    return true
  }

  mutating func grantNext(at now: HostInstant) -> Ticket? {
    guard !isPaused else { return nil }
    let eligible = waiting.filter { isEligible($0, at: now) }
    let lanes = Set(eligible.map(\.lane))
    func rank(_ turn: Turn?, _ pass: Double, _ index: Int) -> (Double, Int, Int) {
      (max(turn?.pass ?? 0, pass), turn?.lastGrant ?? 0, index)
    }
    let queue = queueOrder.enumerated()
      .filter { queue in lanes.contains { $0.queue == queue.element } }
      .min {
        rank(queueTurns[$0.element], queuePass, $0.offset)
          < rank(queueTurns[$1.element], queuePass, $1.offset)
      }?.element
    guard let queue else { return nil }
    let pass = lanePass[queue] ?? 0
    let lane = laneOrder.enumerated()
      .filter { $0.element.queue == queue && lanes.contains($0.element) }
      .min {
        rank(laneTurns[$0.element], pass, $0.offset) < rank(laneTurns[$1.element], pass, $1.offset)
      }?.element
    let best = eligible.filter { $0.lane == lane }
      .min { ($0.virtualReadiness, $0.number) < ($1.virtualReadiness, $1.number) }
    guard let lane, let best else { return nil }
    take(best, in: lane, at: now)
    return best.ticket
  }

  private mutating func take(_ step: Waiting, in lane: Lane, at now: HostInstant) {
    waiting.removeAll { $0.number == step.number }
    leases[step.ticket] = step
    let names = ["queue \(lane.queue)", "location \(lane.location)"]
    for name in names + step.demand.pools.keys.map({ "pool \($0)" }) {
      gates[name]?.take(at: now)
    }
    grants += 1
    let weight = locations[lane.location]?.weight ?? 1
    let pass = max(laneTurns[lane]?.pass ?? 0, lanePass[lane.queue] ?? 0)
    lanePass[lane.queue] = pass
    laneTurns[lane] = Turn(pass: pass + (16_777_216 / weight).rounded(.down), lastGrant: grants)
    let share = queues[lane.queue]?.weight ?? 1
    let own = max(queueTurns[lane.queue]?.pass ?? 0, queuePass)
    queuePass = own
    queueTurns[lane.queue] = Turn(
      pass: own + (16_777_216 / share).rounded(.down),
      lastGrant: grants
    )
  }
}
