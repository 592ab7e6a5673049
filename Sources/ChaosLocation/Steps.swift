import HanseSystem

/// Says which steps the fault is committed by.
enum Steps {
  private static let sound = Monitor(0)

  /// Whether this attempt at `NAME/faulty` is to go wrong.
  static func isFaulty(attempt: Int) -> Bool {
    let settings = Settings.current
    guard settings.fault != nil, settings.isDue, attempt == 1 || settings.isAlways else {
      return false
    }
    return sound.withLock { count in
      count += 1
      return count > settings.after
    }
  }
}

/// Ways to wait, for code that has nothing to wait for.
enum Waiting {
  /// Waits for ever, whatever is asked of the thread.
  static func forEver() -> Never {
    let never = Monitor(false)
    while true { never.wait { $0 } }
  }

  /// Blocks the thread.
  static func block(milliseconds: Int) {
    let never = Monitor(false)
    never.wait(untilMilliseconds: MonotonicClock.milliseconds() + UInt64(milliseconds)) { $0 }
  }

  /// Ends when the task is cancelled, and not before.
  static func untilCancelled() async {
    for await _ in AsyncStream<Void>(Void.self, { _ in }) {}
  }
}
