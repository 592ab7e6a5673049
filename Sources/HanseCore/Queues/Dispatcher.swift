package import HanseModel

/// Decides which ready step gets the next slot.
///
/// Two limits are kept: steps at once in the workspace, and steps at once in each location. Within
/// a location steps are served in the order they became ready; between locations in turn, so that a
/// location with a long queue costs another at most one slot of waiting for each location.
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
    /// Others of its location are before it.
    case behind(count: Int)
  }

  private struct Lane: Sendable {
    var limit: Int
    var isReady = false
    var waiting: [Ticket] = []
    /// Where the waiting ones begin; what is before has been served.
    var head = 0
    var running: Set<Ticket> = []
    /// Tickets taken back while they waited; they are passed over.
    var withdrawn: Set<Ticket> = []

    var waitingCount: Int { waiting.count - head - withdrawn.count }
    var canStart: Bool { isReady && running.count < limit && waitingCount > 0 }

    mutating func takeFirst() -> Ticket? {
      while head < waiting.count {
        let ticket = waiting[head]
        head += 1
        if head > 1024, head * 2 > waiting.count {
          waiting.removeSubrange(..<head)
          head = 0
        }
        if withdrawn.remove(ticket) == nil { return ticket }
      }
      return nil
    }
  }

  private var lanes: [LocationName: Lane] = [:]
  /// The locations in the order of their turns.
  private var turns: [LocationName] = []
  private var nextTurn = 0
  package private(set) var workspaceLimit: Int
  package private(set) var runningCount = 0

  package init(workspaceLimit: Int) { self.workspaceLimit = workspaceLimit }

  package mutating func addLocation(_ name: LocationName, limit: Int) {
    if lanes[name] == nil { turns.append(name) }
    lanes[name, default: Lane(limit: limit)].limit = limit
  }

  package mutating func setReady(_ location: LocationName, _ isReady: Bool) {
    lanes[location]?.isReady = isReady
  }

  package mutating func enqueue(_ ticket: Ticket, to location: LocationName) {
    lanes[location]?.waiting.append(ticket)
  }

  /// Takes back a ticket that waits; the caller knows that it does.
  package mutating func withdraw(_ ticket: Ticket, from location: LocationName) {
    lanes[location]?.withdrawn.insert(ticket)
  }

  /// Gives a slot back.
  package mutating func release(_ ticket: Ticket, from location: LocationName) {
    if lanes[location]?.running.remove(ticket) != nil { runningCount -= 1 }
  }

  /// Grants one slot, if any can be granted.
  package mutating func grantNext() -> (ticket: Ticket, location: LocationName)? {
    guard runningCount < workspaceLimit else { return nil }
    for offset in turns.indices {
      let turn = (nextTurn + offset) % turns.count
      let name = turns[turn]
      guard lanes[name]?.canStart == true, let ticket = lanes[name]?.takeFirst() else { continue }
      nextTurn = (turn + 1) % turns.count
      lanes[name]?.running.insert(ticket)
      runningCount += 1
      return (ticket, name)
    }
    return nil
  }

  package func running(in location: LocationName) -> Set<Ticket> {
    lanes[location]?.running ?? []
  }

  package func waitingCount(in location: LocationName) -> Int {
    lanes[location]?.waitingCount ?? 0
  }

  /// Why the ticket waits, for a person who asks; looks along the location's queue.
  package func holdReason(of ticket: Ticket, in location: LocationName) -> HoldReason? {
    guard let lane = lanes[location], !lane.withdrawn.contains(ticket),
      let place = lane.waiting[lane.head...].firstIndex(of: ticket)
    else { return nil }
    if !lane.isReady { return .locationIsNotReady }
    if lane.running.count >= lane.limit { return .locationIsFull(limit: lane.limit) }
    if runningCount >= workspaceLimit { return .workspaceIsFull(limit: workspaceLimit) }
    return .behind(count: place - lane.head)
  }
}
