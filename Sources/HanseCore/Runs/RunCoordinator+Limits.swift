package import HanseModel

/// What people change of limits and of what waits, while runs are under way.
extension RunCoordinator {
  /// What became of an order.
  package struct OrderOutcome: Hashable, Sendable {
    /// How many waiting steps it concerned.
    package var waiting: Int
    /// How many running ones: of a limit, those that hold something of it.
    package var running: Int

    package init(waiting: Int = 0, running: Int = 0) {
      self.waiting = waiting
      self.running = running
    }
  }

  // MARK: Limits

  /// Takes up what was ordered in an earlier host.
  package mutating func recall(_ orders: LimitOrders, at now: HostInstant) {
    limits.orders = orders
    let targets = orders.orders.keys.sorted { ($0.kind, $0.name ?? "") < ($1.kind, $1.name ?? "") }
    for target in targets { apply(target, at: now) }
  }

  /// Lets rates owe what an earlier host had let through.
  package mutating func recall(_ debts: RateDebts, _ moment: Moment) {
    let clock = rules.clock
    dispatcher.inheritDebts(
      { debts.rest(of: $0, clock: clock, now: moment.now, wall: moment.wall) },
      at: moment.now
    )
  }

  /// How many steps of a location wait, for their upstreams, for a slot or for another attempt.
  package func waitingSteps(of name: LocationName) -> Int {
    unfinishedSteps[name, default: 0] - dispatcher.runningCount(in: name)
  }

  /// Why a run cannot be queued; nil when it can.
  ///
  /// A location's line is bounded, so that what one asks for can never fill the host's memory.
  package func refusal(of creation: EventPayload.RunCreation) -> String? {
    for (name, count) in creation.plan.stepCounts.sorted(by: { $0.key < $1.key }) {
      let (limit, waiting) = (limits.waitingSteps(of: name), waitingSteps(of: name))
      guard waiting + count > limit else { continue }
      return
        "queue is full: \(waiting.counted("step")) of location \(name) \(waiting == 1 ? "waits" : "wait"), and the run has \(count) more; "
        + "\(limit) may wait (limits.waitingSteps)"
    }
    return nil
  }

  /// Changes, pauses, drains or resets a limit.
  ///
  /// - Parameters:
  ///   - target: Which.
  ///   - change: What is to be different; the rest stays.
  ///   - resets: Whether all earlier changes are forgotten first, so that the workspace file holds; a
  ///     pause is no change and stays.
  ///   - principal: Who orders it; nil where nobody can know it.
  ///   - moment: When.
  /// - Returns: What to do, and how many steps hold something of the limit now.
  /// - Throws: ``OrderRefusal`` when nobody knows it, or it cannot have such a value.
  package mutating func change(
    _ target: LimitTarget,
    _ change: LimitOrder,
    resets: Bool,
    by principal: Principal? = nil,
    _ moment: Moment
  ) throws(OrderRefusal) -> (actions: [Action], outcome: OrderOutcome) {
    try checkIsKnown(target)
    try change.check(for: target)
    let before = limits.orders[target]
    let after = (resets ? before.flowOnly : before).merged(with: change)
    let outcome = OrderOutcome(running: dispatcher.runningCount(of: target))
    guard after != before else { return ([], outcome) }
    let told = EventPayload.limitsChanged(.init(target: target, order: after, by: principal))
    limits.orders.apply(told, at: moment.wall)
    apply(target, at: moment.now)
    let actions = [record(told, of: target, moment)] + admitWaiting(moment) + grant(moment)
    return (actions, outcome)
  }

  /// Takes what the workspace file says from now on; what was ordered goes on to hold over it.
  ///
  /// What waits in a queue that the file has no more goes on under the limits that it had.
  package mutating func adopt(_ file: LimitBook.File, _ moment: Moment) -> [Action] {
    let old = limits.file
    var file = file
    // Locations come and go with the host.
    file.locations = old.locations.merging(file.locations) { _, new in new }
      .filter { old.locations[$0.key] != nil }
    guard file != old else { return [] }
    limits.file = file
    apply(.workspace, at: moment.now)
    for name in file.queues.keys.sorted() where file.queues[name] != old.queues[name] {
      apply(.queue(name), at: moment.now)
    }
    for name in Set(old.pools.keys).union(file.pools.keys).sorted()
    where file.pools[name] != old.pools[name] {
      apply(.pool(name), at: moment.now)
    }
    for name in file.locations.keys.sorted() where file.locations[name] != old.locations[name] {
      apply(.location(name), at: moment.now)
      if file.locations[name]?.queue != old.locations[name]?.queue { moveAll(of: name) }
    }
    let runs = runs
    dispatcher.setTagLimits(
      file.tagLimits,
      tags: { runs[$0.run]?.creation.request.tags ?? [:] },
      at: moment.now
    )
    return admitWaiting(moment) + grant(moment)
  }

  /// Tells of what was to be drained and is.
  package mutating func concludeDrains(_ moment: Moment) -> [Action] {
    guard !limits.orders.orders.isEmpty else { return [] }
    var actions: [Action] = []
    let draining = limits.orders.draining.sorted { $0.description < $1.description }
    for target in draining where dispatcher.runningCount(of: target) == 0 {
      limits.orders[target].flow = .paused
      actions.append(record(.limitsDrained(target), of: target, moment))
    }
    return actions
  }

