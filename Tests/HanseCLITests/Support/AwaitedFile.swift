import HanseSystem
import Testing

/// A file that another process will make; to be made itself before that process is started.
struct AwaitedFile {
  private let path: String
  private let watcher: FileWatcher
  private let poller: Poller

  init(_ path: String) throws {
    self.path = path
    watcher = try FileWatcher()
    try watcher.add(path)
    poller = try Poller()
    try poller.add(watcher.descriptor, token: 0, interest: .read)
  }

  /// Waits until it exists.
  ///
  /// - Parameter text: What is wrong if it does not come within a minute.
  /// - Throws: When it does not come, or cannot be watched.
  func wait(or text: Comment) throws {
    let deadline = MonotonicClock.milliseconds(after: .seconds(60))
    var ready: [Poller.Ready] = []
    // Any entry of the directories above wakes the watcher, also those of other tests.
    while !Files.exists(path) {
      let now = MonotonicClock.milliseconds()
      try #require(now < deadline, text)
      try poller.wait(upToMilliseconds: Int(deadline - now), into: &ready)
      _ = try watcher.takeReports()
    }
  }
}
