package import HanseCore
package import HanseModel

/// Turns what the control plane knows of limits and slots into what people see.
package struct QueueReporting {
  let plane: ControlPlane
  let now: HostInstant
  let wall: Timestamp

  package init(plane: ControlPlane, now: HostInstant, wall: Timestamp) {
    self.plane = plane
    self.now = now
    self.wall = wall
  }

  private var dispatcher: Dispatcher { plane.runs.dispatcher }

  func time(_ instant: HostInstant) -> Timestamp {
    Timestamp(milliseconds: wall.milliseconds + (instant - now).wholeMilliseconds)
  }

  /// Everything at once.
  ///
  /// - Parameters:
  ///   - running: How many of the steps under way to name.
  ///   - waiting: How many of those that wait to name.
  /// - Returns: The state of every limit now.
  package func report(running: Int, waiting: Int) -> QueueReport {
    let slots = plane.runs.slots()
    var limits: [LimitReport.Kind: [LimitReport]] = [:]
    for use in dispatcher.uses(at: now) {
      var limit = limit(use)
      if case .pool = use.name { limit.holders = holders(of: use.name, among: slots, first: 20) }
      limits[limit.kind, default: []].append(limit)
    }
    var report = QueueReport(time: wall)
    if let workspace = limits[.workspace]?.first { report.workspace = workspace }
    let (used, most, queued) = plane.runs.runSlots
    report.runs = RunSlots(used: used, limit: most, waiting: queued)
    // The queue that is always there comes first.
    let first = Dispatcher.defaultQueue
    report.queues = (limits[.queue] ?? []).sorted {
      ($0.name == first ? 0 : 1, $0.name) < ($1.name == first ? 0 : 1, $1.name)
    }
    let order = Dictionary(
      plane.order.enumerated().map { ($1.text, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    report.locations = (limits[.location] ?? []).sorted {
      (order[$0.name] ?? .max, $0.name) < (order[$1.name] ?? .max, $1.name)
    }
    report.pools = (limits[.pool] ?? []).sorted { $0.name < $1.name }
    report.tags = limits[.tag] ?? []
    report.running = slots.prefix(running).map { holder($0, of: nil) }
    report.runningCount = slots.count
    report.waiting = self.waiting(first: waiting, after: 0, in: nil)
    report.waitingCount = dispatcher.waitingCount
    report.followers = plane.runs.followers(first: waiting).compactMap { ticket, leader in
      plane.runs.runs[ticket.run].map { run in
        let step = run.plan[ticket.step]
        return FollowingStep(
          run: run.id,
          step: step.key,
          location: step.location,
          leader: leader.run
        )
      }
    }
    report.followerCount = plane.runs.followerCount
    report.miscounts = plane.runs.recount()
    return report
  }

  /// The steps that wait, in the order of their turns.
  package func waiting(
    first count: Int,
    after skipped: Int,
    in queue: String?
  ) -> [WaitingStep] {
    dispatcher.waiting(first: count, after: skipped, in: queue).compactMap { waiting in
      guard let planned = plane.runs.runs[waiting.ticket.run]?.plan[waiting.ticket.step]
      else { return nil }
      return WaitingStep(
        run: waiting.ticket.run,
        step: planned.key,
        location: waiting.demand.location,
        queue: waiting.demand.queue,
        priority: waiting.demand.priority,
        since: time(waiting.readyAt),
        waitedMilliseconds: max(0, (now - waiting.readyAt).wholeMilliseconds),
        held: held(waiting.demand)
      )
    }
  }

  /// What keeps a step of this demand from starting, whoever is before it.
  private func held(_ demand: Dispatcher.Demand) -> String? {
    guard dispatcher.isReady(demand.location) else {
      return "location \(demand.location) \(LimitWords.unavailable(demand.location, in: plane))"
    }
    return dispatcher.blocking(demand, at: now).first.map { use in
      if use.isPaused { return "\(LimitWords.text(use.name)) is paused" }
      if let total = use.total, use.used + use.needs > total {
        return "\(LimitWords.text(use.name)) is full"
      }
      if let other = use.keptFor {
        return "\(use.kept) units of \(LimitWords.text(use.name)) are kept for location \(other)"
      }
      return "the rate of \(LimitWords.text(use.name)) is used up"
    }
  }

  // MARK: Parts

  func limit(_ use: Dispatcher.Use) -> LimitReport {
    let (kind, name) = Self.named(use.name)
    var limit = LimitReport(kind: kind, name: name, used: use.used, limit: use.total)
    (limit.weight, limit.rate, limit.isPaused) = (use.weight, use.rate, use.isPaused)
    limit.nextStart = use.opensAt.map(time)
    limit.waiting = use.waiting
    (limit.kept, limit.keptFor) = (use.keptFor == nil ? nil : use.kept, use.keptFor)
    limit.unavailable = unavailable(use.name)
    noteOrders(of: use.name, in: &limit)
    return limit
  }

  private func noteOrders(of name: Dispatcher.LimitName, in limit: inout LimitReport) {
    guard let target = Self.target(of: name) else { return }
    let orders = plane.runs.limits.orders
    let order = orders[target]
    (limit.orderedBy, limit.orderedAt) =
      (orders.authors[target]?.principal, orders.authors[target]?.time)
    limit.isDraining = order.flow == .draining
    var values = order
    values.flow = nil
    limit.isOrdered = !values.isEmpty
  }

  /// What people can change of a limit; nil for those of tags.
  private static func target(of name: Dispatcher.LimitName) -> LimitTarget? {
    switch name {
    case .workspace: .workspace
    case .queue(let name): .queue(name)
    case .location(let name): .location(name)
    case .pool(let name): .pool(name)
    case .tag: nil
    }
  }

  func limit(_ use: Dispatcher.LimitUse) -> LimitReport {
    let (kind, name) = Self.named(use.name)
    var limit = LimitReport(kind: kind, name: name, used: use.used, limit: use.total)
    if limit.limit == .max { limit.limit = nil }
    limit.isPaused = use.isPaused
    limit.nextStart = use.opensAt.map(time)
    (limit.needs, limit.blocks) = (use.needs, use.blocks)
    (limit.kept, limit.keptFor) = (use.keptFor == nil ? nil : use.kept, use.keptFor)
    noteOrders(of: use.name, in: &limit)
    limit.unavailable = unavailable(use.name)
    return limit
  }

  private func unavailable(_ name: Dispatcher.LimitName) -> String? {
    guard case .location(let location) = name, !dispatcher.isReady(location) else { return nil }
    return LimitWords.unavailable(location, in: plane)
  }

  func holder(_ slot: RunCoordinator.Slot, of limit: Dispatcher.LimitName?) -> SlotHolder {
    SlotHolder(
      run: slot.holder.ticket.run,
      step: slot.step,
      location: slot.holder.location,
      queue: slot.holder.queue,
      attempt: slot.attempt,
      started: slot.startedAt.map(time),
      elapsedMilliseconds: max(0, elapsed(slot).wholeMilliseconds),
      units: limit.map { slot.holder.takes($0) } ?? 1
    )
  }

  /// Since it began; zero for one that waits for its worker.
  func elapsed(_ slot: RunCoordinator.Slot) -> Duration { slot.startedAt.map { now - $0 } ?? .zero }

  func holders(
    of limit: Dispatcher.LimitName,
    among slots: [RunCoordinator.Slot],
    first count: Int
  ) -> [SlotHolder] {
    slots.lazy.filter { $0.holder.takes(limit) > 0 }.prefix(count).map { holder($0, of: limit) }
  }

  static func named(_ limit: Dispatcher.LimitName) -> (LimitReport.Kind, String) {
    switch limit {
    case .workspace: (.workspace, "")
    case .queue(let name): (.queue, name)
    case .location(let name): (.location, name.text)
    case .pool(let name): (.pool, name)
    case .tag(let tag, value: ""): (.tag, tag)
    case .tag(let tag, let value): (.tag, "\(tag)=\(value)")
    }
  }
}
