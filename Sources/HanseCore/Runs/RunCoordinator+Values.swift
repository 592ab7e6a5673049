package import HanseModel

extension CheckResult {
  /// What the step of a failed blocking check failed of.
  var failure: StepFailure {
    let why = description.map { ": \($0)" } ?? ""
    return StepFailure(
      .checkFailed,
      message: "check \"\(name)\" of asset \"\(asset)\" failed\(why)",
      isRetryable: false
    )
  }
}

extension RunCoordinator {
  package enum Action: Hashable, Sendable {
    case record(EventRecord)
    case execute(AttemptID, step: PlannedStep, location: LocationName, generation: Generation)
    case cancel(AttemptID, location: LocationName, generation: Generation)
    /// A step there cannot be stopped in any other way.
    case endLocation(LocationName, Generation, reason: String)
    case wakeUp(Timer, at: HostInstant)
    case finished(RunID, RunStatus)
  }

  package enum Timer: Hashable, Sendable {
    case retry(RunID, step: Int)
    case timeOut(AttemptID)
    /// A canceled or timed-out attempt has had its time to stop.
    case grace(AttemptID)
    /// A rate lets something start again.
    case admission
  }

  package struct Rules: Hashable, Sendable {
    package var concurrentRuns: Int
    /// What a step gets to stop after it was asked to.
    package var grace: Duration
    /// So many ends of its process in a row, alone in it, make a step poison.
    package var maxCrashes: Int
    /// How long poison is not started, unless its location changes or somebody restarts that.
    package var poisonDelay: Duration
    /// Names the monotonic clock that the host reads, so that the next one knows whether it is the
    /// same; empty for one that nobody else can read.
    package var clock = ""

    package init(
      concurrentRuns: Int = 100,
      grace: Duration = .seconds(5),
      maxCrashes: Int = 3,
      poisonDelay: Duration = .seconds(300)
    ) {
      self.concurrentRuns = concurrentRuns
      self.grace = grace
      self.maxCrashes = maxCrashes
      self.poisonDelay = poisonDelay
    }
  }

  /// What ended an attempt, as its location or the host saw it.
  package enum Outcome: Hashable, Sendable {
    case succeeded
    case failed(StepFailure)
    case canceled
  }

  /// The two clocks and the luck of one decision.
  package struct Moment: Sendable {
    package var now: HostInstant
    package var wall: Timestamp
    /// From 0 up to 1.
    package var random: Double

    package init(now: HostInstant, wall: Timestamp, random: Double) {
      self.now = now
      self.wall = wall
      self.random = random
    }
  }

  /// An attempt that a location is working on.
  package struct LiveAttempt: Sendable {
    package let id: AttemptID
    package let position: Int
    package let location: LocationName
    package let generation: Generation
    package let startedAt: HostInstant
    package internal(set) var fraction: Double?
    package internal(set) var message: String?
    /// The event that it began with; it is sent when that is on disk.
    var startedAs: Int64 = 0
    /// When it has had its time; nil without a limit.
    var timeOutAt: HostInstant?
    /// Since when it has been asked to stop, and until when it may take to.
    var grace: (since: HostInstant, until: HostInstant)?
    /// Whether its answer is here, and only waits to be told.
    var hasAnswered = false
    /// Why it was asked to stop.
    var stopping: StepFailure?
    /// The assets it has reported what it promised of.
    var reported: Set<AssetKey> = []
    /// A blocking check of severity error that it reported as failed.
    var failedCheck: CheckResult?

    /// Whether somebody canceled it: the step itself, or its whole run.
    var wasAskedToStop: Bool { stopping?.code == .canceled }

    var ticket: Dispatcher.Ticket { Dispatcher.Ticket(run: id.run, step: position) }
  }
}
