package import HanseModel

/// Who ended a location's process, and what follows for whom.
///
/// Only what the process had been given counts: an attempt whose start was not on disk yet was never
/// sent, and is run again as if it had not begun.
///
/// A process that ends with one attempt in it was ended by that one: proven, and charged to its
/// retry policy. With several nobody knows. Then all are suspected and none is charged; each is run
/// again with the process to itself, and nothing else of the location meanwhile. Whoever ends the
/// process again is proven, and the other suspects are cleared and run as before; a suspect that
/// ends in any other way is cleared too. So only what was alone is ever blamed, and each round of
/// suspicion ends, for each suspect is run once.
///
/// At a location with isolated runs a process has the steps of one run only, and what must be alone gets
/// a worker of its own, so nothing else has to wait for it.
///
/// A proven step goes on to run alone for as long as its run tries it, so that it costs nobody else
/// an attempt. One that is proven again and again is poison: it is not started at all for a while.
extension RunCoordinator {
  /// A step that ended its location's process, in a row of attempts without a good end.
  struct Culprit: Sendable {
    var crashes: Int
    var reason: String
    /// Not to be started before this once it is poison.
    var until: HostInstant
  }

  /// The attempt that was alone in a process, if one was that nobody had asked to stop.
  package func soleAttempt(at name: LocationName, _ generation: Generation) -> AttemptID? {
    let lost = attempts(at: name, generation).filter(wasSent)
    return lost.count == 1 && lost[0].stopping == nil ? lost[0].id : nil
  }

  /// The location's process is gone, with every attempt it had.
  ///
  /// - Parameters:
  ///   - name: The location.
  ///   - generation: The process that ended.
  ///   - failure: What its attempts failed of; of the code `lost` when the process was at fault.
  ///   - moment: When.
  /// - Returns: What to do.
  package mutating func locationIsGone(
    _ name: LocationName,
    _ generation: Generation,
    failure: StepFailure,
    _ moment: Moment
  ) -> [Action] {
    if generations[name] == generation { close(name, moment) }
    // The one that had started last is the first to be tried again.
    let lost = attempts(at: name, generation)
    let count = lost.count(where: wasSent)
    var actions: [Action] = []
    for attempt in lost {
      var own = failure
      if let stopping = attempt.stopping {
        own = stopping
      } else if failure.code == .lost, !wasSent(attempt) {
        own = StepFailure(
          .interrupted,
          message: "location \"\(name)\" ended before it was given the step; run again"
        )
      } else if failure.code == .lost {
        own =
          count == 1 ? blamed(failure, attempt, moment) : suspected(failure, attempt, count)
      }
      actions += finish(attempt, .failed(own), moment)
      if own.crash == .proven { actions += clearSuspects(of: attempt, moment) }
    }
    return actions + grant(moment)
  }

  /// Forgets which steps had ended the location's process: it has changed, or somebody wants to try.
  package mutating func forgiveCrashes(at name: LocationName) { culprits[name] = nil }

  /// Notes the number of the event that an attempt began with.
  mutating func noteStart(of step: StepKey, in run: RunID, as sequence: Int64) {
    guard let position = runs[run]?.position(of: step) else { return }
    attempts[Dispatcher.Ticket(run: run, step: position)]?.startedAs = sequence
  }

  // MARK: Inside

  private func wasSent(_ attempt: LiveAttempt) -> Bool { attempt.startedAs <= durable }

  private func attempts(at name: LocationName, _ generation: Generation) -> [LiveAttempt] {
    dispatcher.running(in: name).compactMap { attempts[$0] }
      .filter { $0.generation == generation }
      .sorted { ($1.startedAt, $0.id.run, $0.position) < ($0.startedAt, $1.id.run, $1.position) }
  }

  private func suspected(
    _ failure: StepFailure,
    _ attempt: LiveAttempt,
    _ count: Int
  ) -> StepFailure {
    let others = count == 2 ? "another" : "\(count - 1) others"
    return StepFailure(
      .interrupted,
      message: "\(failure.message), and \(others) with it; each is run again alone to find the one "
        + "that ended it",
      standardErrorTail: failure.standardErrorTail,
      crash: .suspected
    )
  }

