package import HanseCore
package import HanseModel

/// One location, as people see it.
package struct LocationStatus: Hashable, Sendable {
  package enum State: String, Hashable, Sendable, CaseIterable {
    case disabled, stopped, starting, loading, running
    case backingOff = "backing-off"
    case quarantined
    case draining
    /// Its entry in the workspace has an error.
    case invalid
  }

  /// What happens by itself when a time is over.
  package enum Step: String, Hashable, Sendable, CaseIterable {
    /// It is started again.
    case start
    /// It is killed: the handshake or the definitions took too long.
    case giveUp = "give-up"
    /// It is asked to end: its steps in flight took too long.
    case end
    /// It gets SIGTERM.
    case terminate
    /// It gets SIGKILL.
    case kill
  }

  package struct Next: Hashable, Sendable {
    package var step: Step
    package var time: Timestamp

    package init(_ step: Step, at time: Timestamp) {
      self.step = step
      self.time = time
    }
  }

  /// A process that is to take over, or a plan for one.
  package struct Candidate: Hashable, Sendable {
    package var generation: Generation
    package var state: State
    package var digest: BinaryDigest?
    package var failures: Int
    package var next: Next?

    package init(
      generation: Generation,
      state: State,
      digest: BinaryDigest? = nil,
      failures: Int = 0,
      next: Next? = nil
    ) {
      self.generation = generation
      self.state = state
      self.digest = digest
      self.failures = failures
      self.next = next
    }
  }

  /// The last binary that did not take over, or was rolled back.
  package struct Rejection: Hashable, Sendable {
    package var generation: Generation
    package var digest: BinaryDigest?
    package var code: String
    /// With the exit status or the signal.
    package var reason: String
    package var time: Timestamp
    package var failures: Int
    /// Nil when it is not tried again before the file changes or somebody asks.
    package var nextTryAt: Timestamp?
    /// Whether it had served, and an earlier binary runs instead.
    package var isRolledBack: Bool
    package var lastStandardError: [String]

    package init(
      generation: Generation,
      digest: BinaryDigest? = nil,
      code: String,
      reason: String,
      time: Timestamp,
      failures: Int = 1,
      nextTryAt: Timestamp? = nil,
      isRolledBack: Bool = false,
      lastStandardError: [String] = []
    ) {
      self.generation = generation
      self.digest = digest
      self.code = code
      self.reason = reason
      self.time = time
      self.failures = failures
      self.nextTryAt = nextTryAt
      self.isRolledBack = isRolledBack
      self.lastStandardError = lastStandardError
    }
  }

  /// A binary that served, and the last generation that it did so as.
  package struct Served: Hashable, Sendable {
    package var generation: Generation
    package var digest: BinaryDigest
    /// Whether the host has a copy that can be run.
    package var isKept: Bool

    package init(generation: Generation, digest: BinaryDigest, isKept: Bool) {
      self.generation = generation
      self.digest = digest
      self.isKept = isKept
    }
  }

  /// A worker process of an isolated run.
  package struct Worker: Hashable, Sendable {
    package var run: RunID
    /// The step that has it to itself, because it may have ended one.
    package var step: StepKey?
    package var generation: Generation
    package var state: State
    package var processID: Int?
    package var since: Timestamp

    package init(
      run: RunID,
      step: StepKey? = nil,
      generation: Generation,
      state: State,
      processID: Int? = nil,
      since: Timestamp
    ) {
      self.run = run
      self.step = step
      self.generation = generation
      self.state = state
      self.processID = processID
      self.since = since
    }
  }

  /// Why no worker is started now.
  package struct WorkerTrouble: Hashable, Sendable {
    package var reason: String
    package var code: String
    package var failures: Int
    package var nextTryAt: Timestamp

    package init(reason: String, code: String, failures: Int, nextTryAt: Timestamp) {
      self.reason = reason
      self.code = code
      self.failures = failures
      self.nextTryAt = nextTryAt
    }
  }

  package var name: LocationName
  package var state: State
  package var since: Timestamp?
  package var generation: Generation
  package var processID: Int?
  /// Why it is not serving.
  package var reason: String?
  /// The stable name of what is wrong, such as `LOC-CRASH`.
  package var fault: String?
  /// What happens by itself.
  package var next: Next?
  package var failures: Int
  package var lastStandardError: [String]
  package var assetCount: Int
  package var checkCount: Int
  package var digest: String?
  package var library: String?
  /// What its process was started from; nil before anybody has looked.
  package var binary: BinaryDigest?
  /// Whether that is the host's own copy, and not the workspace's file.
  package var runsKeptBinary: Bool
  /// What is in the workspace's file.
  package var file: BinaryDigest?
  /// Why the file cannot be run.
  package var fileProblem: String?
  /// The only binary that its entry lets it run; nil for any.
  package var requiredDigest: BinaryDigest?
  /// The binary that somebody chose to run, whatever the file is.
  package var pin: BinaryDigest?
  package var candidate: Candidate?
  package var rejection: Rejection?
  /// The last one that served last.
  package var served: [Served]
  /// Why what serves could not be kept.
  package var keepingProblem: String?
  /// Generations that finish their steps in flight, and go.
  package var leaving: [Generation]
  /// Whether each run has a worker process of its own.
  package var isIsolated: Bool
  /// The workers, the oldest first.
  package var workers: [Worker]
  /// Why no worker is started now, if they fail.
  package var workerTrouble: WorkerTrouble?
  /// Whether the definitions shown are those of a process that is no more.
  package var isStale: Bool
  /// Whether it has failed and not served since.
  package var isFailing: Bool
  package var stepsRunning: Int
  package var stepsWaiting: Int
  package var concurrentSteps: Int
  package var executable: String
  package var labels: [String: String]
  /// Whether its process does not run at all: SIGSTOP, or a debugger.
  package var isSuspended: Bool
  /// Whether it is not read from because too much of what it has sent waits for the disk: its events
  /// for that of the event log, or lines for that of its compute log.
  package var isHeldBack: Bool
  /// Its events that wait for the disk, in bytes.
  package var backlogBytes: Int
  /// Its compute log's lines that wait for the disk, in bytes.
  package var logBacklogBytes: Int
  /// What its entry asks for and this machine does not have.
  package var notes: [String]
  /// What it has said that means nothing, since the host began.
  package var ignored: IgnoredMessages

  /// Whether nobody is on the way to serve: what was started serves, or has failed for now.
  package var isDecided: Bool { Self.isDecided(state, candidate) }

  package static func isDecided(_ state: State, _ candidate: Candidate?) -> Bool {
    switch candidate?.state {
    // One that runs is waiting for its place in the graph.
    case .starting, .loading, .running, .draining: return false
    case .disabled, .stopped, .backingOff, .quarantined, .invalid, nil: break
    }
    switch state {
    case .starting, .loading, .draining: return false
    case .disabled, .stopped, .running, .backingOff, .quarantined, .invalid: return true
    }
  }

  /// When it is started again by itself.
  package var nextTryAt: Timestamp? { next.flatMap { $0.step == .start ? $0.time : nil } }
}

