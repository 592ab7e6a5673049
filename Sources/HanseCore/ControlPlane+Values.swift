package import HanseGraph
package import HanseModel

extension ControlPlane {
  /// What the workspace says, as far as decisions need it.
  package struct Settings: Sendable {
    package var locations: [LocationSettings]
    package var concurrentSteps: Int
    package var queues: [String: Dispatcher.QueueSettings]
    package var pools: [String: Dispatcher.PoolSettings]
    package var tagLimits: [Dispatcher.TagLimit]
    package var runRules: RunCoordinator.Rules
    /// The host's own version and process, for the event log.
    package var version: String
    package var processID: Int

    package init(
      locations: [LocationSettings],
      concurrentSteps: Int,
      queues: [String: Dispatcher.QueueSettings] = [:],
      pools: [String: Dispatcher.PoolSettings] = [:],
      tagLimits: [Dispatcher.TagLimit] = [],
      runRules: RunCoordinator.Rules = RunCoordinator.Rules(),
      version: String = "",
      processID: Int = 0
    ) {
      self.version = version
      self.processID = processID
      self.locations = locations
      self.concurrentSteps = concurrentSteps
      self.queues = queues
      self.pools = pools
      self.tagLimits = tagLimits
      self.runRules = runRules
    }
  }

  package struct LocationSettings: Sendable {
    package var name: LocationName
    package var isEnabled: Bool
    package var owns: [String]
    package var concurrentSteps: Int
    /// Whether each run has a worker process of its own there.
    package var isIsolated: Bool
    /// What its steps wait in, where a run names no queue.
    package var queue: String
    /// Its share beside the other locations of a queue.
    package var weight: Double
    package var rate: RateLimit?
    /// How many of its steps may wait.
    package var waitingSteps = LimitBook.defaultWaitingSteps
    /// For steps that have no time-out of their own.
    package var stepTimeoutMilliseconds: Int64?
    package var restart: RestartRules
    package var limits: LocationStateMachine.Limits
    /// The only binary that it may run; nil for any.
    package var requiredDigest: BinaryDigest?

    package init(
      name: LocationName,
      isEnabled: Bool = true,
      owns: [String] = [],
      concurrentSteps: Int = 32,
      isIsolated: Bool = false,
      queue: String = Dispatcher.defaultQueue,
      weight: Double = 1,
      rate: RateLimit? = nil,
      stepTimeoutMilliseconds: Int64? = nil,
      restart: RestartRules = RestartRules(),
      limits: LocationStateMachine.Limits = LocationStateMachine.Limits(),
      requiredDigest: BinaryDigest? = nil
    ) {
      self.name = name
      self.isEnabled = isEnabled
      self.owns = owns
      self.concurrentSteps = concurrentSteps
      self.isIsolated = isIsolated
      self.queue = queue
      self.weight = weight
      self.rate = rate
      self.stepTimeoutMilliseconds = stepTimeoutMilliseconds
      self.restart = restart
      self.limits = limits
      self.requiredDigest = requiredDigest
    }
  }

  /// What the event log knew when the host started.
  package struct Past: Sendable {
    package var epoch: HostEpoch
    package var nextSequence: Int64
    package var generations: [LocationName: Generation]
    package var latest: [AssetKey: MaterializationRecord]
    /// The latest of each partition of partitioned assets.
    package var latestOfPartitions: [MaterializationRecord]
    /// What people ordered of locations, as far as it still holds.
    package var orders: [LocationName: LocationOrders] = [:]
    package var limitOrders = LimitOrders()
    /// What rates had let through; nil where there was no earlier host.
    package var rateDebts: RateDebts?
    /// What locations defined last, to be shown until they answer.
    package var definitions: [LocationName: KnownDefinitions] = [:]
    /// The binaries that served and that the host has a copy of, the last one last.
    package var binaries: [LocationName: [ServedBinary]] = [:]
    /// Why something that was kept of a location cannot be used.
    package var keepingProblems: [LocationName: String] = [:]

    package init(
      epoch: HostEpoch,
      nextSequence: Int64 = 1,
      generations: [LocationName: Generation] = [:],
      latest: [AssetKey: MaterializationRecord] = [:],
      latestOfPartitions: [MaterializationRecord] = []
    ) {
      self.epoch = epoch
      self.nextSequence = nextSequence
      self.generations = generations
      self.latest = latest
      self.latestOfPartitions = latestOfPartitions
    }
  }

