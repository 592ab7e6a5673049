/// What happened, with what belongs to it.
///
/// A kind from a newer version is kept as it came and written again unchanged.
public enum EventPayload: Hashable, Sendable {
  // The host
  case hostStarted(version: String, processID: Int, epoch: HostEpoch)
  case hostStopped

  // A location
  case locationStarting(processID: Int)
  case locationLoaded(LocationSummary)
  /// The process ended; `expected` when the host had asked for it.
  /// With a code, it was a fault: a stable name such as `LOC-CRASH` or `WIRE-SEQ`.
  case locationExited(
    reason: String,
    expected: Bool,
    standardErrorTail: [String],
    code: String? = nil
  )
  /// The host could not start it, or gave up on it. The code is that of the fault, such as
  /// `LOC-EXEC-MISSING`; nil in logs of earlier versions.
  case locationFailed(message: String, code: String? = nil)
  /// A new process took over from the one of generation `from`, which drains.
  case locationSwapped(from: Generation, digest: BinaryDigest?)
  /// A process that was to take over failed; what served goes on, or an earlier binary does.
  case locationSwapFailed(SwapFailure)
  /// Somebody chose the binary that it runs, whatever its file is; nil for its file again.
  case locationPinned(BinaryDigest?)
  /// Somebody said that it is not to run.
  case locationDisabled
  case locationEnabled
  /// Processes that it had left behind were killed when it ended.
  case locationLeftProcesses(count: Int)
  /// Reports of it about steps changed nothing: they were about attempts or assets that are not its
  /// own. `code` and `message` are of the last one.
  case reportsIgnored(count: Int, code: String, message: String)
  /// Lines of its standard error could not be written to its log.
  case logLost(count: Int, bytes: Int, reason: String)

  // Limits
  /// Somebody changed, paused, drained or reset a limit.
  case limitsChanged(LimitChange)
  /// What was to be drained is: nothing that counts against it runs any more.
  case limitsDrained(LimitTarget)
  /// A step was started that rates had to let through; told for the next host.
  case ratesNoted(RateNote)

  // A worker: the process of its own that a run has at a location; the event names the run
  case workerStarting(processID: Int)
  /// As ``locationExited(reason:expected:standardErrorTail:code:)``.
  case workerExited(
    reason: String,
    expected: Bool,
    standardErrorTail: [String],
    code: String? = nil
  )
  /// It ended, or was given up, before it could take a step.
  case workerFailed(message: String, code: String? = nil)

  // A run
  case runCreated(RunCreation)
  case runStarted
  /// With who ordered it; nil where nobody can know it.
  case runCanceling(forced: Bool, by: Principal? = nil)
  case runFinished(status: RunStatus, message: String?)
  /// Its steps that have not started wait in another queue, nil for each location's own, or with
  /// another priority; with who ordered it, or with the reason where nobody did.
  case runRequeued(
    queue: String?,
    priority: Int,
    reason: String? = nil,
    by: Principal? = nil
  )

  // A step
  case stepStarted(queuedMilliseconds: Int64)
  case stepSucceeded(durationMilliseconds: Int64)
  /// With the delay before the next attempt, when there is one.
  case stepFailed(StepFailure, retryInMilliseconds: Int64?)
  case stepSkipped(because: StepKey)
  /// With who ordered it, of a step that had not started and was canceled for itself.
  case stepCanceled(message: String, by: Principal? = nil)
  /// The step of another run stood for it, and has made what it asked for.
  case stepCoalesced(into: RunID)
  /// It runs and was asked to stop, for itself and not with its run.
  case stepCanceling(forced: Bool, by: Principal? = nil)
  /// It was suspected of having ended its location's process; `because`, a step, turned out to.
  case stepCleared(because: StepKey)
  case materialized(Materialization)
  /// Something was learned about an asset without making it.
  case observed(Materialization)
  case checked(CheckResult)
  case logged(LogRecord)
  /// Events of a location were left out, because it sent more than its limit.
  case eventsDropped(count: Int, limitPerSecond: Int)

  case unknown(kind: String, data: JSONValue)

