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
    var group: Group { Group(lane: lane, pools: demand.pools) }
    var virtualReadiness: Int64 {
      readyAt.nanoseconds - Int64(demand.priority) * Dispatcher.ageing.wholeNanoseconds
    }
  }

  struct Lane: Hashable {
    var queue: String
    var location: LocationName
  }

  /// Steps of a lane that take the same of pools.
  struct Group: Hashable {
    var lane: Lane
    var pools: [String: Int]
  }

  /// Since when steps of a group lack units.
  struct Mark {
    var number: Int
    /// How often steps with these needs had been passed then.
    var passes: Int
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
  /// The demands whose first step has had its turn, and lacked nothing but units.
  var short: Set<Demand> = []
  /// The same of those that must be alone, by number.
  var shortLoners: Set<Int> = []
  var marks: [Group: Mark] = [:]
  var markCount = 0
  /// How often steps that take this of pools have been passed.
  var passes: [[String: Int]: Int] = [:]
  /// The same when units were kept for such a step last.
  var passesBefore: [[String: Int]: Int] = [:]
  /// Whom units are kept for.
  var kept: [Group] = []
  /// Since when all that is kept for them has been there.
  var complete: [Group: HostInstant] = [:]
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

  mutating func withdraw(_ ticket: Ticket) {
    waiting.removeAll { $0.ticket == ticket }
    forget()
  }

  mutating func move(where isMeant: (Ticket) -> Bool, to change: (Demand) -> Demand) {
    for index in waiting.indices where isMeant(waiting[index].ticket) {
      let old = waiting[index].demand
      waiting[index].demand = change(old)
      mention(waiting[index].lane)
      if waiting[index].demand != old { shortLoners.remove(waiting[index].number) }
    }
    forget()
  }

  mutating func setTagLimits(
    _ limits: [Dispatcher.TagLimit],
    _ tags: [Ticket: [String: String]]
  ) {
    func scopes(_ limits: [Dispatcher.TagLimit]) -> [String] {
      limits.map { "\($0.tag) \($0.perValue)" }
    }
    if scopes(limits) != scopes(tagLimits) {
      (short, shortLoners, kept, complete) = ([], [], [], [:])
      forget()
    }
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

  /// Whether the step could start, but for units of its pools.
  private func hasAllButUnits(_ step: Waiting, at now: HostInstant) -> Bool {
    for name in step.demand.pools.keys where pools[name] != nil {
      if pools[name]?.isPaused == true || !isOpen("pool \(name)", now) { return false }
    }
    for limit in tagLimits where step.demand.tags[limit.tag] != nil {
      let value = step.demand.tags[limit.tag]
      let count = leases.values.count {
        let other = $0.demand.tags[limit.tag]
        return other != nil && (!limit.perValue || other == value)
      }
      if count >= limit.limit { return false }
    }
    return true
  }

  private func isOpen(queue name: String, at now: HostInstant) -> Bool {
    let settings = queues[name] ?? Dispatcher.QueueSettings()
    return !settings.isPaused && isOpen("queue \(name)", now)
      && leases.values.count(where: { $0.demand.queue == name }) < settings.concurrentSteps ?? .max
  }

  private func isOpen(location name: LocationName, at now: HostInstant) -> Bool {
    let settings = locations[name] ?? Dispatcher.LocationSettings(concurrentSteps: .max)
    let here = leases.values.filter { $0.demand.location == name }
    return ready.contains(name) && !settings.isPaused && isOpen("location \(name)", now)
      && here.count < settings.concurrentSteps && !here.contains(where: \.isAlone)
  }

  /// The steps of a lane that may have their turn now, in order.
  private func candidates(_ lane: Lane, among steps: [Waiting]) -> [Waiting] {
    guard let alone = waiting.first(where: { $0.isAlone && $0.demand.location == lane.location })
    else {
      return steps.sorted { ($0.virtualReadiness, $0.number) < ($1.virtualReadiness, $1.number) }
    }
    let isFree = !leases.values.contains { $0.demand.location == lane.location }
    return alone.lane == lane && isFree ? [alone] : []
  }

  mutating func grantNext(at now: HostInstant) -> Ticket? {
    review(at: now)
    guard !isPaused, leases.count < workspaceLimit else { return nil }
    func rank(_ turn: Turn?, _ pass: Double, _ index: Int) -> (Double, Int, Int) {
      (max(turn?.pass ?? 0, pass), turn?.lastGrant ?? 0, index)
    }
    let steps = Dictionary(grouping: waiting, by: \.lane)
    let queues = queueOrder.enumerated().sorted {
      rank(queueTurns[$0.element], queuePass, $0.offset)
        < rank(queueTurns[$1.element], queuePass, $1.offset)
    }
    for queue in queues.map(\.element) where isOpen(queue: queue, at: now) {
      let pass = lanePass[queue] ?? 0
      let lanes = laneOrder.enumerated().filter {
        $0.element.queue == queue && steps[$0.element] != nil
      }.sorted {
        rank(laneTurns[$0.element], pass, $0.offset) < rank(laneTurns[$1.element], pass, $1.offset)
      }
      for lane in lanes.map(\.element) where isOpen(location: lane.location, at: now) {
        for step in candidates(lane, among: steps[lane] ?? []) where hasAllButUnits(step, at: now) {
          if hasUnits(step.group) {
            take(step, in: lane, at: now)
            return step.ticket
          }
          noteShortage(step)
        }
      }
    }
    return nil
  }

  private mutating func take(_ step: Waiting, in lane: Lane, at now: HostInstant) {
    waiting.removeAll { $0.number == step.number }
    noteStart(step)
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
