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
  private let end = Monitor<End?>(nil)
  /// The children that this process started and has not collected; also held while one is started,
  /// so that none is ever taken for an adopted one.
  static let own = Monitor<Set<Int32>>([])

  private struct End {
    var status: ExitStatus
    var usage: ProcessUsage
  }

  /// Whether its status was collected: its number may mean another process by now.
  package var isReaped: Bool { end.withLock { $0 != nil } }

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
    let started = try own.withLock { (own) throws(SystemError) in
      let started = try SpawnCall.run(request)
      own.insert(started.pid)
      return started
    }
    if let score = request.fences.outOfMemoryScore {
      offer(started.pid, toTheOutOfMemoryKillerAt: score)
    }
    return ChildProcess(pid: started.pid, pidfd: started.pidfd)
  }

  /// Whether it was the program that a spawn failed at, and not what was to hold for it.
  package static func isRefusal(of program: String, _ error: SystemError) -> Bool {
    error.subject == program
      && (error.operation == SpawnCall.running
        || error.operation.hasPrefix(SpawnCall.interpreting))
  }

  /// Whether a spawn failed because the working directory could not be entered.
  package static func isRefusal(ofDirectory directory: String, _ error: SystemError) -> Bool {
    error.subject == directory && error.operation == SpawnCall.entering
  }

  /// Done here rather than by the child, which cannot reach its own files in `/proc` while it
  /// borrows the memory of a process that hides them.
  private static func offer(_ pid: Int32, toTheOutOfMemoryKillerAt score: Int) {
    do throws(SystemError) {
      try Files.open("/proc/\(pid)/oom_score_adj", for: .overwriting).writeAll(
        Array("\(score)".utf8)
      )
    } catch {
      // It may have ended already; and where /proc cannot be written, who is killed first when
      // memory is short is for the operator of that place to say.
    }
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
    try end.withLock { (known) throws(SystemError) in
      if known == nil { known = try collect() }
      return known?.status
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

  /// What it used in its life, once it was reaped.
  package var usage: ProcessUsage? { end.withLock { $0?.usage } }

  private func collect() throws(SystemError) -> End? {
    var found = cposix_exit()
    let ended = try pidfd.use("reap process \(pid)") {
      unsafe cposix_pidfd_reap($0, &found)
    }
    if ended == 0 { return nil }
    Self.own.withLock { own in _ = own.remove(pid) }
    let usage = ProcessUsage(
      peakResidentBytes: found.peak_resident_kibibytes * 1024,
      processorTime: .microseconds(found.processor_microseconds)
    )
    if found.code == cposix_cld_exited() {
      return End(status: .exited(found.status), usage: usage)
    }
    let isDumped = found.code == cposix_cld_dumped()
    return End(status: .signaled(found.status, coreDumped: isDumped), usage: usage)
  }
}

/// What a process used in its life, with those of its own children that it waited for.
package struct ProcessUsage: Hashable, Sendable {
  /// The most resident memory that one of them ever held.
  package var peakResidentBytes: Int64
  package var processorTime: Duration

  package init(peakResidentBytes: Int64, processorTime: Duration) {
    self.peakResidentBytes = peakResidentBytes
    self.processorTime = processorTime
  }
}
