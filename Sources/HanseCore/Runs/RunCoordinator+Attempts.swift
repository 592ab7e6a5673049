package import HanseModel

/// What becomes of attempts: what their locations say of them, their time limits, and their end.
extension RunCoordinator {
  /// Takes an event that a location reported about an attempt.
  ///
  /// - Parameters:
  ///   - payload: What happened.
  ///   - id: The attempt it names.
  ///   - location: The location that said it.
  ///   - generation: The process that said it.
  ///   - moment: When.
  /// - Returns: What to do, or nil when no such attempt is in flight there: it is of the past, or
  ///   was never given to that location, or has said that before, and is ignored.
  package mutating func report(
    _ payload: EventPayload,
    by id: AttemptID,
    from location: LocationName,
    _ generation: Generation,
    _ moment: Moment
  ) -> [Action]? {
    guard let ticket = ticket(of: id, from: location, generation),
      let step = runs[id.run]?.plan[ticket.step]
    else { return nil }
    switch payload {
    case .materialized(let value), .observed(let value):
      guard step.check == nil, step.assets.contains(value.asset) else { return nil }
      if case .materialized = payload {
        guard attempts[ticket]?.reported.insert(value.asset).inserted == true else { return nil }
      }
    case .checked(let result):
      guard step.check == result.name, step.assets.contains(result.asset),
        attempts[ticket]?.reported.insert(result.asset).inserted == true
      else { return nil }
      attempts[ticket]?.failedCheck = result.stopsDownstream ? result : nil
    case .logged: break
    default: return nil
    }
    return [record(id.run, ticket.step, attempt: id.attempt, payload, moment)]
  }

  /// Notes how far an attempt says it is; kept for whoever looks, not recorded.
  package mutating func noteProgress(
    of id: AttemptID,
    fraction: Double?,
    message: String?,
    from location: LocationName,
    _ generation: Generation
  ) {
    guard let ticket = ticket(of: id, from: location, generation) else { return }
    if let fraction { attempts[ticket]?.fraction = min(max(fraction, 0), 1) }
    if let message { attempts[ticket]?.message = message }
  }

  /// Takes a location's answer to an attempt; an answer about one of the past is ignored.
  package mutating func answer(
    _ outcome: Outcome,
    to id: AttemptID,
    from location: LocationName,
    _ generation: Generation,
    _ moment: Moment
  ) -> [Action] {
    guard let ticket = ticket(of: id, from: location, generation), let attempt = attempts[ticket]
    else { return [] }
    var settled = outcome.withoutPrivileges
    if let why = attempt.stopping, outcome != .succeeded { settled = .failed(why) }
    if case .succeeded = outcome, let missing = missingReport(of: attempt) {
      settled = .failed(StepFailure(.protocol, message: missing, isRetryable: false))
    } else if case .succeeded = outcome, let check = attempt.failedCheck {
      // Whatever the location makes of it: what it reported decides.
      settled = .failed(check.failure)
    }
    return finish(attempt, settled, moment) + grant(moment)
  }

  package mutating func wake(_ timer: Timer, _ moment: Moment) -> [Action] {
    switch timer {
    case .retry(let id, let position):
      guard runs[id]?.steps[position].status == .retrying else { return [] }
      runs[id]?.retryIsDue(position, at: moment.wall)
      // A run that waits for its turn brings all that is ready when that comes.
      guard activeRuns.contains(id) else { return [] }
      enqueue(id, position, moment)
      return grant(moment)
    case .timeOut(let id):
      guard let ticket = ticket(of: id), let attempt = attempts[ticket], attempt.stopping == nil,
        isOver(attempt, attempt.timeOutAt, moment.now),
        let step = runs[id.run]?.plan[ticket.step]
      else { return [] }
      let limit = Duration.milliseconds(step.timeoutMilliseconds ?? 0).briefDescription
      return stop(
        ticket,
        because: StepFailure(.timedOut, message: "took longer than its timeout of \(limit)"),
        forced: false,
        moment
      )
    case .admission:
      admissionDue = nil
      return grant(moment)
    case .grace(let id):
      guard let ticket = ticket(of: id), let attempt = attempts[ticket],
        let why = attempt.stopping, isOver(attempt, attempt.grace?.until, moment.now)
      else { return [] }
      return stop(ticket, because: why, forced: true, moment)
    }
  }

  /// Whether a process works at an attempt, as far as is known.
  func isInFlight(
    _ id: AttemptID,
    at location: LocationName,
    _ generation: Generation
  ) -> Bool {
    ticket(of: id, from: location, generation) != nil
  }

  // MARK: Inside

  /// The slot of an attempt, if it is in flight.
  func ticket(of id: AttemptID) -> Dispatcher.Ticket? {
    guard let position = runs[id.run]?.position(of: id.step) else { return nil }
    let ticket = Dispatcher.Ticket(run: id.run, step: position)
    return attempts[ticket]?.id == id ? ticket : nil
  }

  /// The slot of an attempt, if it is in flight in that process.
  func ticket(
    of id: AttemptID,
    from location: LocationName,
    _ generation: Generation
  ) -> Dispatcher.Ticket? {
    guard let ticket = ticket(of: id), let attempt = attempts[ticket],
      attempt.location == location, attempt.generation == generation
    else { return nil }
    return ticket
  }

