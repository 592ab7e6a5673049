import CPosix
import Glibc

/// One call of `posix_spawn`: its attributes, its file actions, and the blame when it fails.
enum SpawnCall {
  static func run(_ request: SpawnRequest) throws(SystemError) -> Int32 {
    try refuseZeroBytes(in: request)
    let streams = try liftedStreams(of: request)
    var actions = unsafe posix_spawn_file_actions_t()
    try SystemCall.check("spawn", number: unsafe posix_spawn_file_actions_init(&actions))
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    try unsafe fill(&actions, streams: streams, directory: request.workingDirectory)

    var attributes = posix_spawnattr_t()
    try SystemCall.check("spawn", number: unsafe posix_spawnattr_init(&attributes))
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    try fill(&attributes)

    let arguments = CStringArray([request.executable] + request.arguments)
    let environment = CStringArray(request.environment.map { "\($0.key)=\($0.value)" }.sorted())
    var pid: Int32 = 0
    let number = unsafe posix_spawn(
      &pid,
      request.executable,
      &actions,
      &attributes,
      arguments.pointer,
      environment.pointer
    )
    // The call only knows the numbers: the objects that keep them open must outlive it.
    withExtendedLifetime((streams, arguments, environment, request)) {}
    if number != 0 { throw blame(request, number) }
    return pid
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

  private static func fill(
    _ actions: inout posix_spawn_file_actions_t,
    streams: [Descriptor],
    directory: String?
  ) throws(SystemError) {
    for (number, stream) in streams.enumerated() {
      let result = unsafe posix_spawn_file_actions_adddup2(&actions, stream.number, Int32(number))
      try SystemCall.check("spawn", number: result)
    }
    try SystemCall.check("spawn", number: unsafe cposix_spawn_add_closefrom(&actions, 3))
    if let directory {
      let result = unsafe cposix_spawn_add_chdir(&actions, directory)
      try SystemCall.check("change to directory", directory, number: result)
    }
  }

  private static func fill(_ attributes: inout posix_spawnattr_t) throws(SystemError) {
    var none = sigset_t()
    unsafe sigemptyset(&none)
    var all = sigset_t()
    unsafe sigfillset(&all)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    let results = unsafe [
      posix_spawnattr_setpgroup(&attributes, 0),
      posix_spawnattr_setsigmask(&attributes, &none),
      posix_spawnattr_setsigdefault(&attributes, &all),
      posix_spawnattr_setflags(&attributes, Int16(flags)),
    ]
    for number in results { try SystemCall.check("spawn", number: number) }
  }

  private static func refuseZeroBytes(in request: SpawnRequest) throws(SystemError) {
    let texts = [request.executable, request.workingDirectory ?? ""] + request.arguments
    for text in texts { try SystemCall.refuseZeroByte(in: text, "spawn") }
    for (name, value) in request.environment
    where name.isEmpty || name.utf8.contains(0) || name.contains("=") || value.utf8.contains(0) {
      throw SystemError(operation: "set environment variable", number: EINVAL, subject: name)
    }
  }

  /// Finds out which of the paths `number` is about; `posix_spawn` does not say.
  private static func blame(_ request: SpawnRequest, _ number: Int32) -> SystemError {
    if let directory = request.workingDirectory, let found = fault(ofDirectory: directory) {
      return SystemError(operation: "change to directory", number: found, subject: directory)
    }
    let path = Paths.absolute(request.executable, relativeTo: request.workingDirectory ?? "")
    if number == ENOENT, Files.exists(path), let interpreter = interpreter(of: path) {
      return SystemError(
        operation: "find the interpreter \"\(interpreter)\" of",
        number: number,
        subject: request.executable
      )
    }
    return SystemError(operation: "run", number: number, subject: request.executable)
  }

  private static func fault(ofDirectory path: String) -> Int32? {
    do {
      let directory = try Files.open(path, for: .listing)
      directory.close()
    } catch {
      // A directory that may be entered but not listed is no obstacle.
      if error.number != EACCES { return error.number }
    }
    return unsafe access(path, X_OK) == 0 ? nil : errno
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