  /// The stable name of the kind of event.
  public var kind: String {
    switch self {
    case .hostStarted: "host.started"
    case .hostStopped: "host.stopped"
    case .locationStarting: "location.starting"
    case .locationLoaded: "location.loaded"
    case .locationExited: "location.exited"
    case .locationFailed: "location.failed"
    case .locationSwapped: "location.swapped"
    case .locationSwapFailed: "location.swap-failed"
    case .locationPinned: "location.pinned"
    case .locationDisabled: "location.disabled"
    case .locationEnabled: "location.enabled"
    case .locationLeftProcesses: "location.left-processes"
    case .reportsIgnored: "location.reports-ignored"
    case .logLost: "location.log-lost"
    case .limitsChanged: "limits.changed"
    case .limitsDrained: "limits.drained"
    case .workerStarting: "worker.starting"
    case .workerExited: "worker.exited"
    case .workerFailed: "worker.failed"
    case .ratesNoted: "rates.noted"
    case .runCreated: "run.created"
    case .runStarted: "run.started"
    case .runCanceling: "run.canceling"
    case .runFinished: "run.finished"
    case .runRequeued: "run.requeued"
    case .stepStarted: "step.started"
    case .stepSucceeded: "step.succeeded"
    case .stepFailed: "step.failed"
    case .stepSkipped: "step.skipped"
    case .stepCanceled: "step.canceled"
    case .stepCanceling: "step.canceling"
    case .stepCoalesced: "step.coalesced"
    case .stepCleared: "step.cleared"
    case .materialized: "asset.materialized"
    case .observed: "asset.observed"
    case .checked: "asset.checked"
    case .logged: "step.logged"
    case .eventsDropped: "location.events-dropped"
    case .unknown(let kind, _): kind
    }
  }

  /// The kinds that this version knows, by what they are about.
  package static let knownKinds = [
    "host.started", "host.stopped", "location.starting", "location.loaded", "location.exited",
    "location.failed", "location.swapped", "location.swap-failed", "location.pinned",
    "location.disabled", "location.enabled", "location.left-processes",
    "location.events-dropped", "location.reports-ignored", "location.log-lost", "worker.starting",
    "worker.exited", "worker.failed", "limits.changed", "limits.drained", "rates.noted",
    "run.created", "run.started", "run.canceling", "run.requeued",
    "run.finished", "step.started", "step.succeeded", "step.failed", "step.skipped",
    "step.canceled", "step.canceling", "step.cleared", "step.coalesced", "step.logged",
    "asset.materialized",
    "asset.observed",
    "asset.checked",
  ]

  /// What a location said about itself when it had loaded.
  public struct LocationSummary: Hashable, Sendable {
    public var digest: String
    public var assets: Int
    public var checks: Int
    /// The library the location is built with, and its version.
    public var library: String
    public var loadMilliseconds: Int64

    public init(
      digest: String,
      assets: Int,
      checks: Int,
      library: String,
      loadMilliseconds: Int64
    ) {
      self.digest = digest
      self.assets = assets
      self.checks = checks
      self.library = library
      self.loadMilliseconds = loadMilliseconds
    }
  }

  /// Why a new process did not take over.
  public struct SwapFailure: Hashable, Sendable {
    public var code: String
    public var reason: String
    /// What its program was; nil when the host had not looked yet.
    public var digest: BinaryDigest?
    public var standardErrorTail: [String]
    /// Nil when it is not tried again before the file changes or somebody asks.
    public var retryInMilliseconds: Int64?
    /// Whether it had served, and an earlier binary is run instead.
    public var isRolledBack: Bool

    public init(
      code: String,
      reason: String,
      digest: BinaryDigest? = nil,
      standardErrorTail: [String] = [],
      retryInMilliseconds: Int64? = nil,
      isRolledBack: Bool = false
    ) {
      self.code = code
      self.reason = reason
      self.digest = digest
      self.standardErrorTail = standardErrorTail
      self.retryInMilliseconds = retryInMilliseconds
      self.isRolledBack = isRolledBack
    }
  }

  /// A run's request and its plan.
  public struct RunCreation: Hashable, Sendable {
    public var request: RunRequest
    public var plan: RunPlan

    public init(request: RunRequest, plan: RunPlan) {
      self.request = request
      self.plan = plan
    }
  }
}
