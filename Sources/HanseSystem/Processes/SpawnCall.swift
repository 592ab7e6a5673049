import CPosix
import Glibc

/// One call that starts a child, and the blame when it fails.
enum SpawnCall {
  /// A child that has just been started.
  struct Started {
    var pid: Int32
    var pidfd: Descriptor
  }

  static func run(_ request: SpawnRequest) throws(SystemError) -> Started {
    try refuseZeroBytes(in: request)
    let streams = try liftedStreams(of: request)
    let arguments = CStringArray([request.executable] + request.arguments)
    let environment = CStringArray(request.environment.map { "\($0.key)=\($0.value)" }.sorted())
    let directory = request.workingDirectory.map { CStringArray([$0]) }
    let limits = request.fences.limits.map {
      cposix_spawn_limit(resource: $0.resource.number, soft: $0.soft, hard: $0.hard)
    }
    var failure = cposix_spawn_failure()
    var pid: Int32 = 0
    let number = unsafe limits.withUnsafeBufferPointer { limits in
      let executable = unsafe arguments.pointer[0]
      var call = unsafe cposix_spawn_request()
      unsafe call.executable = UnsafePointer(executable)
      unsafe call.arguments = UnsafePointer(arguments.pointer)
      unsafe call.environment = UnsafePointer(environment.pointer)
      if let directory { unsafe call.directory = UnsafePointer(directory.pointer[0]) }
      unsafe call.streams = (streams[0].number, streams[1].number, streams[2].number)
      unsafe call.limits = limits.baseAddress
      unsafe call.limit_count = limits.count
      unsafe fill(&call, request.fences)
      return unsafe cposix_spawn(&call, &failure, &pid)
    }
    // The call only knows the numbers: the objects that keep them open must outlive it.
    withExtendedLifetime((streams, arguments, environment, directory, request)) {}
    guard number >= 0 else { throw blame(request, failure) }
    return Started(pid: pid, pidfd: Descriptor(owning: number))
  }

  private static func fill(_ call: inout cposix_spawn_request, _ fences: SpawnFences) {
    unsafe call.leads_session = fences.leadsSession ? 1 : 0
    unsafe call.dies_with_thread = fences.diesWithThread ? 1 : 0
    unsafe call.no_new_privileges = fences.hasNoNewPrivileges ? 1 : 0
    unsafe call.niceness = Int32(clamping: fences.niceness)
    unsafe call.file_mode_mask = Int32(clamping: fences.fileModeMask ?? -1)
    unsafe call.ruleset = fences.sandbox?.descriptor.number ?? -1
    unsafe call.cgroup = fences.cgroup?.number ?? -1
  }

  /// The three streams, each at 3 or above.
  ///
  /// Assigning descriptors 0, 1 and 2 in turn would otherwise overwrite one that a later stream is
  /// still to be copied from.
  private static func liftedStreams(
    of request: SpawnRequest
  ) throws(SystemError) -> [Descriptor] {
    var streams: [Descriptor] = []
    for stream in [request.standardInput, request.standardOutput, request.standardError] {
      streams.append(stream.number < 3 ? try stream.duplicate() : stream)
    }
    return streams
  }

  private static func refuseZeroBytes(in request: SpawnRequest) throws(SystemError) {
    let texts = [request.executable, request.workingDirectory ?? ""] + request.arguments
    for text in texts { try SystemCall.refuseZeroByte(in: text, "spawn") }
    for (name, value) in request.environment
    where name.isEmpty || name.utf8.contains(0) || name.contains("=") || value.utf8.contains(0) {
      throw SystemError(operation: "set environment variable", number: EINVAL, subject: name)
    }
  }

  // MARK: Blame

  private static func blame(
    _ request: SpawnRequest,
    _ failure: cposix_spawn_failure
  ) -> SystemError {
    let number = failure.number
    switch failure.step {
    case cposix_spawn_entering:
      return SystemError(
        operation: entering,
        number: number,
        subject: request.workingDirectory
      )
    case cposix_spawn_executing: return blameForProgram(request, number)
    case cposix_spawn_limiting:
      let resource = ResourceLimit.Resource.allCases.first { $0.number == failure.resource }
      let what = resource?.name ?? "resource \(failure.resource)"
      return SystemError(operation: "limit \(what) of", number: number, subject: request.executable)
    default:
      let operation = operations[failure.step.rawValue] ?? "spawn"
      return SystemError(operation: operation, number: number, subject: request.executable)
    }
  }

  /// The steps at which the program's own paths have no part.
  private static let operations: [UInt32: String] = [
    cposix_spawn_cloning.rawValue: "make a process for",
    cposix_spawn_grouping.rawValue: "make a process group for",
    cposix_spawn_binding.rawValue: "bind the life to this process's of",
    cposix_spawn_streaming.rawValue: "connect the standard streams of",
    cposix_spawn_yielding.rawValue: "lower the priority of",
    cposix_spawn_joining.rawValue: "move into its cgroup",
    cposix_spawn_renouncing.rawValue: "refuse new privileges to",
    cposix_spawn_confining.rawValue: "enter the sandbox of",
    cposix_spawn_closing.rawValue: "close the other descriptors of",
  ]

  static let entering = "change to directory"
  static let running = "run"
  static let interpreting = "find the interpreter \""

  /// `ENOENT` may be about the program itself or about the interpreter that its first line names.
  private static func blameForProgram(_ request: SpawnRequest, _ number: Int32) -> SystemError {
    let path = Paths.absolute(request.executable, relativeTo: request.workingDirectory ?? "")
    if number == ENOENT, Files.exists(path), let interpreter = interpreter(of: path) {
      return SystemError(
        operation: "\(interpreting)\(interpreter)\" of",
        number: number,
        subject: request.executable
      )
    }
    return SystemError(operation: running, number: number, subject: request.executable)
  }

  private static func interpreter(of path: String) -> String? {
    var head: [UInt8] = []
    do {
      _ = try Files.open(path, for: .reading).read(into: &head, upTo: 256)
    } catch {
      return nil
    }
    guard head.starts(with: [UInt8(ascii: "#"), UInt8(ascii: "!")]) else { return nil }
    let line = head.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }
    let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    return words.first.map { String(decoding: $0, as: UTF8.self) }
  }
}