  /// Asks an attempt to stop, and ends its location when that was of no use.
  mutating func stop(
    _ ticket: Dispatcher.Ticket,
    because why: StepFailure,
    forced: Bool,
    _ moment: Moment
  ) -> [Action] {
    guard let attempt = attempts[ticket] else { return [] }
    // Being canceled is stronger than what would be tried again.
    if attempt.stopping == nil || why.code == .canceled { attempts[ticket]?.stopping = why }
    if forced {
      let grace = rules.grace.briefDescription
      let reason =
        why.code == .canceled
        ? "\(attempt.id) was canceled and had to be ended"
        : "\(attempt.id) \(why.message) and did not stop within \(grace)"
      return [.endLocation(attempt.location, attempt.generation, reason: reason)]
    }
    if attempt.stopping != nil { return [] }
    let due = moment.now + rules.grace
    attempts[ticket]?.grace = (since: moment.now, until: due)
    return [
      .cancel(attempt.id, location: attempt.location, generation: attempt.generation),
      .wakeUp(.grace(attempt.id), at: due),
    ]
  }

  private func missingReport(of attempt: LiveAttempt) -> String? {
    guard let step = runs[attempt.id.run]?.plan[attempt.position],
      let missing = step.assets.first(where: { !attempt.reported.contains($0) })
    else { return nil }
    let location = attempt.location
    if let check = step.check {
      return "location \"\(location)\" said that check \"\(check)\" of asset \"\(missing)\" "
        + "succeeded without reporting its result"
    }
    return "location \"\(location)\" said that the step succeeded without reporting a "
      + "materialization of asset \"\(missing)\""
  }

  /// Takes an attempt out of flight, and lets its run go on or end.
  mutating func finish(
    _ attempt: LiveAttempt,
    _ outcome: Outcome,
    _ moment: Moment
  ) -> [Action] {
    let id = attempt.id
    dispatcher.release(attempt.ticket, at: moment.now)
    guard let retry = runs[id.run]?.plan[attempt.position].retry,
      let status = runs[id.run]?.status
    else { return [] }
    var actions: [Action] = []
    switch outcome {
    case .succeeded:
      let duration = (moment.now - attempt.startedAt).wholeMilliseconds
      actions.append(note(.stepSucceeded(durationMilliseconds: duration), of: attempt, moment))
    case .canceled where status != .canceling:
      let failure = StepFailure(.canceled, message: "the location canceled the step by itself")
      actions += fail(attempt, failure, retry, moment)
    case .canceled:
      let message = "stopped when the run was canceled"
      actions.append(note(.stepCanceled(message: message), of: attempt, moment))
    case .failed(let failure) where status == .canceling:
      let wasAsked = failure.code == .canceled || failure.code == .interrupted
      let payload: EventPayload =
        wasAsked
        ? .stepCanceled(message: failure.message) : .stepFailed(failure, retryInMilliseconds: nil)
      actions.append(note(payload, of: attempt, moment))
    case .failed(let failure) where failure.code == .canceled && attempt.wasAskedToStop:
      let message = "stopped when the step was canceled"
      actions.append(note(.stepCanceled(message: message), of: attempt, moment))
      actions += skip(behind: attempt.position, of: id.run, moment)
    case .failed(let failure):
      actions += fail(attempt, failure, retry, moment)
    }
    attempts[attempt.ticket] = nil
    noteEnd(of: attempt, outcome)
    return actions + conclude(id.run, moment)
  }

  private mutating func note(
    _ payload: EventPayload,
    of attempt: LiveAttempt,
    _ moment: Moment
  ) -> Action {
    record(attempt.id.run, attempt.position, attempt: attempt.id.attempt, payload, moment)
  }

  /// Records a failed attempt and either its next one or what it costs the steps behind it.
  private mutating func fail(
    _ attempt: LiveAttempt,
    _ failure: StepFailure,
    _ policy: RetryPolicy,
    _ moment: Moment
  ) -> [Action] {
    let id = attempt.id
    let failures = runs[id.run]?.steps[attempt.position].failures ?? 0
    let delay: Duration? =
      if failure.code == .interrupted {
        .zero
      } else if failure.isRetryable, failures < policy.maxRetries {
        policy.delay(beforeRetry: failures + 1, random: moment.random)
      } else {
        nil
      }
    guard let delay else {
      return giveUp(id.run, attempt.position, attempt: id.attempt, failure, moment)
    }
    let failed = EventPayload.stepFailed(failure, retryInMilliseconds: delay.wholeMilliseconds)
    return [
      record(id.run, attempt.position, attempt: id.attempt, failed, moment),
      .wakeUp(.retry(id.run, step: attempt.position), at: moment.now + delay),
    ]
  }

  /// Fails a step for good, and skips what is behind it.
  mutating func giveUp(
    _ run: RunID,
    _ position: Int,
    attempt: Int?,
    _ failure: StepFailure,
    _ moment: Moment
  ) -> [Action] {
    guard runs[run] != nil else { return [] }
    let failed = EventPayload.stepFailed(failure, retryInMilliseconds: nil)
    let told = record(run, position, attempt: attempt, failed, moment)
    return [told] + skip(behind: position, of: run, moment)
  }
}

extension RunCoordinator.Outcome {
  /// The outcome as a location may report it.
  ///
  /// Some words are the host's own, for it acts on them: an attempt that was interrupted is tried
  /// again at once and not counted, and one that ended its process runs alone from then on.
  fileprivate var withoutPrivileges: Self {
    guard case .failed(var failure) = self else { return self }
    failure.crash = nil
    failure.standardErrorTail = []
    switch failure.code {
    case .interrupted, .lost, .poison, .timedOut, .canceled: failure.code = .failed
    case .failed, .input, .output, .config, .resource, .checkFailed, .protocol: break
    }
    return .failed(failure)
  }
}
