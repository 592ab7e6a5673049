package import HanseModel

/// What the states lead to: the moves that ``LocationStateMachine/handle(_:at:random:)`` chooses from.
extension LocationStateMachine {
  /// What a process has at least, once the host reads from it again, to be heard in time.
  package static let timeAfterHold = Duration.seconds(1)

  /// Makes it the machine of the process that serves: its restarts are counted from now.
  package mutating func takeOver(rules: RestartRules) { budget = RestartBudget(rules: rules) }

  /// Lets it begin with a failure that another machine saw, and wait for its first try.
  package mutating func beginBackingOff(
    because why: String,
    _ code: FaultCode,
    at now: HostInstant,
    random: Double
  ) -> [Action] {
    _ = fail(at: now, because: why, code, random: random)
    return [wakeUp]
  }

  /// Says of the exit that is reported next that a step is proven to have caused it.
  package mutating func excuseNextExit(of generation: Generation) {
    if state == .running, generation == self.generation { budget.excuseNextCrash() }
  }

  // MARK: Moves

  var wakeUp: Action { .wakeUp(at: deadline ?? since) }

  func isDue(_ now: HostInstant) -> Bool { deadline.map { now >= $0 } ?? false }

  /// What a request makes of the end of a process that is going already.
  ///
  /// Who has been disabled stays so when it is asked to stop besides.
  mutating func follow(_ request: Event, after present: Next = .stop) -> Next {
    switch request {
    case .startRequested, .restartRequested:
      budget.reset()
      return .start
    case .disableRequested: return .disable
    case .stopRequested, .drainRequested, .spawnFailed, .initialized, .loaded, .broke,
      .endRequested, .ponged, .looked, .held, .drained, .exited, .wokeUp:
      return present == .disable ? .disable : .stop
    }
  }

  mutating func start(at now: HostInstant) -> [Action] {
    budget.reset()
    return spawn(at: now)
  }

  mutating func rest(_ rest: State, because why: String, at now: HostInstant) {
    reason = why
    enter(rest, at: now, deadline: nil)
  }

  /// Does at once what was requested of a process that serves, or is about to.
  mutating func leave(
    _ request: Event,
    at now: HostInstant,
    after present: Next = .stop
  ) -> [Action] {
    let next = follow(request, after: present)
    let why =
      switch next {
      case .start: "asked to restart"
      case .disable: "disabled"
      case .stop, .backOff: "asked to stop"
      }
    return leave(then: next, because: why, at: now)
  }

  mutating func enter(_ next: State, at now: HostInstant, deadline: HostInstant?) {
    state = next
    since = now
    self.deadline = deadline
    // Of a process that is on its way out, or gone, it no longer matters.
    if next.isWithoutUse { isSuspended = false }
    if next.isWithoutUse || next == .starting { heldSince = nil }
  }

  mutating func spawn(at now: HostInstant) -> [Action] {
    generation = max(generation, issued).next
    issued = generation
    isSuspended = false
    enter(.starting, at: now, deadline: now + limits.handshake)
    return [.spawn(generation), .sendInitialize(generation), wakeUp]
  }

  /// Starts it as the worker that its generation names.
  mutating func startAsWorker(at now: HostInstant) -> [Action] {
    enter(.starting, at: now, deadline: now + limits.handshake)
    return [.spawn(generation), .sendInitialize(generation), wakeUp]
  }

  /// Lets it serve: its definitions are known, or it is a worker and needs none.
  mutating func serve(at now: HostInstant) -> [Action] {
    (reason, fault) = (nil, nil)
    (unansweredPings, isSuspended) = (0, false)
    enter(.running, at: now, deadline: now + limits.pingInterval)
    return [.publish(generation), wakeUp]
  }

