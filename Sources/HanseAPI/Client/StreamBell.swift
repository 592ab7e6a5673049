package import HanseSystem

/// Has the caller of a stream asked whether it has enough, from any thread.
///
/// A ring is kept until it is heard, so one that comes before the stream begins is not lost. It is
/// for one stream at a time.
package final class StreamBell: Sendable {
  private struct State: Sendable {
    var isRung = false
    var listener: (@Sendable () -> Void)?
  }

  /// Readable from a ring until it is heard.
  let waker: Waker
  private let state = Monitor(State())

  /// - Throws: When the process has too many files open.
  package init() throws(SystemError) { waker = try Waker() }

  package func ring() {
    let listener = state.withLock { state in
      state.isRung = true
      return state.listener
    }
    waker.wake()
    listener?()
  }

  var isRung: Bool { state.withLock { $0.isRung } }

  /// Whether it was rung since it was last heard.
  func hear() -> Bool {
    waker.drain()
    return state.withLock { state in
      defer { state.isRung = false }
      return state.isRung
    }
  }

  /// Who is told of a ring at once; nil for nobody.
  func tell(_ listener: (@Sendable () -> Void)?) { state.withLock { $0.listener = listener } }
}

/// When the caller of a stream is asked whether it has enough, besides with each event.
package struct StreamPace: Sendable {
  /// How often, while no event comes; nil for not at all.
  package var interval: Duration?
  package var bell: StreamBell?

  package init(interval: Duration? = nil, bell: StreamBell? = nil) {
    self.interval = interval
    self.bell = bell
  }
}