  /// Charges a step with the end of its process; too many of them make it poison.
  private mutating func blamed(
    _ failure: StepFailure,
    _ attempt: LiveAttempt,
    _ moment: Moment
  ) -> StepFailure {
    let ran = runs[attempt.id.run]?.steps[attempt.position].crashes ?? 0
    let before = max(culprits[attempt.location]?[attempt.id.step]?.crashes ?? 0, ran)
    culprits[attempt.location, default: [:]][attempt.id.step] = Culprit(
      crashes: before + 1,
      reason: failure.message,
      until: moment.now + rules.poisonDelay
    )
    var own = failure
    own.crash = .proven
    guard before + 1 >= rules.maxCrashes else { return own }
    own.code = .poison
    own.isRetryable = false
    own.message +=
      ", which was alone in it, for the \(ordinal(before + 1)) time in a row; it is not run again for "
      + "\(rules.poisonDelay.briefDescription), or until the location changes or is restarted"
    return own
  }

  private func ordinal(_ number: Int) -> String {
    switch (number % 10, number % 100) {
    case (_, 11...13): "\(number)th"
    case (1, _): "\(number)st"
    case (2, _): "\(number)nd"
    case (3, _): "\(number)rd"
    default: "\(number)th"
    }
  }

  private mutating func clearSuspects(of culprit: LiveAttempt, _ moment: Moment) -> [Action] {
    let suspects = suspects.removeValue(forKey: culprit.location) ?? []
    var actions: [Action] = []
    for ticket in suspects.sorted(by: { ($0.run, $0.step) < ($1.run, $1.step) }) {
      // One that ended meanwhile, as when its run was canceled, gets no more events.
      guard let step = runs[ticket.run]?.steps[ticket.step], step.isSuspected,
        !step.status.isFinished
      else { continue }
      let cleared = EventPayload.stepCleared(because: culprit.id.step)
      actions.append(record(ticket.run, ticket.step, attempt: nil, cleared, moment))
      guard step.status == .ready, activeRuns.contains(ticket.run) else { continue }
      let place = takeBack(ticket, moment)
      enqueue(ticket.run, ticket.step, keeping: place, moment)
    }
    return actions
  }

  /// Keeps the lists of suspects and culprits when an attempt has ended.
  mutating func noteEnd(of attempt: LiveAttempt, _ outcome: Outcome) {
    switch outcome {
    case .failed(let failure) where failure.crash == .suspected:
      suspects[attempt.location, default: []].insert(attempt.ticket)
    case .failed(let failure) where failure.code == .interrupted: break
    case .succeeded:
      culprits[attempt.location]?[attempt.id.step] = nil
      suspects[attempt.location]?.remove(attempt.ticket)
    case .failed, .canceled: suspects[attempt.location]?.remove(attempt.ticket)
    }
  }

  /// Takes up what the log of an unfinished run says of its crashes.
  mutating func recallCrashes(of id: RunID, _ moment: Moment) {
    guard let run = runs[id] else { return }
    for (position, step) in run.steps.enumerated() where !step.status.isFinished {
      let (name, key) = (run.plan[position].location, run.plan[position].key)
      if step.isSuspected {
        suspects[name, default: []].insert(Dispatcher.Ticket(run: id, step: position))
      }
      guard step.crashes > culprits[name]?[key]?.crashes ?? 0 else { continue }
      culprits[name, default: [:]][key] = Culprit(
        crashes: step.crashes,
        reason: "the process of location \"\(name)\" ended under it",
        until: moment.now
      )
    }
  }

  func isCulprit(_ id: RunID, _ position: Int) -> Bool {
    guard let step = runs[id]?.plan[position] else { return false }
    return culprits[step.location]?[step.key] != nil
  }

  /// Why a step is not even tried, if it is poison.
  func refusal(of step: PlannedStep, _ moment: Moment) -> StepFailure? {
    guard let culprit = culprits[step.location]?[step.key], culprit.crashes >= rules.maxCrashes,
      moment.now < culprit.until
    else { return nil }
    let wait = (culprit.until - moment.now).briefDescription
    return StepFailure(
      .poison,
      message: "not started: it ended its process \(culprit.crashes) times in a row, alone in it "
        + "(\(culprit.reason)); it may be tried in \(wait), or at once when location "
        + "\"\(step.location)\" has changed or is restarted",
      isRetryable: false
    )
  }
}
