import HanseCore
import HanseModel
import HanseSystem
import HanseWire
import HanseWorkspace

/// Why a location's process could not be started.
struct LaunchFailure: Error {
  var reason: String
  var code = FaultCode.spawn
}

/// Starts locations on this machine: pipes, environment, working directory, process group.
final class LocationLauncher {
  /// Compute logs: this much for each file, and so many files for each location.
  static let logFileBytes = 16 << 20
  static let logFiles = 4
  private static let pipeBytes = 1 << 20
  /// How long a host that stops waits for the disks of compute logs.
  private static let logsLimit = Duration.seconds(5)
  /// Names the run that a worker belongs to, in the worker's environment.
  static let runVariable = "HANSE_RUN"

  private let configuration: HostConfiguration
  private let state: StateDirectory
  private let epoch: HostEpoch
  private let entries: [LocationName: LocationEntry]
  /// Open as long as the host runs; several processes of a location may write to one.
  private var logs: [LocationName: ComputeLogWriter] = [:]
  private let mailbox: Mailbox
  private let watch: ResourceWatch
  private let leftovers: LeftoverSweep
  private let cgroups: CgroupDelegation?

  /// Prepares to start locations.
  ///
  /// - Parameters:
  ///   - configuration: What the host was given.
  ///   - state: Where logs and folders are.
  ///   - epoch: What children are told.
  ///   - mailbox: Gets what the watch and the sweep find, from their threads.
  /// - Throws: If a thread cannot be started.
  init(
    configuration: HostConfiguration,
    state: StateDirectory,
    epoch: HostEpoch,
    mailbox: Mailbox
  ) throws(SystemError) {
    self.configuration = configuration
    watch = try ResourceWatch(
      every: configuration.watchInterval,
      collectsOrphans: configuration.adoptsOrphans
    ) { name, generation, finding in
      let event: LocationStateMachine.Event =
        switch finding {
        case .overLimit(let words): .broke(generation, reason: words, code: .overLimit)
        case .suspended(let isSuspended): .looked(generation, isSuspended: isSuspended)
        }
      mailbox.post(.location(name, event))
    }
    self.mailbox = mailbox
    leftovers = try LeftoverSweep(
      directory: state.path,
      adoptsOrphans: configuration.adoptsOrphans
    ) { mailbox.post(.leftovers) }
    cgroups = configuration.cgroups
    self.state = state
    self.epoch = epoch
    entries = Dictionary(
      configuration.workspace.locations.map { ($0.name, $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  func handshake(_ name: LocationName, _ generation: Generation) -> InitializeRequest {
    let io = entries[name]?.io ?? configuration.workspace.io
    return InitializeRequest(
      host: Program(name: "hanse", version: configuration.version),
      location: name,
      generation: generation,
      epoch: epoch,
      limits: wireLimits,
      io: StorageChoice(kind: io.kind, path: io.path, settings: io.settings)
    )
  }

  /// How many steps run at once is the host's to see to, and may be changed while the process runs:
  /// the process is told how many there can ever be.
  private var wireLimits: WireLimits {
    WireLimits(
      eventsPerSecond: configuration.eventsPerSecond,
      concurrentSteps: LimitBounds.stepsOfLocation.upperBound
    )
  }

  /// Starts a process.
  ///
  /// - Parameters:
  ///   - name: Of which location.
  ///   - generation: Which process of it.
  ///   - kept: The host's copy to start it from; nil for the workspace's file.
  ///   - run: The run that it is the worker of, if it is one.
  ///   - now: When.
  /// - Returns: The process.
  /// - Throws: ``LaunchFailure`` with what is missing.
  func launch(
    _ name: LocationName,
    _ generation: Generation,
    executable kept: String? = nil,
    run: RunID? = nil,
    at now: HostInstant
  ) throws(LaunchFailure) -> LocationProcess {
    guard let entry = entries[name] else {
      throw LaunchFailure(reason: "location \"\(name)\" is not in the workspace")
    }
    var environment = try environment(of: entry)
    environment[ProcessMark.variable] = leftovers.mark(name, generation).value
    if let run { environment[Self.runVariable] = run.text }
    let executable = if let kept { kept } else { try executable(of: entry, environment) }
    let maker = fences(of: entry, executable)
    let fences = try maker.make()
    if fences.sandbox != nil, environment["TMPDIR"] == nil {
      environment["TMPDIR"] = maker.temporaryDirectory
    }
    do throws(SystemError) {
      let log = try log(of: name, run)
      let input = try Pipe.make()
      let output = try Pipe.make()
      let errors = try Pipe.make()
      for pipe in [input, output] { _ = Pipe.grow(pipe.reading, toBytes: Self.pipeBytes) }
      for end in [input.writing, output.reading, errors.reading] { try end.setNonBlocking(true) }
      var request = SpawnRequest(
        executable: executable,
        arguments: entry.arguments + ["serve"],
        environment: environment,
        workingDirectory: entry.workingDirectory,
        standardInput: input.reading,
        standardOutput: output.writing,
        standardError: errors.writing
      )
      request.fences = fences
      let process = try start(&request, entry, generation)
      for end in [input.reading, output.writing, errors.writing] { end.close() }
      return LocationProcess(
        name: name,
        generation: generation,
        process: process,
        pipes: (input.writing, output.reading, errors.reading),
        limits: wireLimits,
        definitionsLimitBytes: configuration.definitionsBytes,
        outboxLimitBytes: configuration.outboxBytes,
        log: log,
        at: now
      )
    } catch {
      throw ProgramFault(error, program: executable)?.failure(of: entry, configuration)
        ?? DirectoryFault(error, directory: entry.workingDirectory)?.failure(
          of: entry,
          configuration
        )
        ?? LaunchFailure(reason: "cannot be started: \(error)")
    }
  }

  /// Starts the process, in a cgroup of its own where there are any, and has it watched.
  private func start(
    _ request: inout SpawnRequest,
    _ entry: LocationEntry,
    _ generation: Generation
  ) throws(SystemError) -> ChildProcess {
    let cgroup = try cgroup(of: entry, generation)
    let process: ChildProcess
    do throws(SystemError) {
      request.fences.cgroup = try cgroup?.door()
      process = try ChildProcess.spawn(request)
    } catch {
      cgroup?.discard()
      throw error
    }
    watch.add(
      ResourceWatch.Subject(
        name: entry.name,
        generation: generation,
        child: process,
        memoryBytes: entry.limits.memoryBytes,
        tasks: entry.limits.processes,
        isShared: entry.isolation == .run,
        cgroup: cgroup
      )
    )
    return process
  }

  private func fences(of entry: LocationEntry, _ executable: String) -> LocationFences {
    let io = entry.io ?? configuration.workspace.io
    return LocationFences(
      entry: entry,
      executable: executable,
      state: state,
      values: io.kind == IOEntry.filesystem ? io.path : nil,
      landlock: configuration.landlock
    )
  }

  private func cgroup(
    of entry: LocationEntry,
    _ generation: Generation
  ) throws(SystemError) -> Cgroup? {
    let name =
      "\(entry.name)-g\(generation.number)" + (generation.isWorker ? "-w\(generation.worker)" : "")
    let limits = Cgroup.Limits(
      memoryBytes: entry.limits.memoryBytes,
      tasks: entry.limits.processes,
      weight: LocationFences.processorWeight(entry.weight, nice: entry.limits.nice)
    )
    return entry.isolation == .run
      ? try cgroups?.make(name, in: Self.sharedCgroup(of: entry.name), limits)
      : try cgroups?.make(name, limits)
  }

  /// The group of a location whose processes have its limits together.
  private static func sharedCgroup(of location: LocationName) -> String { "\(location)-all" }

  // MARK: The end

  /// Says how a process ended, and which of its limits it had come to.
  func verdict(on status: ExitStatus, of process: LocationProcess) -> ExitVerdict.Verdict {
    guard let entry = entries[process.name] else { return .init(reason: "\(status)") }
    return ExitVerdict(limits: entry.limits).verdict(
      on: status,
      .init(
        usage: process.process.usage,
        wasKilled: process.wasKilled,
        hasAnswered: process.hasAnswered,
        tail: process.log.tail,
        isInCgroup: cgroups != nil,
        sharesLimits: entry.isolation == .run,
        outOfMemoryKills: { self.watch.outOfMemoryKills(of: process.process) }
      )
    )
  }

  /// What the watch has seen the process to start, and is still there; until it is reaped.
  func processesStarted(by process: LocationProcess) -> [ProcessIdentity] {
    watch.processesStarted(by: process.process)
  }

  /// Ends, soon and on another thread, what a process that was reaped has left behind.
  func sweep(after process: LocationProcess, _ started: [ProcessIdentity]) {
    leftovers.sweep(process.name, process.generation, seen: started)
  }

  /// What processes had left behind and was ended since the last call.
  func takeLeftovers() -> [LeftoverSweep.Leftovers] { leftovers.takeFound() }

  /// Ends whatever is left, and waits for that; to be called once no process runs.
  func close() {
    leftovers.close()
    watch.close()
    let deadline = Clock.now() + Self.logsLimit
    for log in logs.values { log.close(within: deadline - Clock.now()) }
    for entry in entries.values where entry.isolation == .run {
      cgroups?.discardShared(Self.sharedCgroup(of: entry.name))
    }
  }

  /// Where the location's executable is to be; nil when it is looked up in PATH and not there.
  func path(of name: LocationName) -> String? {
    guard let entry = entries[name] else { return nil }
    if !entry.executableFromPath { return entry.executable }
    do throws(LaunchFailure) {
      return try executable(of: entry, try environment(of: entry))
    } catch {
      return nil
    }
  }

  /// The only binary that a location may run; nil for any.
  func requiredDigest(of name: LocationName) -> BinaryDigest? {
    entries[name]?.sha256.map { BinaryDigest($0) }
  }

  /// Why a binary is not to be run; nil when it may.
  ///
  /// - Parameters:
  ///   - digest: What it is.
  ///   - path: The file; nil for the host's own copy.
  ///   - name: Whose it is.
  /// - Returns: The failure, with both digests and the place in the workspace.
  func refusal(
    of digest: BinaryDigest,
    at path: String?,
    _ name: LocationName
  ) -> LaunchFailure? {
    guard let entry = entries[name], let required = requiredDigest(of: name), required != digest
    else { return nil }
    let what = path.map { "\($0) has" } ?? "the host's copy has"
    let problem = WorkspaceProblem(
      file: configuration.workspace.file,
      position: entry.position,
      message:
        "\"sha256\": \(what) the digest \(digest), and only \(required) is allowed; put that "
        + "program in place, or correct \"sha256\"",
      location: entry.name
    )
    return LaunchFailure([problem], code: .digest)
  }

  private func log(of name: LocationName, _ run: RunID?) throws(SystemError) -> ComputeLog {
    if let writer = logs[name] { return ComputeLog(writer: writer, run: run) }
    let file = try RotatingFile(
      directory: state.computeLogs,
      name: state.computeLogName(of: name),
      limitBytesPerFile: Self.logFileBytes,
      keptFiles: Self.logFiles
    )
    let writer = ComputeLogWriter(
      name: name,
      file: file,
      beforeWrite: configuration.faults.beforeLogWrite
    ) { [mailbox] in mailbox.post(.logNews(name)) }
    logs[name] = writer
    return ComputeLog(writer: writer, run: run)
  }

  /// What writes a location's log; nil before its first start.
  func computeLog(of name: LocationName) -> ComputeLogWriter? { logs[name] }

  /// The locations that have been started, by name.
  var locationsWithLogs: [LocationName] { logs.keys.sorted() }

  private func environment(of entry: LocationEntry) throws(LaunchFailure) -> [String: String] {
    switch resolveEnvironment(
      entry,
      file: configuration.workspace.file,
      inherited: configuration.environment
    )
    {
    case .success(let resolved): return resolved.variables
    case .failure(let failure): throw LaunchFailure(failure.problems, code: .environment)
    }
  }

  private func executable(
    of entry: LocationEntry,
    _ environment: [String: String]
  ) throws(LaunchFailure) -> String {
    let file = configuration.workspace.file
    switch resolveExecutable(entry, file: file, searchPath: environment["PATH"]) {
    case .success(let path): return path
    case .failure(let problem):
      let code: FaultCode =
        switch ProgramStatus(at: entry.executable) {
        case .notExecutable, .directory: .executableDenied
        case .missing, .program: .executableMissing
        }
      throw LaunchFailure([problem], code: code)
    }
  }
}

extension ProgramFault {
  /// The failure in the terms of the workspace: where the program is named, and what to do.
  fileprivate func failure(
    of entry: LocationEntry,
    _ configuration: HostConfiguration
  ) -> LaunchFailure {
    LaunchFailure("executable", words, of: entry, configuration, code)
  }
}

extension DirectoryFault {
  fileprivate func failure(
    of entry: LocationEntry,
    _ configuration: HostConfiguration
  ) -> LaunchFailure {
    LaunchFailure("workingDirectory", words, of: entry, configuration, .spawn)
  }
}

extension LaunchFailure {
  /// What is wrong with a member of the entry.
  fileprivate init(
    _ member: String,
    _ words: String,
    of entry: LocationEntry,
    _ configuration: HostConfiguration,
    _ code: FaultCode
  ) {
    let problem = WorkspaceProblem(
      file: configuration.workspace.file,
      position: entry.position,
      message: "\"\(member)\": \(words)",
      location: entry.name
    )
    self.init([problem], code: code)
  }

  /// What the workspace asks for and this machine does not have.
  fileprivate init(_ problems: [WorkspaceProblem], code: FaultCode = .spawn) {
    let texts = problems.map { problem in
      "\(Paths.name(of: problem.file)):\(problem.line):\(problem.column): \(problem.message)"
    }
    self.init(reason: "cannot be started: \(texts.joined(separator: "; "))", code: code)
  }
}
