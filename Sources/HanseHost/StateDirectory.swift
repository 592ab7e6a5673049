package import HanseModel
package import HanseSystem

/// Where things are in the state directory.
package struct StateDirectory: Hashable, Sendable {
  package var path: String

  package init(path: String) { self.path = path }

  package var eventLog: String { Paths.join(path, "hanse.db") }
  package var lock: String { Paths.join(path, "host.lock") }
  /// Where a running host says how it is reached.
  package var endpoint: String { Paths.join(path, "host.json") }
  package var computeLogs: String { Paths.join(path, "logs") }

  /// The folder that a location may call its own.
  package func folder(of location: LocationName) -> String {
    Paths.join(path, "locations", location.text)
  }

  package func computeLogName(of location: LocationName) -> String { "\(location.text).log" }

  package func computeLog(of location: LocationName) -> String {
    Paths.join(computeLogs, computeLogName(of: location))
  }

  /// Makes the folders and takes the lock that keeps a second host out.
  ///
  /// - Returns: The lock, held until it is released or the process ends.
  /// - Throws: ``HostError`` with the other host's process id when there is one.
  package func open() throws(HostError) -> FileLock {
    let outcome: FileLock.Acquisition
    do throws(SystemError) {
      try Files.createDirectories(path)
      try Files.createDirectories(computeLogs)
      outcome = try FileLock.acquire(lock)
    } catch {
      throw HostError(
        .stateDirectory,
        "the state directory \(path) cannot be used: \(error); see that it is a directory that this "
          + "user may write, or name another \"path\" under \"storage\" in the workspace"
      )
    }
    switch outcome {
    case .locked(let held): return held
    case .held(let pid):
      let who = pid.map { "process \($0)" } ?? "another process"
      throw HostError(
        .inUse,
        "the state directory \(path) is in use by \(who), another host; "
          + "talk to that one, or stop it first"
      )
    }
  }
}
