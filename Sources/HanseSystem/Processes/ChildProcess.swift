import CPosix
import Glibc

/// A child in a process group of its own.
///
/// It is addressed through a pidfd, which can never mean another process. Whoever spawns it reaps
/// it: letting go of this object neither ends the child nor collects its status.
package final class ChildProcess: Sendable {
  package let pid: Int32
  /// Readable once the child has ended.
  package let pidfd: Descriptor
  private let status = Monitor<ExitStatus?>(nil)

  private init(pid: Int32, pidfd: Descriptor) {
    self.pid = pid
    self.pidfd = pidfd
  }

  /// Starts a child with the three given streams and no other descriptor.
  ///
  /// Its process group is its own, no signal is blocked, and every signal has its default action,
  /// whatever holds in this process.
  ///
  /// - Throws: An error that names the executable, its interpreter or the working directory,
  ///   whichever was at fault.
  package static func spawn(_ request: SpawnRequest) throws(SystemError) -> ChildProcess {
    let pid = try SpawnCall.run(request)
    let number = cposix_pidfd_open(pid)
    if number >= 0 { return ChildProcess(pid: pid, pidfd: Descriptor(owning: number)) }
    let error = SystemError.current("open the pidfd of", subject: request.executable)
    // Nobody could ever reap the child by its pidfd: it must not outlive this call.
    _ = Glibc.kill(pid, SIGKILL)
    _ = try SystemCall.retrying("reap", request.executable) { waitpid(pid, nil, 0) }
    throw error
  }

  /// Sends a signal to the child alone.
  ///
  /// - Returns: Whether there was a process to receive it.
  @discardableResult
  package func signal(_ signal: Signal) -> Bool {
    cposix_pidfd_signal(pidfd.number, signal.number) == 0
  }

  /// Sends a signal to every process of the child's group.
  ///
  /// It reaches what the child left behind, even after the child itself was reaped: the number
  /// stays taken while the group has a member. Do not call it again once it has returned false.
  ///
  /// - Returns: Whether the group had a member.
  @discardableResult
  package func signalGroup(_ signal: Signal) -> Bool {
    Glibc.kill(-pid, signal.number) == 0
  }

  /// How the child ended, or nil while it runs; never waits.
  package func reap() throws(SystemError) -> ExitStatus? {
    try status.withLock { (known) throws(SystemError) in
      if known == nil { known = try collect() }
      return known
    }
  }

  /// Waits until the child has ended.
  ///
  /// Blocks its thread.
  package func waitForExit() throws(SystemError) -> ExitStatus {
    while true {
      if let status = try reap() { return status }
      try pidfd.use("wait for process \(pid)", nil, cposix_wait_readable)
    }
  }

  private func collect() throws(SystemError) -> ExitStatus? {
    var code: Int32 = 0
    var status: Int32 = 0
    let ended = try pidfd.use("reap process \(pid)") {
      unsafe cposix_pidfd_reap($0, &code, &status)
    }
    if ended == 0 { return nil }
    if code == cposix_cld_exited() { return .exited(status) }
    return .signaled(status, coreDumped: code == cposix_cld_dumped())
  }
}
