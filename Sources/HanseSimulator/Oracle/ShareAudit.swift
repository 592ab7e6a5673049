import HanseCore
import HanseModel

/// What steps hold of the limits that they share, as the settings and the events say.
///
/// A step of an isolated run has its slots before its worker can take it: from then on it is counted,
/// and that is when its start is judged.
struct ShareAudit {
  typealias Ticket = Dispatcher.Ticket

  /// What a step with slots counts against.
  struct Hold {
    var location: LocationName
    var queue: String
    var pools: [String: Int]
    var tags: [String]
    /// Whether its attempt has begun.
    var isLive: Bool
  }

  /// A start that a rate has let through.
  private struct Passage {
    var ticket: Ticket
    var at: Int64
    /// The event of the start; nothing has begun before there is one.
    var sequence = Int64.max
  }

  let settings: ControlPlane.Settings
  var orders = LimitOrders() { didSet { if orders != oldValue { refresh() } } }
  private(set) var holds: [Ticket: Hold] = [:]
  /// Steps, and units of pools.
  private(set) var counts: [LimitTarget: Int] = [:]
  private(set) var tagCounts: [String: Int] = [:]
  /// What got slots with the input under way.
  var acquired: [Ticket] = []
  /// What was said to be drained with the input under way.
  var drained: [LimitTarget] = []
  /// What went through a rate too early with the input under way.
  var hasty: [String] = []

  private var caps: [LimitTarget: Int] = [:]
  private var paused: Set<LimitTarget> = []
  private(set) var rates: [LimitTarget: RateLimit] = [:]
  private var passages: [LimitTarget: [Passage]] = [:]
  /// When the next start of each rate would be due if all came evenly.
  private var due: [LimitTarget: Int64] = [:]

  /// What each location's steps wait in.
  private let queues: [LocationName: String]

  init(_ settings: ControlPlane.Settings) {
    self.settings = settings
    queues = Dictionary(uniqueKeysWithValues: settings.locations.map { ($0.name, $0.queue) })
    refresh()
  }

  // MARK: What holds

  /// Nil for no limit.
  func limit(of target: LimitTarget) -> Int? { caps[target] }

  func isPaused(_ target: LimitTarget) -> Bool { paused.contains(target) }

  /// How many steps of a location may wait.
  func waitingSteps(of name: LocationName) -> Int {
    orders[.location(name)].waitingSteps
      ?? settings.locations.first { $0.name == name }?.waitingSteps
      ?? LimitBook.defaultWaitingSteps
  }

  private mutating func refresh() {
    caps = [.workspace: settings.concurrentSteps]
    rates = [:]
    for location in settings.locations {
      caps[.location(location.name)] = location.concurrentSteps
      rates[.location(location.name)] = location.rate
    }
    for (name, queue) in settings.queues {
      caps[.queue(name)] = queue.concurrentSteps
      rates[.queue(name)] = queue.rate
    }
    for (name, pool) in settings.pools {
      caps[.pool(name)] = pool.units
      rates[.pool(name)] = pool.rate
    }
    paused = []
    for (target, order) in orders.orders {
      if let ordered = order.concurrentSteps { caps[target] = ordered.value }
      if let units = order.units { caps[target] = units }
      if order.isPaused { paused.insert(target) }
    }
  }

  /// The queue that a step waits in.
  func queue(of run: RunAudit, _ position: Int) -> String {
    if let queue = run.queue { return queue }
    return queues[run.plan[position].location] ?? Dispatcher.defaultQueue
  }

  /// The limits on tags that a run is subject to, by what they count.
  func tags(of request: RunRequest) -> [String] {
    settings.tagLimits.compactMap { limit in
      request.tags[limit.tag].map { limit.perValue ? "\(limit.tag)=\($0)" : limit.tag }
    }
  }

  private func limit(ofTag key: String) -> Int {
    let tag = key.prefix { $0 != "=" }
    return settings.tagLimits.first { $0.tag == tag }?.limit ?? .max
  }

  // MARK: Whether there is room

  /// Whether a limit has less room than a step needs, is paused, or lets nothing through yet.
  func isClosed(_ target: LimitTarget, for units: Int = 1, at now: HostInstant) -> Bool {
    if isFull(target, for: units) || paused.contains(target) { return true }
    guard let rate = rates[target], let due = due[target] else { return false }
    return due - now.nanoseconds > Self.interval(of: rate) * Int64(rate.burst - 1)
  }

  func isFull(_ target: LimitTarget, for units: Int = 1) -> Bool {
    caps[target].map { counts[target, default: 0] + units > $0 } ?? false
  }

  /// Whether anything but the workspace and its location keeps a step back.
  func isBlocked(_ run: RunAudit, _ position: Int, at now: HostInstant) -> Bool {
    if isClosed(.queue(queue(of: run, position)), at: now) { return true }
    for (pool, units) in run.plan[position].pools
    where isClosed(.pool(pool), for: units, at: now) { return true }
    return run.tagKeys.contains { isFull(tag: $0) }
  }