  /// One location as the control plane sees it.
  package struct Location: Sendable {
    package let settings: LocationSettings
    package var supervisor: LocationSupervisor
    package var processIDs: [Generation: Int] = [:]
    /// Whether a person, and not the workspace, said that it is not to run.
    package var isDisabledByPerson = false
    /// The definitions it served last, and the process that did.
    package var loaded: LoadedDefinitions?
    package var loadedGeneration = Generation()
    /// The definitions of processes that are to take over.
    var pending: [Generation: LoadedDefinitions] = [:]
    /// Whether the process that served them is no more.
    package var isStale = false
    package var failures = 0
    package var lastFailure: Failure?
    /// The last lines of a process that did not take over.
    package var rejectedTail: [String] = []
    /// Why what serves could not be kept, or what was kept not be read.
    package var keepingProblem: String?
    /// When its state began, on the wall clock.
    package var since: Timestamp?
    /// Reports about attempts and assets that were not, or no longer, its own.
    package internal(set) var refusedReports = IgnoredReports()
    /// What it has said that means nothing.
    package var ignored = IgnoredMessages()
    /// Why processes were ended that had a step which did not stop.
    var endedForStep: [Generation: String] = [:]
    /// What the process whose end is being taken wrote last.
    var exitTail: [String] = []

    init(
      settings: LocationSettings,
      after generation: Generation,
      past: Past,
      at now: HostInstant
    ) {
      self.settings = settings
      let orders = past.orders[settings.name] ?? LocationOrders()
      isDisabledByPerson = orders.isDisabled
      supervisor = LocationSupervisor(
        generation: generation,
        isEnabled: settings.isEnabled && !orders.isDisabled,
        rules: settings.restart,
        limits: settings.limits,
        served: past.binaries[settings.name] ?? [],
        pin: orders.pin,
        required: settings.requiredDigest,
        at: now
      )
      keepingProblem = past.keepingProblems[settings.name]
      if let known = past.definitions[settings.name] {
        loaded = known.loaded
        loadedGeneration = known.generation
        isStale = true
      }
    }

    /// The machine of the process that serves, or will.
    package var machine: LocationStateMachine { supervisor.serving }
    package var processID: Int? { processIDs[machine.generation] }
    var servedGeneration: Generation? { loaded.map { _ in loadedGeneration } }

    func isDraining(_ generation: Generation) -> Bool {
      supervisor.draining.contains(generation)
    }
  }

  /// What a location defined when an earlier host knew it.
  package struct KnownDefinitions: Sendable {
    package var loaded: LoadedDefinitions
    package var generation: Generation

    package init(loaded: LoadedDefinitions, generation: Generation) {
      self.loaded = loaded
      self.generation = generation
    }
  }

  /// How a location's process last failed.
  package struct Failure: Hashable, Sendable {
    package var reason: String
    package var tail: [String]
    package var code: FaultCode?

    package init(reason: String, tail: [String], code: FaultCode? = nil) {
      self.reason = reason
      self.tail = tail
      self.code = code
    }
  }

  package struct LoadedDefinitions: Sendable {
    package var definitions: LocationDefinitions
    package var digest: String
    package var library: String

    package init(definitions: LocationDefinitions, digest: String, library: String) {
      self.definitions = definitions
      self.digest = digest
      self.library = library
    }
  }

