import HanseSystem

/// Waits for a task that goes on when the one who waits is cancelled.
enum Waiting {
  private enum State {
    case idle
    case waiting(CheckedContinuation<any Sendable, any Error>)
    case done
  }

  /// The task's value, or `CancellationError` as soon as the caller is cancelled.
  static func value(of task: Task<any Sendable, any Error>) async throws -> any Sendable {
    let waiter = Waiter()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        guard waiter.begin(continuation) else { return }
        Task.detached { waiter.finish(await task.result) }
      }
    } onCancel: {
      waiter.finish(.failure(CancellationError()))
    }
  }

  /// Whether the task ends within a time, also for a caller that is canceled.
  static func hasEnded(
    _ task: Task<any Sendable, any Error>,
    within limit: Duration
  ) async -> Bool {
    // Nobody cancels it: it ends at the limit.
    let race = Task.detached {
      await withTaskGroup(of: Bool.self) { group in
        group.addTask {
          do {
            _ = try await value(of: task)
          } catch {
            // Failed is ended, too; and when only the waiting was canceled, nobody asks any more.
          }
          return true
        }
        group.addTask {
          do {
            try await Task.sleep(for: limit)
          } catch {
            // The task has ended.
          }
          return false
        }
        defer { group.cancelAll() }
        return await group.next() ?? false
      }
    }
    return await race.value
  }

  /// Resumes its continuation once, whoever comes first.
  private final class Waiter: Sendable {
    private let state = Monitor(State.idle)

    /// False when it was cancelled before; the continuation is resumed then.
    func begin(_ continuation: CheckedContinuation<any Sendable, any Error>) -> Bool {
      let begun = state.withLock { state in
        guard case .idle = state else { return false }
        state = .waiting(continuation)
        return true
      }
      if !begun { continuation.resume(throwing: CancellationError()) }
      return begun
    }

    func finish(_ result: Result<any Sendable, any Error>) {
      let continuation: CheckedContinuation<any Sendable, any Error>? = state.withLock { state in
        defer { state = .done }
        if case .waiting(let continuation) = state { return continuation }
        return nil
      }
      continuation?.resume(with: result)
    }
  }
}