extension LocationStateMachine.State {
  /// The state as people know it.
  var shown: LocationStatus.State {
    switch self {
    case .disabled: .disabled
    case .stopped: .stopped
    case .starting: .starting
    case .loading: .loading
    case .running: .running
    case .backingOff: .backingOff
    case .quarantined: .quarantined
    case .draining, .ending: .draining
    }
  }
}

extension LocationStateMachine {
  /// What happens by itself, and when.
  ///
  /// - Parameter wall: Turns the host's time into the wall clock's.
  /// - Returns: Nil while only somebody, or the process itself, can change anything.
  func next(_ wall: (HostInstant) -> Timestamp) -> LocationStatus.Next? {
    guard let deadline else { return nil }
    let step: LocationStatus.Step
    switch state {
    case .backingOff, .quarantined: step = .start
    case .starting, .loading: step = .giveUp
    case .draining: step = .end
    case .ending(.asked, then: _): step = .terminate
    case .ending(.terminated, then: _): step = .kill
    // A ping is nothing that anybody waits for.
    case .running, .disabled, .stopped, .ending(.killed, then: _): return nil
    }
    return LocationStatus.Next(step, at: wall(deadline))
  }
}

extension LocationStatus.Candidate {
  init(_ machine: LocationStateMachine, _ digest: BinaryDigest?, _ next: LocationStatus.Next?) {
    self.init(
      generation: machine.generation,
      state: machine.state.shown,
      digest: digest,
      failures: machine.budget.restarts,
      next: next
    )
  }
}

extension LocationStatus.Rejection {
  init(
    _ rejection: LocationSupervisor.Rejection,
    _ tail: [String],
    _ wall: (HostInstant) -> Timestamp
  ) {
    self.init(
      generation: rejection.generation,
      digest: rejection.digest,
      code: rejection.code.rawValue,
      reason: rejection.reason,
      time: rejection.time,
      failures: rejection.failures,
      nextTryAt: rejection.nextTry.map(wall),
      isRolledBack: rejection.isRolledBack,
      lastStandardError: tail
    )
  }
}