  /// Refuses what nobody knows, with the nearest name that somebody does.
  private func checkIsKnown(_ target: LimitTarget) throws(OrderRefusal) {
    let (isKnown, names): (Bool, [String]) =
      switch target {
      case .workspace: (true, [])
      case .queue(let name): (limits.queueNames.contains(name), limits.queueNames)
      case .pool(let name): (poolNames.contains(name), poolNames)
      case .location(let name):
        (limits.file.locations[name] != nil, limits.file.locations.keys.map(\.text).sorted())
      }
    if !isKnown { throw .unknown(target, among: names) }
  }

  /// The pools of the workspace file, and those that steps have named without it.
  private var poolNames: [String] {
    Set(limits.file.pools.keys).union(dispatcher.poolNames).sorted()
  }

  /// Brings the dispatcher in line with what holds of a limit now.
  mutating func apply(_ target: LimitTarget, at now: HostInstant) {
    switch target {
    case .workspace:
      dispatcher.setWorkspace(
        limit: limits.concurrentSteps,
        isPaused: limits.orders[.workspace].isPaused
      )
    case .queue(let name):
      if limits.queueNames.contains(name) {
        dispatcher.setQueue(name, limits.queue(name), at: now)
      }
    case .pool(let name): dispatcher.setPool(name, limits.pool(name), at: now)
    case .location(let name):
      if let settings = limits.location(name) { dispatcher.setLocation(name, settings, at: now) }
    }
  }

  private func record(
    _ payload: EventPayload,
    of target: LimitTarget,
    _ moment: Moment
  ) -> Action {
    var record = EventRecord(time: moment.wall, payload: payload)
    if case .location(let name) = target { record.location = name }
    return .record(record)
  }

  /// What does not agree between what the dispatcher counts, the leases, and the live attempts;
  /// empty, unless there is a defect.
  package func recount() -> [String] {
    var found = dispatcher.recount()
    // Those that wait for their worker have their slots already.
    let isSame =
      dispatcher.runningCount == attempts.count + reservations.count
      && attempts.keys.allSatisfy { dispatcher.hasSlots($0) }
      && reservations.keys.allSatisfy { dispatcher.hasSlots($0) }
    if isSame { return found + coalescedAmiss }
    let held = Set(attempts.keys).union(reservations.keys)
    let leased = dispatcher.ticketsWithSlots
    for ticket in leased.subtracting(held).sorted(by: { ($0.run, $0.step) < ($1.run, $1.step) }) {
      found.append("run \(ticket.run), step \(ticket.step) holds a slot and is not in flight")
    }
    for ticket in held.subtracting(leased).sorted(by: { ($0.run, $0.step) < ($1.run, $1.step) }) {
      found.append("run \(ticket.run), step \(ticket.step) is in flight and holds no slot")
    }
    return found + coalescedAmiss
  }

  // MARK: What waits

  /// Lets the steps of a run wait in another queue or with another priority: those that wait now,
  /// and those that will.
  ///
  /// - Parameters:
  ///   - id: Which run.
  ///   - queue: The queue; nil for where they are to wait anyway.
  ///   - priority: From -1000 to 1000; nil for the one they have.
  ///   - principal: Who orders it; nil where nobody can know it.
  ///   - moment: When.
  /// - Returns: What to do, and how many waiting steps were moved.
  /// - Throws: ``OrderRefusal`` when the run is not under way, or there is no such queue.
  package mutating func requeue(
    _ id: RunID,
    queue: String?,
    priority: Int?,
    by principal: Principal? = nil,
    _ moment: Moment
  ) throws(OrderRefusal) -> (actions: [Action], outcome: OrderOutcome) {
    guard let run = runs[id] else { throw .notUnderWay(id) }
    if let queue { try checkIsKnown(.queue(queue)) }
    if let problem = priority.flatMap(LimitBounds.problem(ofPriority:)) {
      throw OrderRefusal(.invalidLimit, problem)
    }
    let payload = EventPayload.runRequeued(
      queue: queue ?? run.queue,
      priority: priority ?? run.priority,
      by: principal
    )
    guard (queue ?? run.queue, priority ?? run.priority) != (run.queue, run.priority) else {
      return ([], OrderOutcome())
    }
    let told = record(id, payload: payload, moment)
    let moved = dispatcher.move(where: { $0.run == id }) { demand in
      var demand = demand
      demand.queue = queue ?? demand.queue
      demand.priority = priority ?? demand.priority
      return demand
    }
    return ([told] + grant(moment), OrderOutcome(waiting: moved))
  }

  /// The queue of the location's steps has changed for those whose run names none.
  private mutating func moveAll(of name: LocationName) {
    let queue = limits.file.locations[name]?.queue ?? Dispatcher.defaultQueue
    let runs = runs
    dispatcher.move(where: { runs[$0.run]?.queue == nil }) { demand in
      guard demand.location == name else { return demand }
      var demand = demand
      demand.queue = queue
      return demand
    }
  }
}

extension OrderRefusal {
  static func notUnderWay(_ run: RunID) -> OrderRefusal {
    OrderRefusal(.unknownRun, "no run \"\(run)\" is under way")
  }
}
