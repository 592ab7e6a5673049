import CPosix
import Glibc

/// Finds processes by a variable in the environment that their program began with.
///
/// What a process starts inherits its environment, whatever group, session or parent it has, unless
/// it is started with another one on purpose.
package enum MarkedProcesses {
  private static let limitBytes = 4096 + 512

  /// Lists those that have the variable, but for this process.
  ///
  /// - Parameter variable: Its name.
  /// - Returns: Each with the value; none of those that this process may not look at.
  /// - Throws: If `/proc` cannot be listed.
  package static func list(
    variable: String
  ) throws(SystemError) -> [(process: ProcessIdentity, value: String)] {
    var found: [(process: ProcessIdentity, value: String)] = []
    var space = [CChar](repeating: 0, count: limitBytes)
    for pid in try ProcessIdentity.allPids() where pid != SelfProcess.pid {
      guard let process = ProcessIdentity(of: pid) else { continue }
      let length = unsafe cposix_process_variable(pid, variable, &space, space.count)
      guard length >= 0, length <= space.count else { continue }
      let bytes = space.prefix(length).map(UInt8.init(bitPattern:))
      found.append((process, String(decoding: bytes, as: UTF8.self)))
    }
    return found
  }
}

/// The children of this process that it did not start: orphans, if it is their subreaper.
package enum AdoptedProcesses {
  /// Those that still run.
  ///
  /// - Throws: If `/proc` cannot be listed.
  package static func list() throws(SystemError) -> [ProcessIdentity] {
    try look().filter { !$0.hasEnded }.map(\.process)
  }

  /// Collects those that have ended, for nobody else does.
  ///
  /// - Returns: How many there were.
  /// - Throws: If `/proc` cannot be listed.
  @discardableResult
  package static func collect() throws(SystemError) -> Int {
    guard cposix_has_ended_child() != 0 else { return 0 }
    return try look().count { $0.hasEnded && cposix_collect_child($0.process.pid) == 1 }
  }

  private static func look() throws(SystemError) -> [(process: ProcessIdentity, hasEnded: Bool)] {
    // Held from before the look until after it: a child that is just being started is nobody's
    // orphan.
    try ChildProcess.own.withLock { (own) throws(SystemError) in
      var found: [(process: ProcessIdentity, hasEnded: Bool)] = []
      for pid in try ProcessIdentity.allPids() where !own.contains(pid) {
        var process = cposix_process()
        guard unsafe cposix_process_read(pid, &process) == 0,
          process.parent == SelfProcess.pid
        else { continue }
        let identity = ProcessIdentity(pid: pid, started: process.started)
        found.append((identity, process.state == CChar(UInt8(ascii: "Z"))))
      }
      return found
    }
  }
}
