import HanseCore
import HanseModel
import HanseSystem
import HanseWire
import HanseWorkspace

/// Why a location's process could not be started.
struct LaunchFailure: Error {
  var code = FaultCode.spawn
  var reason: String
}

/// Starts locations on this machine: pipes, environment, working directory, process group.
final class LocationLauncher {
  /// Compute logs: this much for each file, and so many files for each location.
  static let logFileBytes = 16 << 20
  static let logFiles = 4
  private static let pipeBytes = 1 << 20

  private let configuration: HostConfiguration
  private let state: StateDirectory
  private let epoch: HostEpoch
  private let entries: [LocationName: LocationEntry]
  /// Open as long as the host runs; several processes of a location may write to one.
  private var logs: [LocationName: RotatingFile] = [:]
  private let watch: ResourceWatch
  private let cgroups: CgroupDelegation?

  /// Prepares to start locations.
  ///
  /// - Parameters:
  ///   - configuration: What the host was given.
  ///   - state: Where logs and folders are.
  ///   - epoch: What children are told.
  ///   - overLimit: Called from another thread when a process uses more than it may.
  /// - Throws: If the watching thread cannot be started.
  init(
    configuration: HostConfiguration,
    state: StateDirectory,
    epoch: HostEpoch,
    overLimit: @escaping ResourceWatch.Report
  ) throws(SystemError) {
    self.configuration = configuration
    watch = try ResourceWatch(every: configuration.watchInterval, report: overLimit)
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
      limits: limits(of: name),
      io: StorageChoice(kind: io.kind, path: io.path, settings: io.settings)
    )
  }

  private func limits(of name: LocationName) -> WireLimits {
    var limits = WireLimits(eventsPerSecond: configuration.eventsPerSecond)
    if let entry = entries[name] { limits.concurrentSteps = entry.limits.concurrentSteps }
    return limits
  }

  func launch(
    _ name: LocationName,
    _ generation: Generation,
    executable kept: String? = nil,
    at now: HostInstant
  ) throws(LaunchFailure) -> LocationProcess {
    guard let entry = entries[name] else {
      throw LaunchFailure(reason: "location \"\(name)\" is not in the workspace")
    }
    var environment = try environment(of: entry)
    let executable = if let kept { kept } else { try executable(of: entry, environment) }
    let maker = fences(of: entry, executable)
    var fences = try maker.make()
    if fences.sandbox != nil, environment["TMPDIR"] == nil {
      environment["TMPDIR"] = maker.temporaryDirectory
    }
    do throws(SystemError) {
      let cgroup = try cgroup(of: entry, generation)
      fences.cgroup = try cgroup?.door()
      let log = try log(of: name)
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
      let process = try ChildProcess.spawn(request)
      watch.add(
        ResourceWatch.Subject(
          name: name,
          generation: generation,
          child: process,
          memoryBytes: entry.limits.memoryBytes,
          tasks: entry.limits.processes,
          cgroup: cgroup
        )
      )
      for end in [input.reading, output.writing, errors.writing] { end.close() }
      return LocationProcess(
        name: name,
        generation: generation,
        process: process,
        pipes: (input.writing, output.reading, errors.reading),
        limits: limits(of: name),
        definitionsLimitBytes: configuration.definitionsBytes,
        log: log,
        at: now
      )
    } catch {
      throw LaunchFailure(reason: "cannot be started: \(error)")
    }
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
    let limits = entry.limits
    return try cgroups?.make(
      "\(entry.name)-g\(generation.number)",
      Cgroup.Limits(memoryBytes: limits.memoryBytes, tasks: limits.processes)
    )
  }

  /// Says how a process ended, and which of its limits it had come to.
  func verdict(on status: ExitStatus, of process: LocationProcess) -> String {
    guard let entry = entries[process.name] else { return "\(status)" }
    return ExitVerdict(limits: entry.limits).words(
      for: status,
      usage: process.process.usage,
      wasKilled: process.wasKilled,
      outOfMemoryKills: { watch.outOfMemoryKills(of: process.process) }
    )
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

  private func log(of name: LocationName) throws(SystemError) -> ComputeLog {
    if let file = logs[name] { return ComputeLog(file: file) }
    let file = try RotatingFile(
      directory: state.computeLogs,
      name: state.computeLogName(of: name),
      limitBytesPerFile: Self.logFileBytes,
      keptFiles: Self.logFiles
    )
    logs[name] = file
    return ComputeLog(file: file)
  }

  private func environment(of entry: LocationEntry) throws(LaunchFailure) -> [String: String] {
    switch resolveEnvironment(
      entry,
      file: configuration.workspace.file,
      inherited: configuration.environment
    )
    {
    case .success(let resolved): return resolved.variables
    case .failure(let failure): throw LaunchFailure(.environment, failure.problems)
    }
  }

  private func executable(
    of entry: LocationEntry,
    _ environment: [String: String]
  ) throws(LaunchFailure) -> String {
    let file = configuration.workspace.file
    switch resolveExecutable(entry, file: file, searchPath: environment["PATH"]) {
    case .success(let path): return path
    case .failure(let problem): throw LaunchFailure(.spawn, [problem])
    }
  }
}

extension LaunchFailure {
  /// What the workspace asks for and this machine does not have.
  fileprivate init(_ code: FaultCode, _ problems: [WorkspaceProblem]) {
    self.code = code
    let texts = problems.map { problem in
      "\(Paths.name(of: problem.file)):\(problem.line):\(problem.column): \(problem.message)"
    }
    reason = "cannot be started: \(texts.joined(separator: "; "))"
  }
}
