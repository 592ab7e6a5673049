import HanseCore
import HanseGraph
import HanseModel
import HanseStore
import HanseSystem

/// What other threads tell the loop.
enum LoopMessage: Sendable {
  case launch(EventPayload.RunCreation, Promise<Result<RunID, HostError>>)
  case cancel(RunID, forced: Bool, by: Principal?, Promise<Bool>)
  case order(QueueOrder, Promise<Result<RunCoordinator.OrderOutcome, HostError>>)
  case location(LocationName, LocationStateMachine.Event)
  /// Something that needs no answer.
  case input(ControlPlane.Input)
  /// Given nil when the loop has ended.
  case inspect(@Sendable (ControlPlane?) -> Void)
  /// Answered once the snapshot shows what was asked before.
  case publish(Promise<Bool>)
  case durable(Int64)
  case logFailed(EventLogError)
  /// What a location's file contains, and how it looked when it was read.
  case binarySeen(LocationName, BinaryDigest, FileIdentity)
  /// Where a kept binary is, after a look at it.
  case foundBinary(LocationName, Generation, Result<String, BinaryKeeperError>)
  /// What a process of a pinned location is to be started from.
  case digested(PinnedFile)
  /// What was seen where the host writes.
  case disk(DiskWatch.News)
  /// A writer of a compute log has done what the loop waits for, or could not.
  case logNews(LocationName)
  /// The sweep has something to take.
  case leftovers
  case merged(AssetGraph, [Diagnostic], took: Duration)
  /// What came of reading a process's definitions.
  case definitions(HostLoop.ProcessKey, DefinitionsReader.News)
  case stop
  /// Ends all locations by force and stops.
  case endNow
}

/// The one way into the loop from other threads.
final class Mailbox: Sendable {
  private struct State {
    var messages: [LoopMessage] = []
    /// After this nobody reads any more.
    var isClosed = false
  }

  private let state = Monitor(State())
  private let waker: Waker

  init() throws(SystemError) { waker = try Waker() }

  var descriptor: Descriptor { waker.descriptor }

  /// Leaves a message.
  ///
  /// - Parameter message: The message.
  /// - Returns: False when the loop has ended, and nobody will answer.
  @discardableResult
  func post(_ message: LoopMessage) -> Bool {
    let isOpen = state.withLock { state in
      guard !state.isClosed else { return false }
      state.messages.append(message)
      return true
    }
    if isOpen { waker.wake() }
    return isOpen
  }

  func take() -> [LoopMessage] {
    waker.drain()
    return state.withLock { state in
      defer { state.messages = [] }
      return state.messages
    }
  }

  func close() -> [LoopMessage] {
    state.withLock { state in
      state.isClosed = true
      defer { state.messages = [] }
      return state.messages
    }
  }
}
