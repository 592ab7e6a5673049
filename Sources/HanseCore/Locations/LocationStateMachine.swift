package import HanseModel

/// Decides what happens to one code location's process.
///
/// Pure: the caller feeds it events and performs the actions it returns, in order.
package struct LocationStateMachine: Hashable, Sendable {
  package enum State: Hashable, Sendable {
    /// The workspace or a person says that it is not to run. Goes to `starting`.
    case disabled
    /// No process, and none wanted. Goes to `starting` or `disabled`.
    case stopped
    /// Spawned; the handshake has no answer yet. A worker serves after it, for nobody asks what it
    /// defines. Goes to `loading`, `ending`, `backingOff` or `quarantined`.
    case starting
    /// Handshake done; its definitions are being read. Goes to `running`, `ending`, `backingOff` or
    /// `quarantined`.
    case loading
    /// Serving. Goes to `draining`, `ending`, `backingOff` or `quarantined`.
    case running
    /// Gets no more steps; those in flight have until the deadline. Goes to `ending`, `stopped`,
    /// `disabled` or `starting`.
    case draining(then: Next)
    /// No process before the deadline. Goes to `starting`, `stopped` or `disabled`.
    case backingOff
    /// Crashed too often; tried again at the deadline. Goes to `starting`, `stopped` or `disabled`.
    case quarantined
    /// Told to go; waits for its exit. Goes to `stopped`, `disabled`, `starting`, `backingOff` or
    /// `quarantined`.
    case ending(Teardown, then: Next)
  }

  package internal(set) var state: State
  package internal(set) var generation: Generation
  /// When the state began.
  package internal(set) var since: HostInstant
  /// When something happens by itself: the end of a time limit, a delay, the next ping.
  package internal(set) var deadline: HostInstant?
  /// Why it is not serving, in words for people.
  package internal(set) var reason: String?
  /// What kind of fault that was, if it was one.
  package internal(set) var fault: FaultCode?
  package internal(set) var budget: RestartBudget
  /// Pings in a row that it has not answered.
  package internal(set) var unansweredPings = 0
  /// Whether the kernel said that it is stopped when it was last looked at.
  package internal(set) var isSuspended = false
  /// Since when the host does not read from it: what it says meanwhile cannot be known.
  package internal(set) var heldSince: HostInstant?
  /// The last generation of the location; another process of it may have that.
  package var issued: Generation
  let limits: Limits
  /// How long the process that is being ended had served.
  var served = Duration.zero

  package init(
    generation: Generation,
    isEnabled: Bool,
    rules: RestartRules,
    limits: Limits,
    at now: HostInstant
  ) {
    state = isEnabled ? .stopped : .disabled
    self.generation = generation
    issued = generation
    since = now
    budget = RestartBudget(rules: rules)
    self.limits = limits
  }

  /// Takes one event.
  ///
  /// - Parameters:
  ///   - event: What happened.
  ///   - now: When.
  ///   - random: From 0 up to 1, for the jitter of delays.
  /// - Returns: What to do, in order.
  package mutating func handle(
    _ event: Event,
    at now: HostInstant,
    random: Double
  ) -> [Action] {
    // News of an older process says nothing about the one we have now.
    if let reported = event.generation, reported != generation { return [] }

    if case .looked(_, let isSuspended) = event, !state.isWithoutUse {
      self.isSuspended = isSuspended
      return []
    }
    if case .held(_, let isHeld) = event { return hold(isHeld, at: now) }
    switch state {
    case .disabled: return atRest(event, isDisabled: true, now)
    case .stopped: return atRest(event, isDisabled: false, now)
    case .backingOff, .quarantined: return waiting(event, now)
    case .starting: return starting(event, now, random)
    case .loading: return loading(event, now, random)
    case .running: return running(event, now, random)
    case .draining(let next): return draining(event, then: next, now, random)
    case .ending(let stage, let next): return ending(event, stage, then: next, now, random)
    }
  }

  // MARK: Every event in every state

  private mutating func atRest(
    _ event: Event,
    isDisabled: Bool,
    _ now: HostInstant
  ) -> [Action] {
    switch event {
    case .startRequested: return start(at: now)
    // A restart does not bring back what the workspace or a person has disabled.
    case .restartRequested: return isDisabled ? [] : start(at: now)
    case .disableRequested:
      if !isDisabled { rest(.disabled, because: "disabled", at: now) }
      return []
    case .stopRequested, .drainRequested,  // already so
      .wokeUp,  // a timer nobody needs any more
      .initialized, .loaded, .ponged, .looked, .held, .drained,  // spoke while leaving
      .broke, .endRequested,  // no process of ours
      .exited, .spawnFailed:  // reported twice
      return []
    }
  }

  private mutating func waiting(_ event: Event, _ now: HostInstant) -> [Action] {
    switch event {
    case .startRequested, .restartRequested: return start(at: now)
    case .wokeUp: return isDue(now) ? spawn(at: now) : []
    case .stopRequested, .drainRequested:
      rest(.stopped, because: "asked to stop", at: now)
      return []
    case .disableRequested:
      rest(.disabled, because: "disabled", at: now)
      return []
    case .initialized, .loaded, .ponged, .looked, .held, .drained,  // after its exit was seen
      .broke, .endRequested,  // no process of ours
      .exited, .spawnFailed:  // reported twice
      return []
    }
  }

  private mutating func starting(
    _ event: Event,
    _ now: HostInstant,
    _ random: Double
  ) -> [Action] {
    switch event {
    case .initialized where generation.isWorker: return serve(at: now)
    case .initialized:
      enter(.loading, at: now, deadline: now + limits.definitions)
      return [.sendDefinitionsRequest(generation), wakeUp]
    case .spawnFailed(_, let why, let code):
      return fail(at: now, because: why, code, random: random)
    case .exited(_, let why, let code):
      let why = "\(why) before the handshake"
      return fail(at: now, because: why, code ?? .exitedEarly, random: random)
    case .wokeUp:
      guard isDue(now), heldSince == nil else { return [] }
      let why = "no answer to the handshake within \(limits.handshake.briefDescription)"
      return endSilent(because: why, .handshakeTimedOut, at: now)
    case .broke(_, let why, let code): return end(because: why, code, at: now)
    case .endRequested(_, let why): return end(because: why, .stepStuck, then: .start, at: now)
    case .stopRequested, .drainRequested, .restartRequested, .disableRequested:
      return leave(event, at: now)
    case .startRequested,  // already on its way
      .loaded,  // an answer nobody asked for
      .ponged, .looked, .held, .drained:  // not awaited
      return []
    }
  }

  private mutating func loading(
    _ event: Event,
    _ now: HostInstant,
    _ random: Double
  ) -> [Action] {
    switch event {
    case .loaded: return serve(at: now)
    case .exited(_, let why, let code):
      let why = "\(why) before its definitions were read"
      return fail(at: now, because: why, code ?? .crashed, random: random)
    case .wokeUp:
      guard isDue(now), heldSince == nil else { return [] }
      let why = "no definitions within \(limits.definitions.briefDescription)"
      return endSilent(because: why, .definitionsTimedOut, at: now)
    case .broke(_, let why, let code): return end(because: why, code, at: now)
    case .endRequested(_, let why): return end(because: why, .stepStuck, then: .start, at: now)
    case .stopRequested, .drainRequested, .restartRequested, .disableRequested:
      return leave(event, at: now)
    case .startRequested,  // already on its way
      .initialized,  // said so twice
      .spawnFailed,  // a process that answered did not fail to spawn
      .ponged, .looked, .held, .drained:  // not awaited
      return []
    }
  }

  private mutating func running(
    _ event: Event,
    _ now: HostInstant,
    _ random: Double
  ) -> [Action] {
    switch event {
    case .exited(_, let why, let code):
      let health = now - since
      return fail(at: now, because: why, code ?? .crashed, healthyFor: health, random: random)
    case .wokeUp: return isDue(now) ? ping(at: now) : []
    case .ponged:
      (unansweredPings, isSuspended) = (0, false)
      return []
    case .broke(_, let why, let code): return end(because: why, code, at: now)
    case .endRequested(_, let why): return end(because: why, .stepStuck, then: .start, at: now)
    case .drainRequested: return drain(then: .stop, because: "asked to stop", at: now)
    case .disableRequested: return drain(then: .disable, because: "disabled", at: now)
    case .stopRequested, .restartRequested: return leave(event, at: now)
    case .startRequested,  // already so
      .initialized, .loaded,  // said so twice
      .spawnFailed,  // a process that answered did not fail to spawn
      .looked, .held, .drained:  // nobody waits for that
      return []
    }
  }

  private mutating func draining(
    _ event: Event,
    then next: Next,
    _ now: HostInstant,
    _ random: Double
  ) -> [Action] {
    switch event {
    case .drained: return leave(then: next, because: reason ?? "asked to stop", at: now)
    case .wokeUp:
      return isDue(now) ? leave(then: next, because: reason ?? "asked to stop", at: now) : []
    case .stopRequested, .restartRequested: return leave(event, at: now, after: next)
    case .startRequested, .drainRequested, .disableRequested:
      state = .draining(then: follow(event, after: next))
      return []
    case .broke(_, let why, let code): return end(because: why, code, then: next, at: now)
    case .endRequested(_, let why): return end(because: why, .stepStuck, then: next, at: now)
    case .exited(_, let why, _): return settle(next, because: why, at: now, random: random)
    case .initialized, .loaded,  // said so twice
      .spawnFailed,  // a process that answered did not fail to spawn
      .ponged, .looked, .held:  // its time limit ends it anyway
      return []
    }
  }

  private mutating func ending(
    _ event: Event,
    _ stage: Teardown,
    then next: Next,
    _ now: HostInstant,
    _ random: Double
  ) -> [Action] {
    switch event {
    // A process that never came to be has ended as well as one that did.
    case .exited, .spawnFailed:
      return settle(next, because: reason ?? "it ended", at: now, random: random)
    case .wokeUp:
      // Nothing is stronger than a kill; the exit will come.
      guard stage != .killed, isDue(now) else { return [] }
      return escalate(to: stage == .asked ? .terminated : .killed, then: next, at: now)
    case .endRequested: return stage == .killed ? [] : escalate(to: .killed, then: next, at: now)
    case .stopRequested, .drainRequested, .disableRequested, .startRequested, .restartRequested:
      state = .ending(stage, then: follow(event, after: next))
      return []
    case .initialized, .loaded, .ponged, .looked, .held, .drained,  // too late
      .broke:  // it is going already
      return []
    }
  }
}