  /// Takes note that the host does not read from it, or does again.
  ///
  /// What it has to say in time may be among what is not read: no time limit for that ends before
  /// the host has read on for ``timeAfterHold``, and the time of the hold does not count.
  mutating func hold(_ isHeld: Bool, at now: HostInstant) -> [Action] {
    if isHeld {
      if heldSince == nil, state.hasProcess { heldSince = now }
      return []
    }
    guard let held = heldSince else { return [] }
    heldSince = nil
    switch state {
    case .starting, .loading:
      guard let due = deadline else { return [] }
      deadline = max(due + (now - max(held, since)), now + Self.timeAfterHold)
      return [wakeUp]
    case .running:
      unansweredPings = 0
      return []
    // How long it may take to leave is counted by the clock, whatever it says.
    case .draining, .ending, .disabled, .stopped, .backingOff, .quarantined: return []
    }
  }

  mutating func ping(at now: HostInstant) -> [Action] {
    // Nobody would see the answer.
    if heldSince != nil { unansweredPings = 0 }
    guard unansweredPings < limits.missedPings else {
      let silence = (limits.pingInterval * limits.missedPings).briefDescription
      let why = "no answer to \(limits.missedPings) pings in \(silence)"
      return endSilent(because: why, .hung, at: now)
    }
    unansweredPings += 1
    deadline = now + limits.pingInterval
    return [.sendPing(generation), wakeUp]
  }

  /// Ends a process that says nothing, because it cannot if it does not run at all.
  mutating func endSilent(
    because why: String,
    _ code: FaultCode,
    at now: HostInstant
  ) -> [Action] {
    isSuspended
      ? end(because: "is stopped (SIGSTOP or a debugger): \(why)", .suspended, at: now)
      : end(because: why, code, at: now)
  }

  /// Ends a process without asking it.
  mutating func end(
    because why: String,
    _ code: FaultCode,
    then next: Next = .backOff,
    at now: HostInstant
  ) -> [Action] {
    (reason, fault) = (why, code)
    served = state == .running ? now - since : .zero
    enter(.ending(.killed, then: next), at: now, deadline: nil)
    return [.kill(generation)]
  }

  mutating func drain(
    then next: Next,
    because why: String,
    at now: HostInstant
  ) -> [Action] {
    reason = why
    enter(.draining(then: next), at: now, deadline: now + limits.drain)
    return [wakeUp]
  }

  mutating func leave(
    then next: Next,
    because why: String,
    at now: HostInstant
  ) -> [Action] {
    reason = why
    enter(.ending(.asked, then: next), at: now, deadline: now + limits.shutdown)
    return [.askToLeave(generation), wakeUp]
  }

  mutating func escalate(
    to stage: Teardown,
    then next: Next,
    at now: HostInstant
  ) -> [Action] {
    let isLast = stage == .killed
    enter(.ending(stage, then: next), at: now, deadline: isLast ? nil : now + limits.shutdown)
    return isLast ? [.kill(generation)] : [.terminate(generation), wakeUp]
  }

  /// Goes on after the end of a process that was to end.
  mutating func settle(
    _ next: Next,
    because why: String,
    at now: HostInstant,
    random: Double
  ) -> [Action] {
    switch next {
    case .stop: enter(.stopped, at: now, deadline: nil)
    case .disable: enter(.disabled, at: now, deadline: nil)
    case .start: return spawn(at: now)
    case .backOff:
      return fail(at: now, because: why, fault ?? .crashed, healthyFor: served, random: random)
    }
    return []
  }

  mutating func fail(
    at now: HostInstant,
    because why: String,
    _ code: FaultCode,
    healthyFor: Duration = .zero,
    random: Double
  ) -> [Action] {
    (reason, fault) = (why, code)
    if code.needsCorrection {
      enter(.quarantined, at: now, deadline: now + budget.rules.quarantineDelay)
      return [.failed(generation), wakeUp]
    }
    switch budget.crashed(at: now, healthyFor: healthyFor, random: random) {
    case .retry(let delay): enter(.backingOff, at: now, deadline: now + delay)
    case .quarantine(let delay): enter(.quarantined, at: now, deadline: now + delay)
    }
    return [.failed(generation), wakeUp]
  }
}
