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
  /// - Returns: True when there is one; false after the time, or when the host has ended.
  package func wait(after sequence: Int64, for limit: Duration) -> Bool {
    state.wait(untilMilliseconds: MonotonicClock.milliseconds(after: limit)) {
      $0.durable > sequence || $0.isClosed
    } && durable > sequence
  }

  package var isClosed: Bool { state.withLock { $0.isClosed } }

  func advance(to sequence: Int64) { state.update { $0.durable = max($0.durable, sequence) } }
  func close() { state.update { $0.isClosed = true } }
}
