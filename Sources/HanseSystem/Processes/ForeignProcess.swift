import CPosix

/// A process that need not be a child of this one.
package enum ForeignProcess {
  /// Whether the kernel has stopped the process, as by SIGSTOP or for a debugger.
  ///
  /// - Returns: False for one that runs, and for one that is not there.
  /// - Throws: When `/proc` cannot be read.
  package static func isStopped(_ pid: Int32) throws(SystemError) -> Bool {
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try Files.read("/proc/\(pid)/stat", limitBytes: 4096)
    } catch {
      if error.isNotFound || error.isNoSuchProcess { return false }
      throw error
    }
    // The program's name stands before the state, in parentheses, with whatever it is made of.
    guard let end = bytes.lastIndex(of: UInt8(ascii: ")")), end + 2 < bytes.count else {
      return false
    }
    return bytes[end + 2] == UInt8(ascii: "T") || bytes[end + 2] == UInt8(ascii: "t")
  }

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
