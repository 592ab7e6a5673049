package import HanseCore
import HanseModel
package import HanseSystem
package import HanseWorkspace

/// What a host needs to know before it starts.
package struct HostConfiguration: Sendable {
  package var workspace: Workspace
  /// What is wrong with entries of the workspace that are left out.
  package var problems: [WorkspaceProblem]
  package var version: String
  package var limits: LocationStateMachine.Limits
  package var runRules: RunCoordinator.Rules
  /// The events that a location may send in a second, sustained; what is over it is left out.
  package var eventsPerSecond = 2000
  /// The most that all pages of a location's definitions may take on the wire.
  package var definitionsBytes = 128 << 20
  /// The most that may wait to be written to one child; beyond it the child is ended.
  package var outboxBytes = 64 << 20
  /// What may wait for the disk of all locations' events together; each has its share of it, from
  /// 256 KiB to 4 MiB.
  package var eventBacklogBytes = 64 << 20
  /// What may wait for the disk of one location's compute log.
  package var logBacklogBytes = 1 << 20
  /// With less room than this on the file system of the state directory no run is begun.
  package var leastFreeBytes: Int64 = 64 << 20
  /// How often that is looked at, and whether the state directory is still where it was.
  package var diskInterval = Duration.seconds(5)
  /// What goes wrong, in tests.
  package var faults = MachineFaults()
  /// What the locations' environments are taken from.
  package var environment: [String: String]
  /// Whether the runs that an earlier host left unfinished are carried on.
  ///
  /// A host that lives only as long as one command would begin their steps and end them again.
  package var resumesRuns = true
  /// Whether this process adopts the orphans of all that it starts, to end and collect them.
  ///
  /// For a process that is a host and nothing else: it collects every child that it did not start.
  package var adoptsOrphans = false
  /// How often the memory and the processes of each location are looked at.
  package var watchInterval = Duration.seconds(1)
  /// What the kernel has to build sandboxes with.
  package var landlock = LandlockRuleset.kernelVersion
  /// The cgroups that the host has taken over, if any were handed to it.
  package var cgroups: CgroupDelegation?
  /// Why there are none, where somebody has asked.
  package var cgroupRefusal: String?
  /// Whether executables are watched, and what served is kept: copies of the binaries, and what they
  /// defined.
  ///
  /// For a host that stays; one that lives as long as one command would only read all files.
  package var keepsGenerations = false
  /// How long a changed executable must look the same before it is read.
  package var settlingTime = Duration.milliseconds(250)

  package init(
    workspace: Workspace,
    problems: [WorkspaceProblem] = [],
    version: String,
    environment: [String: String],
    limits: LocationStateMachine.Limits = LocationStateMachine.Limits(),
    runRules: RunCoordinator.Rules? = nil
  ) {
    self.workspace = workspace
    self.problems = problems
    self.version = version
    self.environment = environment
    self.limits = limits
    self.runRules =
      runRules ?? RunCoordinator.Rules(concurrentRuns: workspace.limits.concurrentRuns)
  }

  /// The folder of the event log, the compute logs and the values.
  package var stateDirectory: String { workspace.storage.path }

  private var rulesWithClock: RunCoordinator.Rules {
    var rules = runRules
    rules.clock = MachineStart.identifier() ?? ""
    return rules
  }

  var settings: ControlPlane.Settings {
    let limitsOfFile = workspace.limitsOfFile
    return ControlPlane.Settings(
      locations: workspace.locations.map { entry in
        let file = entry.limitsOfFile
        var limits = limits
        limits.handshake = entry.timeouts.handshake
        limits.definitions = entry.timeouts.definitions
        limits.shutdown = entry.timeouts.shutdown
        limits.drain = entry.timeouts.drain
        var settings = ControlPlane.LocationSettings(
          name: entry.name,
          isEnabled: entry.enabled,
          owns: entry.owns,
          concurrentSteps: file.settings.concurrentSteps,
          isIsolated: entry.isolation == .run,
          queue: file.queue,
          weight: file.settings.weight,
          rate: file.settings.rate,
          stepTimeoutMilliseconds: entry.timeouts.step?.wholeMilliseconds,
          restart: RestartRules(
            initialDelay: entry.restart.initialDelay,
            maxDelay: entry.restart.maxDelay,
            maxCrashes: entry.restart.maxCrashes,
            window: entry.restart.window,
            rollsBack: entry.restart.rollback
          ),
          limits: limits,
          requiredDigest: entry.sha256.map { BinaryDigest($0) }
        )
        settings.waitingSteps = file.waitingSteps
        return settings
      },
      concurrentSteps: workspace.limits.concurrentSteps,
      queues: limitsOfFile.queues,
      pools: limitsOfFile.pools,
      tagLimits: limitsOfFile.tagLimits,
      runRules: rulesWithClock,
      version: version,
      processID: Int(SelfProcess.pid)
    )
  }
}
