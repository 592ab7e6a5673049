import HanseSystem

/// Waits until something happens to some files, or somebody presses Ctrl-C.
///
/// Watches from its making on, so: make it, look at the files, then wait. Confined to one thread.
final class FileChanges {
  enum Outcome: Hashable, Sendable {
    case changed
    /// Ctrl-C, of a command that counts them.
    case signaled
    case timeIsUp
  }

  private static let files: UInt64 = 0
  private static let signal: UInt64 = 1

  private let watcher: FileWatcher
  private let waker: Waker
  private let poller: Poller
  private let interest: FileWatcher.Changes

  /// - Parameters:
  ///   - paths: Absolute paths; they need not exist.
  ///   - interest: What counts as a change; a path that leads elsewhere always does.
  ///   - signals: Who hears of Ctrl-C.
  /// - Throws: When the user's limit of watches is reached.
  init(
    _ paths: [String],
    of interest: FileWatcher.Changes,
    _ signals: SignalWatch
  ) throws(SystemError) {
    watcher = try FileWatcher()
    waker = try Waker()
    poller = try Poller()
    self.interest = interest.union([.way, .unknown])
    for path in paths { try watcher.add(path, noticingWrites: interest.contains(.modified)) }
    try poller.add(watcher.descriptor, token: Self.files, interest: .read)
    try poller.add(waker.descriptor, token: Self.signal, interest: .read)
    let waker = waker
    signals.onSignal { _ in waker.wake() }
    // One that came before is told to nobody any more.
    if signals.count > 0 { waker.wake() }
  }

  /// Waits for the next change since the last call.
  ///
  /// - Parameter deadline: A time of ``MonotonicClock/milliseconds()``; nil waits for ever.
  /// - Returns: What ended the wait.
  /// - Throws: When the kernel's reports cannot be read.
  func wait(untilMilliseconds deadline: UInt64? = nil) throws(SystemError) -> Outcome {
    var ready: [Poller.Ready] = []
    while true {
      let now = MonotonicClock.milliseconds()
      let left = deadline.map { $0 > now ? Int($0 - now) : 0 }
      try poller.wait(upToMilliseconds: left, into: &ready)
      if ready.contains(where: { $0.token == Self.signal }) { return .signaled }
      if ready.isEmpty { return .timeIsUp }
      let reports = try watcher.takeReports()
      if reports.contains(where: { !$0.changes.isDisjoint(with: interest) }) { return .changed }
    }
  }
}
