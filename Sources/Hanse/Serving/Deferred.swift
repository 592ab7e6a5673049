import HanseSystem

/// A value that one place sets, once, and many tasks wait for.
final class Deferred<Value: Sendable>: Sendable {
  private enum State {
    case waiting([CheckedContinuation<Value, Never>])
    case set(Value)
  }

  private let state = Monitor(State.waiting([]))

  /// Sets the value; a second one is ignored.
  func set(_ value: Value) {
    let waiters: [CheckedContinuation<Value, Never>] = state.withLock { state in
      guard case .waiting(let waiters) = state else { return [] }
      state = .set(value)
      return waiters
    }
    for waiter in waiters { waiter.resume(returning: value) }
  }

  var isSet: Bool {
    state.withLock { if case .set = $0 { true } else { false } }
  }

  /// Waits for the value, whether or not the task is cancelled.
  var value: Value {
    get async {
      await withCheckedContinuation { continuation in
        let known: Value? = state.withLock { state in
          switch state {
          case .set(let value): return value
          case .waiting(let waiters):
            state = .waiting(waiters + [continuation])
            return nil
          }
        }
        if let known { continuation.resume(returning: known) }
      }
    }
  }
}
