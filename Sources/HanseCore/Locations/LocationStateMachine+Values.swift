package import HanseModel

extension LocationStateMachine {
  /// How far the teardown of a process has come; each stage has a time limit.
  package enum Teardown: Hashable, Sendable {
    case asked, terminated, killed
  }

  /// What follows once the process is gone.
  package enum Next: Hashable, Sendable {
    /// Nothing: somebody asked it to stop.
    case stop
    /// Nothing, and a restart does not start it either: somebody disabled it.
    case disable
    /// Another try after a delay: it was at fault.
    case backOff
    /// Another process at once: somebody asked for it.
    case start
  }

  package enum Event: Hashable, Sendable {
    case startRequested
    case stopRequested
    case restartRequested
    /// A stop that lets steps in flight finish; news of that is ``drained(_:)``.
    case drainRequested
    /// A stop of that kind after which only a start brings it back.
    case disableRequested
    case spawnFailed(Generation, reason: String, code: FaultCode = .spawn)
    case initialized(Generation)
    case loaded(Generation)
    /// It broke the protocol, or another rule that a process is ended for.
    case broke(Generation, reason: String, code: FaultCode = .brokeProtocol)
    /// A step of it cannot be stopped in any other way. That is no crash: it starts anew at once.
    case endRequested(Generation, reason: String)
    case ponged(Generation)
    /// Whether the kernel says that the process is stopped, as by SIGSTOP or a debugger.
    case looked(Generation, isSuspended: Bool)
    /// Whether the host does not read from it, because what it has sent waits for the disk.
    case held(Generation, Bool)
    /// None of its steps is in flight any more.
    case drained(Generation)
    case exited(Generation, reason: String, code: FaultCode? = nil)
    case wokeUp

    var generation: Generation? {
      switch self {
      case .startRequested, .stopRequested, .restartRequested, .drainRequested, .disableRequested,
        .wokeUp:
        nil
      case .spawnFailed(let generation, reason: _, code: _), .initialized(let generation),
        .loaded(let generation), .broke(let generation, reason: _, code: _),
        .endRequested(let generation, reason: _), .ponged(let generation),
        .looked(let generation, isSuspended: _), .held(let generation, _), .drained(let generation),
        .exited(let generation, reason: _, code: _):
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
    /// The time that steps in flight get before it.
    package var drain: Duration
    package var pingInterval: Duration
    package var missedPings: Int

    package init(
      handshake: Duration = .seconds(10),
      definitions: Duration = .seconds(30),
      shutdown: Duration = .seconds(5),
      drain: Duration = .seconds(30),
      pingInterval: Duration = .seconds(5),
      missedPings: Int = 3
    ) {
      self.handshake = handshake
      self.definitions = definitions
      self.shutdown = shutdown
      self.drain = drain
      self.pingInterval = pingInterval
      self.missedPings = missedPings
    }
  }
}

extension LocationStateMachine.State {
  /// Whether there is no process, or one that is told to go.
  var isWithoutUse: Bool {
    switch self {
    case .disabled, .stopped, .backingOff, .quarantined, .ending: true
    case .starting, .loading, .running, .draining: false
    }
  }
}
