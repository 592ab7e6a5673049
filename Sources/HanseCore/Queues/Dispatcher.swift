package import HanseModel

/// Decides which ready step gets the next slot.
///
/// Two limits are kept: steps at once in the workspace, and steps at once in each location. Within
/// a location steps are served in the order they became ready; between locations in turn: of k
/// locations that have steps waiting and slots free, each gets one of the next k grants, however
/// long the queues of the others are. A grant costs the same whatever waits.
package struct Dispatcher: Sendable {
  /// One step that waits for a slot or holds one.
  package struct Ticket: Hashable, Sendable {
    package var run: RunID
    /// The step's position in the run's plan.
    package var step: Int

    package init(run: RunID, step: Int) {
      self.run = run
      self.step = step
    }
  }

  /// Why a ready step has not been started.
  package enum HoldReason: Hashable, Sendable {
    case workspaceIsFull(limit: Int)
    case locationIsFull(limit: Int)
    case locationIsNotReady
    /// A step there has, or is to have, the location to itself.
    case oneRunsAlone
    /// It waits for all others there to end, for it must be alone.
    case mustBeAlone
    /// Others of its location are before it.
    case behind(count: Int)
  }

  private struct Lane: Sendable {
    let name: LocationName
    var limit: Int
    var isReady = false
    var waiting = Fifo<Ticket>()
    /// Those that must have the location to themselves; they come before all others.
    var alone = Fifo<Ticket>()
    /// Whether the one that runs must have the location to itself.
    var runsAlone = false
    var running: Set<Ticket> = []
    /// Tickets taken back while they waited; they are passed over.
    var withdrawn: Set<Ticket> = []
    /// Whether it stands in the line of turns.
    var hasTurn = false

    var waitingCount: Int { alone.count + waiting.count - withdrawn.count }
    var canStart: Bool {
      guard isReady, !runsAlone, running.count < limit else { return false }
      return alone.count > 0 ? running.isEmpty : waitingCount > 0
    }
  }

  private var lanes: [Lane] = []
  private var indices: [LocationName: Int] = [:]
  /// The lanes that may start something, in the order of their turns; each at most once.
  private var turns = Fifo<Int>()
  package private(set) var workspaceLimit: Int
  package private(set) var runningCount = 0
  /// Turns and tickets looked at so far: what all grants together have cost.
  package private(set) var examined = 0

  package init(workspaceLimit: Int) { self.workspaceLimit = workspaceLimit }

  package mutating func addLocation(_ name: LocationName, limit: Int) {
    let index = lane(of: name)
    lanes[index].limit = limit
    offerTurn(index)
  }

  package mutating func setReady(_ location: LocationName, _ isReady: Bool) {
    let index = lane(of: location)
    lanes[index].isReady = isReady
    offerTurn(index)
  }

  /// Lets a ticket wait for its turn; in a location that nobody added it waits for that.
  ///
  /// - Parameters:
  ///   - ticket: Who waits.
  ///   - location: Where it is to run.
  ///   - alone: Whether nothing else may run there meanwhile. It comes before all others, and they
  ///     wait for its end; what runs already it waits for.
  package mutating func enqueue(
    _ ticket: Ticket,
    to location: LocationName,
    alone: Bool = false
  ) {
    let index = lane(of: location)
    if alone {
      lanes[index].alone.append(ticket)
      return offerTurn(index)
    }
    // One that was taken back and is still there gets its old place again.
    if lanes[index].withdrawn.remove(ticket) == nil { lanes[index].waiting.append(ticket) }
    offerTurn(index)
  }

  /// Takes back a ticket that waits; the caller knows that it does.
  package mutating func withdraw(_ ticket: Ticket, from location: LocationName) {
    let index = lane(of: location)
    let before = lanes[index].alone.count
    lanes[index].alone.removeAll { $0 == ticket }
    if lanes[index].alone.count < before { return offerTurn(index) }
    lanes[index].withdrawn.insert(ticket)
    let withdrawn = lanes[index].withdrawn
    guard withdrawn.count > 64, withdrawn.count * 2 > lanes[index].waiting.count else { return }
    lanes[index].waiting.removeAll { withdrawn.contains($0) }
    lanes[index].withdrawn = []
  }

  /// Gives a slot back.
  package mutating func release(_ ticket: Ticket, from location: LocationName) {
    let index = lane(of: location)
    guard lanes[index].running.remove(ticket) != nil else { return }
    runningCount -= 1
    lanes[index].runsAlone = false
    offerTurn(index)
  }

  /// Grants one slot, if any can be granted.
  package mutating func grantNext() -> (ticket: Ticket, location: LocationName)? {
    guard runningCount < workspaceLimit else { return nil }
    while let index = turns.popFirst() {
      examined += 1
      lanes[index].hasTurn = false
      guard lanes[index].canStart, let ticket = takeFirst(from: index) else { continue }
      lanes[index].running.insert(ticket)
      runningCount += 1
      offerTurn(index)
      return (ticket, lanes[index].name)
    }
    return nil
  }

  package func isReady(_ location: LocationName) -> Bool {
    indices[location].map { lanes[$0].isReady } ?? false
  }

  package func running(in location: LocationName) -> Set<Ticket> {
    indices[location].map { lanes[$0].running } ?? []
  }

  package func waitingCount(in location: LocationName) -> Int {
    indices[location].map { lanes[$0].waitingCount } ?? 0
  }

  /// Why the ticket waits, for a person who asks; looks along the location's queue.
  package func holdReason(of ticket: Ticket, in location: LocationName) -> HoldReason? {
    guard let lane = indices[location].map({ lanes[$0] }), !lane.withdrawn.contains(ticket)
    else { return nil }
    if let place = lane.alone.elements.firstIndex(of: ticket) {
      if !lane.isReady { return .locationIsNotReady }
      if place > lane.alone.elements.startIndex || lane.runsAlone { return .oneRunsAlone }
      return lane.running.isEmpty ? .workspaceIsFull(limit: workspaceLimit) : .mustBeAlone
    }
    guard let place = lane.waiting.elements.firstIndex(of: ticket)
    else { return nil }
    if !lane.isReady { return .locationIsNotReady }
    if lane.runsAlone || lane.alone.count > 0 { return .oneRunsAlone }
    if lane.running.count >= lane.limit { return .locationIsFull(limit: lane.limit) }
    if runningCount >= workspaceLimit { return .workspaceIsFull(limit: workspaceLimit) }
    let before = lane.waiting.elements[..<place]
    return .behind(count: before.count { !lane.withdrawn.contains($0) })
  }

  // MARK: Inside

  private mutating func lane(of name: LocationName) -> Int {
    if let index = indices[name] { return index }
    indices[name] = lanes.count
    lanes.append(Lane(name: name, limit: 1))
    return lanes.count - 1
  }

  private mutating func offerTurn(_ index: Int) {
    guard !lanes[index].hasTurn, lanes[index].canStart else { return }
    lanes[index].hasTurn = true
    turns.append(index)
  }

  private mutating func takeFirst(from index: Int) -> Ticket? {
    if let ticket = lanes[index].alone.popFirst() {
      examined += 1
      lanes[index].runsAlone = true
      return ticket
    }
    while let ticket = lanes[index].waiting.popFirst() {
      examined += 1
      if lanes[index].withdrawn.remove(ticket) == nil { return ticket }
    }
    return nil
  }
}
