import HanseModel
import HanseSystem

/// The attempts that the location works on.
final class AttemptTable: Sendable {
  enum Refusal: Error, Hashable, Sendable {
    case duplicate
    case full(limit: Int)
    case stopping
  }

  private struct State: Sendable {
    var tasks: [AttemptID: Task<Void, Never>] = [:]
    var isStopping = false
  }

  private let state = Monitor(State())

  var count: Int { state.withLock { $0.tasks.count } }

  /// Starts `work` as a task of its own, unless the table refuses it.
  ///
  /// What `work` gives back tells the host the end. It is called while the attempt leaves the table:
  /// the host may have the next one start at once, and whoever waits for the table to be empty
  /// relies on all ends being told.
  ///
  /// Whoever calls ``cancel(_:)`` or ``stop()`` cancels the task.
  func start(
    _ attempt: AttemptID,
    limit: Int,
    _ work: @escaping @Sendable () async -> @Sendable () -> Void
  ) throws(Refusal) {
    // The task is made within the lock, so that it is in the table before it can end.
    try state.withLock { state throws(Refusal) in
      if state.isStopping { throw .stopping }
      if state.tasks[attempt] != nil { throw .duplicate }
      if state.tasks.count >= limit { throw .full(limit: limit) }
      state.tasks[attempt] = Task { @concurrent in
        let tell = await work()
        self.remove(attempt, tell)
      }
    }
  }

  /// Asks an attempt to end early; one that is not there has ended already.
  func cancel(_ attempt: AttemptID) {
    state.withLock { $0.tasks[attempt] }?.cancel()
  }

  /// Takes no more attempts and asks those that run to end.
  func stop() {
    let tasks = state.withLock { state in
      state.isStopping = true
      return Array(state.tasks.values)
    }
    for task in tasks { task.cancel() }
  }

  /// Waits for all attempts to have ended: for a thread that may block.
  ///
  /// - Parameter deadline: A time of ``MonotonicClock/milliseconds()``.
  /// - Returns: Whether they ended in time.
  func waitUntilEmpty(untilMilliseconds deadline: UInt64) -> Bool {
    state.wait(untilMilliseconds: deadline) { $0.tasks.isEmpty }
  }

  private func remove(_ attempt: AttemptID, _ tell: () -> Void) {
    state.update {
      $0.tasks[attempt] = nil
      tell()
    }
  }
}
