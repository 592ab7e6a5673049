import HanseSystem

/// A value that one thread will give and another waits for.
final class Promise<Value: Sendable>: Sendable {
  private let monitor = Monitor<Value?>(nil)

  /// Gives the value; only the first one counts.
  func fulfil(_ value: Value) {
    monitor.update { if $0 == nil { $0 = value } }
  }

  func wait() -> Value {
    while true {
      if let value = monitor.wait(untilMilliseconds: nil, taking: { $0 }) { return value }
    }
  }

  /// Waits no longer than a time.
  func wait(for limit: Duration) -> Value? {
    monitor.wait(untilMilliseconds: MonotonicClock.milliseconds(after: limit), taking: { $0 })
  }
}
