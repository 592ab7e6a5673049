package import HanseModel

/// Steps that are not simply to wait when a limit keeps them from starting at once.
///
/// What is decided here is decided once, when the step has become ready and every slot that could be
/// granted has been.
extension RunCoordinator {
  /// What two runs ask for that one step can do for both.
  struct StepRequest: Hashable, Sendable {
    var location: LocationName
    var step: StepKey
    var partition: PartitionKey?
    var config: JSONValue?
  }

  /// Steps that stand for those of other runs, and those that they stand for.
  struct Coalescing: Sendable {
    /// The step of each request that waits for all others; it may have started since.
    var leaders: [StepRequest: Dispatcher.Ticket] = [:]
    var followers: [Dispatcher.Ticket: [Dispatcher.Ticket]] = [:]
    var leaderOf: [Dispatcher.Ticket: Dispatcher.Ticket] = [:]
    /// Steps with followers that have ended, and whether well.
    var settled: [(leader: Dispatcher.Ticket, isGood: Bool)] = []

    mutating func remove(follower ticket: Dispatcher.Ticket) -> Bool {
      guard let leader = leaderOf.removeValue(forKey: ticket) else { return false }
      followers[leader]?.removeAll { $0 == ticket }
      return true
    }
  }

  /// The run whose step stands for this one, if it does not wait for itself.
  package func leader(of id: RunID, position: Int) -> RunID? {
    coalescing.leaderOf[Dispatcher.Ticket(run: id, step: position)]?.run
  }

  /// The runs for whose steps a step stands, in the order in which they came.
  package func followers(of id: RunID, position: Int) -> [RunID] {
    coalescing.followers[Dispatcher.Ticket(run: id, step: position)]?.map(\.run) ?? []
  }

  /// How many steps there are that those of other runs stand for.
  package var followerCount: Int { coalescing.leaderOf.count }

  /// Steps that those of other runs stand for, with these; of very many it takes some.
  package func followers(
    first count: Int
  ) -> [(follower: Dispatcher.Ticket, leader: Dispatcher.Ticket)] {
    let some = coalescing.leaderOf.prefix(max(count, 1000)).map { ($0.key, $0.value) }
    let sorted = some.sorted { left, right in
      (left.0.run.text, left.0.step) < (right.0.run.text, right.0.step)
    }
    return sorted.prefix(count).map { (follower: $0.0, leader: $0.1) }
  }

  func onLimit(_ ticket: Dispatcher.Ticket) -> OnLimit {
    guard let run = runs[ticket.run] else { return .queue }
    return run.creation.request.onLimit ?? run.plan[ticket.step].onLimit ?? .queue
  }

  /// Notes the end of a step, which may stand for others, or be the one that would.
  mutating func noteEnd(of ticket: Dispatcher.Ticket, isGood: Bool) {
    if coalescing.followers[ticket] != nil { coalescing.settled.append((ticket, isGood)) }
    guard !coalescing.leaders.isEmpty, let request = request(of: ticket),
      coalescing.leaders[request] == ticket
    else { return }
    coalescing.leaders[request] = nil
  }

  /// Whether a step stands in a line of the dispatcher.
  private func isInLine(_ ticket: Dispatcher.Ticket) -> Bool {
    runs[ticket.run]?.steps[ticket.step].status == .ready && activeRuns.contains(ticket.run)
      && attempts[ticket] == nil && reservations[ticket] == nil
      && coalescing.leaderOf[ticket] == nil
  }

  /// What is remembered of steps that stand for others and have ended; see ``recount()``.
  var coalescedAmiss: [String] {
    coalescing.leaders.values.filter { ticket in
      runs[ticket.run].map { $0.steps[ticket.step].status.isFinished } ?? true
    }
    .sorted { ($0.run, $0.step) < ($1.run, $1.step) }
    .map { "run \($0.run), step \($0.step) stands for others and has ended" }
  }

  private func request(of ticket: Dispatcher.Ticket) -> StepRequest? {
    guard let run = runs[ticket.run] else { return nil }
    let step = run.plan[ticket.step]
    return StepRequest(
      location: step.location,
      step: step.key,
      partition: run.creation.request.partition,
      config: step.config
    )
  }

  /// Decides about the steps that became ready and got no slot, and about those whose leader has
  /// ended.
  mutating func decide(_ moment: Moment) -> [Action] {
    var actions: [Action] = []
    // Those that become ready by what follows have not been offered a slot yet.
    let tickets = undecided
    undecided = []
    let settled = coalescing.settled
    coalescing.settled = []
    for (leader, isGood) in settled { actions += release(followersOf: leader, isGood, moment) }
    for ticket in tickets where isInLine(ticket) {
      switch onLimit(ticket) {
      case .queue: break
      case .coalesce: coalesce(ticket, moment)
      case .dropNew where isAtLimit(ticket):
        withdraw(ticket.run, ticket.step, moment)
        let message = "dropped, because it could not start at once (onLimit is dropNew)"
        let dropped = EventPayload.stepCanceled(message: message)
        actions.append(record(ticket.run, ticket.step, attempt: nil, dropped, moment))
        actions += skip(behind: ticket.step, of: ticket.run, moment)
        actions += conclude(ticket.run, moment)
      case .cancelRunning where isAtLimit(ticket): actions += cancelOthers(like: ticket, moment)
      case .dropNew, .cancelRunning: break
      }
    }
    return actions
  }

  /// Whether it is a limit that keeps a step back, and not its location.
  private func isAtLimit(_ ticket: Dispatcher.Ticket) -> Bool {
    runs[ticket.run].map { dispatcher.isReady($0.plan[ticket.step].location) } ?? false
  }

  private mutating func coalesce(_ ticket: Dispatcher.Ticket, _ moment: Moment) {
    guard let request = request(of: ticket) else { return }
    guard let leader = coalescing.leaders[request], leader != ticket, isInLine(leader) else {
      coalescing.leaders[request] = ticket
      return
    }
    withdraw(ticket.run, ticket.step, moment)
    coalescing.followers[leader, default: []].append(ticket)
    coalescing.leaderOf[ticket] = leader
  }

  private mutating func cancelOthers(
    like ticket: Dispatcher.Ticket,
    _ moment: Moment
  ) -> [Action] {
    guard let request = request(of: ticket) else { return [] }
    let running = attempts.values.filter { other in
      guard other.ticket != ticket, other.stopping == nil,
        let theirs = self.request(of: other.ticket)
      else { return false }
      return (theirs.location, theirs.step, theirs.partition)
        == (request.location, request.step, request.partition)
    }
    return running.sorted { ($0.id.run, $0.position) < ($1.id.run, $1.position) }.flatMap {
      cancelRunning($0.id.run, $0.position, forced: false, moment)
    }
  }

  /// What one step stood for is done with it; after a bad end each waits for itself.
  private mutating func release(
    followersOf leader: Dispatcher.Ticket,
    _ isGood: Bool,
    _ moment: Moment
  ) -> [Action] {
    var actions: [Action] = []
    for ticket in coalescing.followers.removeValue(forKey: leader) ?? [] {
      coalescing.leaderOf[ticket] = nil
      guard isInLine(ticket) else { continue }
      guard isGood else {
        enqueue(ticket.run, ticket.step, moment)
        continue
      }
      if runs[ticket.run]?.status == .queued {
        actions.append(record(ticket.run, payload: .runStarted, moment))
      }
      let done = EventPayload.stepCoalesced(into: leader.run)
      actions.append(record(ticket.run, ticket.step, attempt: nil, done, moment))
      actions += conclude(ticket.run, moment)
    }
    return actions
  }
}
