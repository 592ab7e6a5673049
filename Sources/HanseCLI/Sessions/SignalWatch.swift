import HanseSystem

/// Receives Ctrl-C and what asks the process to end, on a thread of its own.
///
/// Until a command says that it counts them, the first one ends the process.
final class SignalWatch: Sendable {
  private struct State {
    var isCounting = false
    var count = 0
  }

  /// What has to be ended before the process may be, while no command counts the signals.
  private struct EarlyEnd {
    /// How many are about to say what is to be done.
    var beginnings = 0
    var bodies: [@Sendable () -> Void] = []
  }

  private static let earlyEnd = Monitor(EarlyEnd())

  /// Says what to do before a signal ends the process: what was said last is done first.
  static func beforeEarlyEnd(_ body: @escaping @Sendable () -> Void) {
    earlyEnd.update { $0.bodies.append(body) }
  }

  /// Begins something that has to be ended before the process may be.
  ///
  /// - Parameter body: Makes it, and calls ``beforeEarlyEnd(_:)``; a signal that comes meanwhile
  ///   waits for that, at most six seconds.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  static func begin<Value, Failure: Error>(
    _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    earlyEnd.update { $0.beginnings += 1 }
    defer { earlyEnd.update { $0.beginnings -= 1 } }
    return try body()
  }

  private static func endEarly() {
    let deadline = MonotonicClock.milliseconds(after: .seconds(6))
    _ = earlyEnd.wait(untilMilliseconds: deadline) { $0.beginnings == 0 }
    for body in earlyEnd.withLock({ $0.bodies }).reversed() { body() }
  }

  private let state = Monitor(State())
  /// Called with the number of the signal's arrival, from the watching thread.
  private let listeners = Monitor<[@Sendable (Int) -> Void]>([])

  /// Starts to watch; to be called before any other thread is started.
  init() throws(SystemError) {
    let signals: [Signal] = [.interrupt, .terminate, .hangUp]
    try Signals.block(signals)
    let reader = try SignalReader(signals)
    let poller = try Poller()
    try poller.add(reader.descriptor, token: 1, interest: .read)
    let (state, listeners) = (state, listeners)
    try OSThread.start(name: "hanse-signals") {
      var ready: [Poller.Ready] = []
      do throws(SystemError) {
        while true {
          try poller.wait(upToMilliseconds: nil, into: &ready)
          while let signal = try reader.next() {
            let count = state.update { state -> Int? in
              state.count += 1
              return state.isCounting ? state.count : nil
            }
            guard let count else {
              Self.endEarly()
              SelfProcess.exitNow(128 + signal.number)
            }
            for listener in listeners.withLock({ $0 }) { listener(count) }
          }
        }
      } catch {
        preconditionFailure("signals cannot be received: \(error)")
      }
    }
  }

  /// Leaves the signals to the command from here on.
  func beginCounting() { state.update { $0.isCounting = true } }

  /// How many have come.
  var count: Int { state.withLock { $0.count } }

  /// Calls a closure with each signal's number, besides counting it.
  func onSignal(_ listener: @escaping @Sendable (Int) -> Void) {
    listeners.update { $0.append(listener) }
  }

  /// Waits until more than `count` have come, or for a time.
  ///
  /// - Returns: Whether more have come.
  func wait(beyond count: Int, for limit: Duration? = nil) -> Bool {
    let deadline = limit.map { MonotonicClock.milliseconds(after: $0) }
    return state.wait(untilMilliseconds: deadline) { $0.count > count }
  }
}
