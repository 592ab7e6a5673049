import HanseSystem

/// The processes that a location at fault has started, by the file in which it names them.
struct LeftProcesses {
  private static let fileName = "chaos.pids"
  private let folder: String

  /// - Parameter folder: The working directory of the location.
  init(of folder: String) { self.folder = folder }

  /// Whether it has started any.
  var areNamed: Bool { Files.exists(Paths.join(folder, Self.fileName)) }

  /// Those that still run after a time.
  func alive(limitMilliseconds: Int) throws -> [Int32] {
    guard areNamed else { return [] }
    let path = Paths.join(folder, Self.fileName)
    let text = String(decoding: try Files.read(path, limitBytes: 1 << 16), as: UTF8.self)
    return try text.split(separator: "\n").compactMap { line in
      guard let pid = Int32(line), try isOurs(pid) else { return nil }
      return try ForeignProcess.waitForEnd(of: pid, limitMilliseconds: limitMilliseconds)
        ? nil : pid
    }
  }

  /// Whether the number still means a process of the location: it works in its folder.
  private func isOurs(_ pid: Int32) throws -> Bool {
    let directory = Files.linkTarget("/proc/\(pid)/cwd")
    return try directory == Files.realPath(folder)
  }

  /// Ends what still runs: it was measured, and need not stay on this machine.
  func end(_ pids: [Int32]) throws {
    guard !pids.isEmpty else { return }
    let null = try StandardStreams.nullDevice()
    let kill = try ChildProcess.spawn(
      SpawnRequest(
        executable: "/bin/kill",
        arguments: ["-9"] + pids.map { "\($0)" },
        environment: [:],
        workingDirectory: nil,
        standardInput: null,
        standardOutput: null,
        standardError: null
      )
    )
    _ = try kill.waitForExit()
  }
}