  /// What the host tells the control plane.
  package enum Input: Sendable {
    /// Begins, with the runs that an earlier host left unfinished.
    case start([RunProgress])
    case location(LocationName, LocationStateMachine.Event)
    /// A process runs; `isOfSeenFile` is false when its file is not what was last looked at.
    case spawned(LocationName, Generation, processID: Int, isOfSeenFile: Bool = true)
    case loaded(LocationName, Generation, LoadedDefinitions)
    case exited(
      LocationName,
      Generation,
      reason: String,
      tail: [String],
      code: FaultCode? = nil
    )
    /// What the location's file contains; to be told whenever it has changed.
    ///
    /// With the processes that are known to have been started from just this file; nil for all
    /// whose file is not known.
    case binarySeen(LocationName, BinaryDigest, startedFrom: Set<Generation>? = nil)
    /// The location's file is gone, or cannot be run.
    case binaryUnusable(LocationName, reason: String)
    /// The host has a copy of the binary that can be run.
    case binaryKept(LocationName, BinaryDigest)
    /// The host has no copy of it any more that can be run.
    case binaryLost(LocationName, BinaryDigest)
    /// What serves could not be kept.
    case keepingFailed(LocationName, reason: String)
    /// Somebody wants the location's file to be loaded anew.
    case reload(LocationName)
    /// Somebody wants a binary that served earlier.
    case rollBack(LocationName, to: BinaryDigest)
    /// Processes that one had left behind were killed.
    case leftProcesses(LocationName, Generation, count: Int)
    case stepEvent(LocationName, Generation, AttemptID, EventPayload)
    case progress(LocationName, Generation, AttemptID, fraction: Double?, message: String?)
    case stepAnswer(LocationName, Generation, AttemptID, RunCoordinator.Outcome)
    /// The answer is here, and is told once what the location wrote before it is on disk.
    case stepAnswerWaits(LocationName, Generation, AttemptID)
    case eventsDropped(LocationName, Generation, count: Int, limitPerSecond: Int)
    case logLost(LocationName, Generation, count: Int, bytes: Int, reason: String)
    /// A process has said what means nothing.
    case ignored(LocationName, IgnoredMessages)
    case launch(EventPayload.RunCreation, ticket: Int)
    case cancel(RunID, forced: Bool, by: Principal? = nil, ticket: Int)
    /// Somebody changes limits or what waits; answered by ``Effect/ordered(ticket:_:)``.
    case order(QueueOrder, ticket: Int)
    case merged(AssetGraph, [Diagnostic], took: Duration)
    case tick
    case stop
  }

  /// What the control plane wants done.
  package enum Effect: Sendable {
    case record(Event)
    case spawn(LocationName, Generation)
    case send(LocationName, Generation, Command)
    case terminate(LocationName, Generation)
    case kill(LocationName, Generation)
    /// Merge these off the loop, and report ``Input/merged(_:_:took:)``.
    case merge([LocationInput], previous: AssetGraph)
    case launched(ticket: Int, RunID)
    case launchRefused(ticket: Int, LaunchRefusal)
    case canceled(ticket: Int, isKnown: Bool)
    case ordered(ticket: Int, Result<RunCoordinator.OrderOutcome, OrderRefusal>)
    case runFinished(RunID, RunStatus)
    /// The generation serves: its binary and its definitions are worth keeping.
    case served(LocationName, Generation)
    /// What people see of locations and graph has changed.
    case publish
    /// All locations have stopped.
    case stopped
  }

  /// Why a run was not begun.
  package enum LaunchRefusal: Hashable, Sendable, CustomStringConvertible {
    case stopping
    /// A location's line has no room for its steps; with the reason.
    case queueIsFull(String)

    package var description: String {
      switch self {
      case .stopping: "the host is stopping"
      case .queueIsFull(let reason): reason
      }
    }
  }

  package enum Command: Sendable {
    case initialize
    case definitions
    case execute(StepCommand)
    case cancel(AttemptID)
    case ping
    /// The `shutdown` request, and then the end of its input.
    case shutdown
  }

  package struct StepCommand: Sendable {
    package var attempt: AttemptID
    package var step: PlannedStep
    package var partition: PartitionKey?
    package var tags: [String: String]
    package var upstream: [MaterializationRecord]
  }
}
