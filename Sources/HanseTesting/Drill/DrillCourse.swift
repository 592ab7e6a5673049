import HanseHost
import HanseSystem

/// Why a drill has no report: somebody asked it to end.
package struct DrillInterruption: Error, Hashable, CustomStringConvertible {
  package var description: String { "the drill was interrupted" }
}

/// Lets a signal end a drill at whatever point it is, without leaving anything behind.
final class DrillCourse: Sendable {
  private struct State {
    var isInterrupted = false
    var host: ScratchHost?
  }

  private let state = Monitor(State())

  /// Asks the host that runs at the moment to stop; every wait on it then ends.
  ///
  /// - Parameter isUrgent: Whether to kill its locations instead of asking them.
  func interrupt(isUrgent: Bool) {
    let host = state.update { state in
      state.isInterrupted = true
      return state.host
    }
    host?.interrupt(isUrgent: isUrgent)
  }

  var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

  func check() throws(DrillInterruption) {
    if isInterrupted { throw DrillInterruption() }
  }

  /// Uses a host for as long as the closure takes, and stops it.
  ///
  /// - Throws: ``DrillInterruption`` when that is why it ended, else what the closure threw.
  func use<Value>(_ scratch: ScratchHost, _ body: () throws -> Value) throws -> Value {
    state.update { $0.host = scratch }
    defer { state.update { $0.host = nil } }
    let result = Result {
      try check()
      return try body()
    }
    let end = Result { try scratch.stop() }
    try check()
    let value = try result.get()
    try end.get()
    return value
  }
}
