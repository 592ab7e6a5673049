import CPosix
import Glibc

/// A process named for good: its number, and when it began, for numbers are given out again.
package struct ProcessIdentity: Hashable, Sendable {
  package var pid: Int32
  /// In ticks since the machine started.
  var started: UInt64

  /// The process that has a number now; nil when none has.
  package init?(of pid: Int32) {
    var process = cposix_process()
    guard unsafe cposix_process_read(pid, &process) == 0 else { return nil }
    self.init(pid: pid, started: process.started)
  }

  init(pid: Int32, started: UInt64) {
    self.pid = pid
    self.started = started
  }

  static func isStopped(_ process: cposix_process) -> Bool {
    process.state == CChar(UInt8(ascii: "T")) || process.state == CChar(UInt8(ascii: "t"))
  }

  /// The numbers of all processes there are.
  ///
  /// - Parameter count: About how many there will be.
  /// - Returns: The numbers, in the kernel's order.
  /// - Throws: If `/proc` cannot be listed.
  static func allPids(expecting count: Int = 0) throws(SystemError) -> [Int32] {
    var space = [Int32](repeating: 0, count: max(256, count + 64))
    while true {
      let found = try SystemCall.retrying("list processes") {
        unsafe cposix_process_list(&space, space.count)
      }
      if found <= space.count { return Array(space.prefix(found)) }
      space = [Int32](repeating: 0, count: found + 64)
    }
  }

  /// Kills the process, and nobody else that may have its number by now.
  ///
  /// - Parameter limitMilliseconds: How long to wait for its end.
  /// - Returns: Whether there was a process to kill.
  @discardableResult
  package func kill(waitingMilliseconds limitMilliseconds: Int) -> Bool {
    let number = cposix_pidfd_open(pid)
    guard number >= 0 else { return false }
    let descriptor = Descriptor(owning: number)
    defer { descriptor.close() }
    // From here on the descriptor means one process; is it the one?
    guard ProcessIdentity(of: pid) == self else { return false }
    guard cposix_pidfd_signal(descriptor.number, Signal.kill.number) == 0 else { return false }
    do throws(SystemError) {
      let poller = try Poller()
      try poller.add(descriptor, token: 0, interest: .read)
      var ready: [Poller.Ready] = []
      try poller.wait(upToMilliseconds: limitMilliseconds, into: &ready)
    } catch {
      // It is killed all the same; nobody waits for it.
    }
    return true
  }
}