  func isFull(tag key: String, for steps: Int = 1) -> Bool {
    tagCounts[key, default: 0] + steps > limit(ofTag: key)
  }

  /// How long it takes until a rate has forgotten a burst.
  func memory(of target: LimitTarget) -> Int64 {
    rates[target].map { Self.interval(of: $0) * Int64($0.burst) } ?? 0
  }

  // MARK: What happens

  /// Counts a step that has its slots; one that had them already only begins now.
  mutating func begin(
    _ run: RunAudit,
    _ position: Int,
    sequence: Int64?,
    at now: HostInstant
  ) {
    let ticket = Ticket(run: run.id, step: position)
    defer { if let sequence { begin(ticket, as: sequence) } }
    guard holds[ticket] == nil else { return }
    let step = run.plan[position]
    let hold = Hold(
      location: step.location,
      queue: queue(of: run, position),
      pools: step.pools.filter { $0.value > 0 },
      tags: run.tagKeys,
      isLive: false
    )
    holds[ticket] = hold
    count(hold, 1)
    acquired.append(ticket)
    pay(ticket, hold, now.nanoseconds)
  }

  private mutating func begin(_ ticket: Ticket, as sequence: Int64) {
    holds[ticket]?.isLive = true
    for target in passages.keys {
      guard let place = passages[target]?.lastIndex(where: { $0.ticket == ticket }) else {
        continue
      }
      passages[target]?[place].sequence = sequence
    }
  }

  private mutating func count(_ hold: Hold, _ change: Int) {
    counts[.workspace, default: 0] += change
    counts[.location(hold.location), default: 0] += change
    counts[.queue(hold.queue), default: 0] += change
    for (pool, units) in hold.pools { counts[.pool(pool), default: 0] += change * units }
    for key in hold.tags { tagCounts[key, default: 0] += change }
  }

  mutating func end(_ run: RunID, _ position: Int) {
    guard let hold = holds.removeValue(forKey: Ticket(run: run, step: position)) else { return }
    count(hold, -1)
  }

  /// Lets rates count a step that was given its slots only to be refused.
  mutating func waste(_ run: RunAudit, _ position: Int, at now: HostInstant) {
    let ticket = Ticket(run: run.id, step: position)
    // One that waited for its worker with them was counted when it got them.
    guard !rates.isEmpty, holds[ticket] == nil else { return }
    let hold = Hold(
      location: run.plan[position].location,
      queue: queue(of: run, position),
      pools: run.plan[position].pools.filter { $0.value > 0 },
      tags: [],
      isLive: false
    )
    pay(ticket, hold, now.nanoseconds)
  }

  /// The host is gone, and with it every attempt; what had not been written never was.
  mutating func restart(_ orders: LimitOrders, lastSequence: Int64) {
    (holds, counts, tagCounts, due) = ([:], [:], [:], [:])
    forgetInput()
    self.orders = orders
    for (target, kept) in passages {
      guard let rate = rates[target] else { continue }
      passages[target] = kept.filter { $0.sequence <= lastSequence }
      for passage in passages[target] ?? [] { _ = count(rate, target, passage.at) }
    }
  }

  /// Nothing of the input under way is left to be judged.
  mutating func forgetInput() {
    acquired.removeAll(keepingCapacity: true)
    drained.removeAll(keepingCapacity: true)
    hasty.removeAll(keepingCapacity: true)
  }

  // MARK: Rates

  private static func interval(of rate: RateLimit) -> Int64 {
    let starts = Int64(rate.starts)
    return (rate.per.wholeNanoseconds + starts - 1) / starts
  }

  private mutating func pay(_ ticket: Ticket, _ hold: Hold, _ now: Int64) {
    guard !rates.isEmpty else { return }
    let targets =
      [LimitTarget.queue(hold.queue), .location(hold.location)]
      + hold.pools.keys.sorted().map { .pool($0) }
    for target in targets {
      guard let rate = rates[target] else { continue }
      // Who started longer ago than this is forgotten by every rate there is here.
      if let first = passages[target]?.first, now - first.at > 120_000_000_000 {
        passages[target]?.removeAll { now - $0.at > 60_000_000_000 }
      }
      passages[target, default: []].append(Passage(ticket: ticket, at: now))
      if !count(rate, target, now) {
        hasty.append("a step of \(hold.location) starts before the rate of \(target) lets it")
      }
    }
  }

  /// Whether a start is within what a burst and the rate allow, over the lives of all hosts.
  private mutating func count(_ rate: RateLimit, _ target: LimitTarget, _ now: Int64) -> Bool {
    let interval = Self.interval(of: rate)
    let next = max(now, due[target] ?? now) + interval
    due[target] = next
    return next - now <= interval * Int64(rate.burst)
  }
}
