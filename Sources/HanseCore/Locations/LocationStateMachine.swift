package import HanseModel

/// Decides what happens to one code location's process.
///
/// Pure: the caller feeds it events and performs the actions it returns, in order.
package struct LocationStateMachine: Sendable {
  package enum State: Hashable, Sendable {
    /// The workspace says that it is not to run. Goes to `starting`.
    case disabled
    /// No process, and none wanted. Goes to `starting`.
    case stopped
    /// Spawned; the handshake has no answer yet. Goes to `loading`, `ending`, `backingOff` or
    /// `quarantined`.
    case starting
    /// Handshake done; its definitions are being read. Goes to `running`, `ending`, `backingOff` or
    /// `quarantined`.
    case loading
    /// Serving. Goes to `ending`, `backingOff` or `quarantined`.
    case running
    /// No process before the deadline. Goes to `starting` or `stopped`.
    case backingOff
    /// Crashed too often; tried again at the deadline. Goes to `starting` or `stopped`.
    case quarantined
    /// Told to go; waits for its exit. Goes to `stopped`, `starting`, `backingOff` or
    /// `quarantined`.
    case ending(Teardown, then: Next)
  }

  /// How far the teardown of a process has come; each stage has a time limit.
  package enum Teardown: Hashable, Sendable {
    case asked, terminated, killed
  }

  /// What follows once the process is gone.
  package enum Next: Hashable, Sendable {
    /// Nothing: somebody asked it to stop.
    case stop
    /// Another try after a delay: it was at fault.
    case backOff
    /// Another process at once: somebody asked for it.
    case start
  }

  package enum Event: Hashable, Sendable {
    case startRequested
    case stopRequested
    case restartRequested
    case spawnFailed(Generation, reason: String)
    case initialized(Generation)
    case loaded(Generation)
    /// It broke the protocol, or another rule that a process is ended for.
    case broke(Generation, reason: String)
    /// A step of it cannot be stopped in any other way. That is no crash: it starts anew at once.
    case endRequested(Generation, reason: String)
    case ponged(Generation)
    case exited(Generation, reason: String)
    case wokeUp

    var generation: Generation? {
      switch self {
      case .startRequested, .stopRequested, .restartRequested, .wokeUp: nil
      case .spawnFailed(let generation, reason: _), .initialized(let generation),
        .loaded(let generation),
        .broke(let generation, reason: _), .endRequested(let generation, reason: _),
        .ponged(let generation),
        .exited(let generation, reason: _):
        generation
      }
    }
  }

  package enum Action: Hashable, Sendable {
    case spawn(Generation)
    case sendInitialize(Generation)
    case sendDefinitionsRequest(Generation)
    case publish(Generation)
    case sendPing(Generation)
    /// The `shutdown` request, then the end of its input.
    case askToLeave(Generation)
    case terminate(Generation)
    case kill(Generation)
    case wakeUp(at: HostInstant)
    /// It failed by itself; the reason is ``reason``.
    case failed(Generation)
  }

  package struct Limits: Hashable, Sendable {
    package var handshake: Duration
    package var definitions: Duration
    /// The time for each stage of the teardown.
    package var shutdown: Duration
    package var pingInterval: Duration
    package var missedPings: Int

    package init(
      handshake: Duration = .seconds(10),
      definitions: Duration = .seconds(30),
      shutdown: Duration = .seconds(5),
      pingInterval: Duration = .seconds(5),
      missedPings: Int = 3
    ) {
      self.handshake = handshake
      self.definitions = definitions
      self.shutdown = shutdown
      self.pingInterval = pingInterval
      self.missedPings = missedPings
    }
  }

  package private(set) var state: State
  package private(set) var generation: Generation
  /// When the state began.
  package private(set) var since: HostInstant
  /// When something happens by itself: the end of a time limit, a delay, the next ping.
  package private(set) var deadline: HostInstant?
  /// Why it is not serving, in words for people.
  package private(set) var reason: String?
  package private(set) var budget: RestartBudget
  private let limits: Limits
  private var unansweredPings = 0
  /// How long the process that is being ended had served.
  private var served = Duration.zero

  package init(
    generation: Generation,
    isEnabled: Bool,
    rules: RestartRules,
    limits: Limits,
    at now: HostInstant
  ) {
    state = isEnabled ? .stopped : .disabled
    self.generation = generation
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

    switch (state, event) {
    case (.disabled, .startRequested), (.stopped, .startRequested), (.stopped, .restartRequested),
      (.backingOff, .startRequested), (.quarantined, .startRequested),
      (.backingOff, .restartRequested), (.quarantined, .restartRequested):
      budget.reset()
      return spawn(at: now)
    case (.backingOff, .wokeUp), (.quarantined, .wokeUp):
      return isDue(now) ? spawn(at: now) : []

    case (.starting, .initialized):
      enter(.loading, at: now, deadline: now + limits.definitions)
      return [.sendDefinitionsRequest(generation), wakeUp]
    case (.loading, .loaded):
      reason = nil
      unansweredPings = 0
      enter(.running, at: now, deadline: now + limits.pingInterval)
      return [.publish(generation), wakeUp]

    case (.starting, .spawnFailed(_, let why)):
      return giveUpFor(now, because: why, healthyFor: .zero, random: random)
    case (.starting, .exited(_, let why)):
      return giveUpFor(
        now,
        because: "\(why) before the handshake",
        healthyFor: .zero,
        random: random
      )
    case (.loading, .exited(_, let why)):
      return giveUpFor(
        now,
        because: "\(why) before its definitions were read",
        healthyFor: .zero,
        random: random
      )
    case (.running, .exited(_, let why)):
      return giveUpFor(now, because: why, healthyFor: now - since, random: random)

    case (.starting, .wokeUp):
      return isDue(now)
        ? end(because: "no answer to the handshake within \(brief(limits.handshake))", at: now)
        : []
    case (.loading, .wokeUp):
      return isDue(now)
        ? end(because: "no definitions within \(brief(limits.definitions))", at: now) : []
    case (.running, .wokeUp):
      return isDue(now) ? ping(at: now) : []
    case (.running, .ponged):
      unansweredPings = 0
      return []
    case (.starting, .broke(_, let why)), (.loading, .broke(_, let why)),
      (.running, .broke(_, let why)):
      return end(because: why, at: now)
    case (.starting, .endRequested(_, let why)), (.loading, .endRequested(_, let why)),
      (.running, .endRequested(_, let why)):
      return end(because: why, then: .start, at: now)

    case (.starting, .stopRequested), (.loading, .stopRequested), (.running, .stopRequested):
      return leave(then: .stop, because: "asked to stop", at: now)
    case (.starting, .restartRequested), (.loading, .restartRequested),
      (.running, .restartRequested):
      budget.reset()
      return leave(then: .start, because: "asked to restart", at: now)
    case (.backingOff, .stopRequested), (.quarantined, .stopRequested):
      enter(.stopped, at: now, deadline: nil)
      return []

    case (.ending(.asked, let next), .endRequested),
      (.ending(.terminated, let next), .endRequested):
      return escalate(to: .killed, then: next, at: now)
    case (.ending(.asked, let next), .wokeUp):
      return isDue(now) ? escalate(to: .terminated, then: next, at: now) : []
    case (.ending(.terminated, let next), .wokeUp):
      return isDue(now) ? escalate(to: .killed, then: next, at: now) : []
    case (.ending(let stage, then: _), .stopRequested):
      state = .ending(stage, then: .stop)
      return []
    case (.ending(let stage, then: _), .startRequested),
      (.ending(let stage, then: _), .restartRequested):
      budget.reset()
      state = .ending(stage, then: .start)
      return []
    // A process that never came to be has ended as well as one that did.
    case (.ending(_, .stop), .exited), (.ending(_, .stop), .spawnFailed):
      enter(.stopped, at: now, deadline: nil)
      return []
    case (.ending(_, .start), .exited), (.ending(_, .start), .spawnFailed):
      return spawn(at: now)
    case (.ending(_, .backOff), .exited), (.ending(_, .backOff), .spawnFailed):
      return giveUpFor(now, because: reason ?? "it ended", healthyFor: served, random: random)

    case (.disabled, .stopRequested),  // already so
      (.disabled, .restartRequested),  // the workspace says that it must not run
      (.stopped, .stopRequested),  // already so
      (.starting, .startRequested),  // already on its way
      (.loading, .startRequested),  // already on its way
      (.running, .startRequested),  // already so
      (.disabled, .wokeUp), (.stopped, .wokeUp),  // a timer nobody needs any more
      (.ending(.killed, then: _), .wokeUp),  // nothing is stronger than a kill; the exit will come
      (.disabled, .initialized), (.stopped, .initialized),  // spoke while leaving
      (.loading, .initialized), (.running, .initialized),  // said so twice
      (.backingOff, .initialized), (.quarantined, .initialized),  // after its exit was seen
      (.ending, .initialized),  // too late
      (.disabled, .loaded), (.stopped, .loaded),  // spoke while leaving
      (.starting, .loaded),  // an answer nobody asked for
      (.running, .loaded),  // said so twice
      (.backingOff, .loaded), (.quarantined, .loaded), (.ending, .loaded),  // too late
      (.disabled, .broke), (.stopped, .broke),  // no process of ours
      (.backingOff, .broke), (.quarantined, .broke), (.ending, .broke),  // it is going already
      (.disabled, .endRequested), (.stopped, .endRequested),  // no process of ours
      (.backingOff, .endRequested), (.quarantined, .endRequested),  // no process of ours
      (.ending(.killed, then: _), .endRequested),  // nothing is stronger than a kill
      (.disabled, .ponged), (.stopped, .ponged), (.starting, .ponged), (.loading, .ponged),
      (.backingOff, .ponged), (.quarantined, .ponged), (.ending, .ponged),  // not awaited
      (.disabled, .exited), (.stopped, .exited),  // reported twice
      (.backingOff, .exited), (.quarantined, .exited),  // reported twice
      (.disabled, .spawnFailed), (.stopped, .spawnFailed),  // reported twice
      (.loading, .spawnFailed),
      (.running, .spawnFailed),  // a process that answered did not fail to spawn
      (.backingOff, .spawnFailed), (.quarantined, .spawnFailed):  // reported twice
      return []
    }
  }

  // MARK: Moves

  private var wakeUp: Action { .wakeUp(at: deadline ?? since) }

  private func isDue(_ now: HostInstant) -> Bool { deadline.map { now >= $0 } ?? false }

  private func brief(_ duration: Duration) -> String { duration.briefDescription }

  private mutating func enter(_ next: State, at now: HostInstant, deadline: HostInstant?) {
    state = next
    since = now
    self.deadline = deadline
  }

  private mutating func spawn(at now: HostInstant) -> [Action] {
    generation = generation.next
    enter(.starting, at: now, deadline: now + limits.handshake)
    return [.spawn(generation), .sendInitialize(generation), wakeUp]
  }

  private mutating func ping(at now: HostInstant) -> [Action] {
    guard unansweredPings < limits.missedPings else {
      let silence = brief(limits.pingInterval * limits.missedPings)
      return end(because: "no answer to \(limits.missedPings) pings in \(silence)", at: now)
    }
    unansweredPings += 1
    deadline = now + limits.pingInterval
    return [.sendPing(generation), wakeUp]
  }

  /// Ends a process without asking it.
  private mutating func end(
    because why: String,
    then next: Next = .backOff,
    at now: HostInstant
  ) -> [Action] {
    reason = why
    served = state == .running ? now - since : .zero
    enter(.ending(.killed, then: next), at: now, deadline: nil)
    return [.kill(generation)]
  }

  private mutating func leave(
    then next: Next,
    because why: String,
    at now: HostInstant
  ) -> [Action] {
    reason = why
    enter(.ending(.asked, then: next), at: now, deadline: now + limits.shutdown)
    return [.askToLeave(generation), wakeUp]
  }

  private mutating func escalate(
    to stage: Teardown,
    then next: Next,
    at now: HostInstant
  ) -> [Action] {
    let isLast = stage == .killed
    enter(.ending(stage, then: next), at: now, deadline: isLast ? nil : now + limits.shutdown)
    return isLast ? [.kill(generation)] : [.terminate(generation), wakeUp]
  }

  private mutating func giveUpFor(
    _ now: HostInstant,
    because why: String,
    healthyFor: Duration,
    random: Double
  ) -> [Action] {
    reason = why
    switch budget.crashed(at: now, healthyFor: healthyFor, random: random) {
    case .retry(let delay): enter(.backingOff, at: now, deadline: now + delay)
    case .quarantine(let delay): enter(.quarantined, at: now, deadline: now + delay)
    }
    return [.failed(generation), wakeUp]
  }
}
