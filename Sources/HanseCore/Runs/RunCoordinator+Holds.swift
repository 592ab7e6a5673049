package import HanseModel

/// The host does not read from a process while what that has sent waits for the disk. What a step
/// would have said meanwhile cannot be known, so its time stands still.
extension RunCoordinator {
  /// Takes note that the host does not read from a process, or does again.
  ///
  /// Time limits of the attempts there, and the time that they have to stop once asked to, go on
  /// where they were; what has come meanwhile is still to be read, so there is at least
  /// ``LocationStateMachine/timeAfterHold`` for that. An order to end a step by force is carried out
  /// at once all the same.
  ///
  /// - Parameters:
  ///   - isHeld: Whether it is not read from.
  ///   - location: Of which location it is.
  ///   - generation: Which process.
  ///   - moment: When.
  /// - Returns: The timers, set anew.
  package mutating func hold(
    _ isHeld: Bool,
    _ location: LocationName,
    _ generation: Generation,
    _ moment: Moment
  ) -> [Action] {
    if isHeld {
      if holds[location]?[generation] == nil {
        holds[location, default: [:]][generation] = moment.now
      }
      return []
    }
    guard let since = holds[location]?.removeValue(forKey: generation) else { return [] }
    if holds[location]?.isEmpty == true { holds[location] = nil }
    var actions: [Action] = []
    let there = attempts.values.filter { $0.location == location && $0.generation == generation }
    for attempt in there.sorted(by: { ($0.id.run, $0.position) < ($1.id.run, $1.position) }) {
      let ticket = attempt.ticket
      let least = moment.now + LocationStateMachine.timeAfterHold
      if let due = attempt.timeOutAt {
        let later = max(due + (moment.now - max(since, attempt.startedAt)), least)
        attempts[ticket]?.timeOutAt = later
        actions.append(.wakeUp(.timeOut(attempt.id), at: later))
      }
      if let grace = attempt.grace {
        let later = max(grace.until + (moment.now - max(since, grace.since)), least)
        attempts[ticket]?.grace?.until = later
        actions.append(.wakeUp(.grace(attempt.id), at: later))
      }
    }
    return actions
  }

  /// Takes note that an attempt's answer is here: its time is over by itself.
  package mutating func noteAnswer(
    to id: AttemptID,
    from location: LocationName,
    _ generation: Generation
  ) {
    guard let ticket = ticket(of: id, from: location, generation) else { return }
    attempts[ticket]?.hasAnswered = true
  }

  /// Whether an attempt has really had its time: a timer may be one of before a hold.
  func isOver(_ attempt: LiveAttempt, _ due: HostInstant?, _ now: HostInstant) -> Bool {
    guard let due, !attempt.hasAnswered, holds[attempt.location]?[attempt.generation] == nil
    else { return false }
    return now >= due
  }
}
