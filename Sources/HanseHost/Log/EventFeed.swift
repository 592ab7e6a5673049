import HanseSystem

/// Tells whoever waits how far the event log is durable.
package final class EventFeed: Sendable {
  private struct State {
    var durable: Int64
    var isClosed = false
  }

  private let state: Monitor<State>

  init(durable: Int64) { state = Monitor(State(durable: durable)) }

  /// The last sequence number that is on disk.
  package var durable: Int64 { state.withLock { $0.durable } }

  /// Waits until an event after `sequence` is durable.
  ///
  /// - Parameters:
  ///   - sequence: The last event that the caller has seen.
  ///   - limit: How long to wait.
  ///   - isStopped: Whether the caller has given up; looked at again after each ``wake()``.
  /// - Returns: True when there is one; false after the time, when the host has ended, or when the
  ///   caller has given up.
  package func wait(
    after sequence: Int64,
    for limit: Duration,
    unless isStopped: () -> Bool = { false }
  ) -> Bool {
    state.wait(untilMilliseconds: MonotonicClock.milliseconds(after: limit)) {
      $0.durable > sequence || $0.isClosed || isStopped()
    } && durable > sequence
  }

  /// Has everybody who waits look whether to give up.
  package func wake() { state.update { _ in } }

  package var isClosed: Bool { state.withLock { $0.isClosed } }

  func advance(to sequence: Int64) { state.update { $0.durable = max($0.durable, sequence) } }
  func close() { state.update { $0.isClosed = true } }
}
