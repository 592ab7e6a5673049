import CPosix

/// A process that need not be a child of this one.
package enum ForeignProcess {
  /// Waits until the process has ended.
  ///
  /// A number that no process has counts as ended; whoever calls this must know that it has not
  /// been given to another one meanwhile.
  ///
  /// - Parameters:
  ///   - pid: The process.
  ///   - limitMilliseconds: How long to wait.
  /// - Returns: Whether it ended in time.
  /// - Throws: If the kernel does not let this process watch the other.
  package static func waitForEnd(
    of pid: Int32,
    limitMilliseconds: Int
  ) throws(SystemError) -> Bool {
    let number = cposix_pidfd_open(pid)
    guard number >= 0 else {
      let error = SystemError.current("open the pidfd of process \(pid)")
      if error.isNoSuchProcess { return true }
      throw error
    }
    let poller = try Poller()
    let descriptor = Descriptor(owning: number)
    defer { descriptor.close() }
    try poller.add(descriptor, token: 0, interest: .read)
    var ready: [Poller.Ready] = []
    try poller.wait(upToMilliseconds: limitMilliseconds, into: &ready)
    return !ready.isEmpty
  }
}
