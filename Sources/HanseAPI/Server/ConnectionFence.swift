import HanseModel
import HanseSystem

/// Ends the connections that take too long or that others need the place of.
///
/// The library has a limit on silence only: a client that sends a byte now and then, or opens many
/// connections and says nothing, would keep others out. Any thread may call; one of its own watches
/// the time.
final class ConnectionFence: Sendable {
  private struct State: Sendable {
    var ledger: ConnectionLedger
    var sockets: [ConnectionLedger.ID: Descriptor] = [:]
    var isStopped = false
    /// What the watching thread waits for; nil while it waits for anything at all.
    var watched: UInt64?

    var isDueBeforeWatched: Bool {
      guard let next = ledger.nextDeadline else { return false }
      return watched.map { next < $0 } ?? true
    }
  }

  let limits: ConnectionLedger.Limits
  private let state: Monitor<State>

  init(_ limits: ConnectionLedger.Limits) {
    self.limits = limits
    state = Monitor(State(ledger: ConnectionLedger(limits)))
  }

  /// Starts the watching thread, which ends with ``stop()``.
  func start() throws(SystemError) {
    try OSThread.start(name: "hanse-http-fence") { [self] in watch() }
  }

  func stop() { state.update { $0.isStopped = true } }

  // MARK: What happens to connections

  func opened(_ id: ConnectionLedger.ID, socket: Int32) {
    change { state, now in
      state.sockets[id] = Descriptor(borrowing: socket)
      if let ending = state.ledger.open(id, at: now) { Self.end(ending, in: state) }
    }
  }

  /// To be called before the socket is closed: after it, its number may mean another file.
  func closed(_ id: ConnectionLedger.ID) {
    state.withLock { state in
      state.ledger.close(id)
      state.sockets[id] = nil
    }
  }

  /// Whether the request whose head has come may go on.
  func received(_ id: ConnectionLedger.ID) -> Bool {
    change { state, now in state.ledger.receive(id, at: now) }
  }

  enum Answering: Hashable, Sendable {
    case goOn
    case gone
    case full
  }

  /// Whether the request that has come as a whole may be answered.
  func answers(_ id: ConnectionLedger.ID) -> Answering {
    change { state, now in
      let hasRoom = state.ledger.hasRoom
      guard state.ledger.answer(id, at: now) else { return .gone }
      return hasRoom ? .goOn : .full
    }
  }

  /// Whether one more stream may begin.
  func streams(_ id: ConnectionLedger.ID) -> Bool {
    change { state, now in state.ledger.stream(id, at: now) }
  }

  func answered(_ id: ConnectionLedger.ID) {
    change { state, now in state.ledger.wait(id, at: now) }
  }

  // MARK: Inside

  private func change<Result>(_ body: (inout State, UInt64) -> Result) -> Result {
    let (result, wakes) = state.withLock { state -> (Result, Bool) in
      let result = body(&state, MonotonicClock.milliseconds())
      return (result, state.isDueBeforeWatched)
    }
    if wakes { state.notifyAll() }
    return result
  }

  private func watch() {
    var isStopped = false
    while !isStopped {
      let deadline = state.withLock { state in
        state.watched = state.ledger.nextDeadline
        return state.watched
      }
      state.wait(untilMilliseconds: deadline) { $0.isStopped || $0.isDueBeforeWatched }
      isStopped = state.withLock { state in
        for ending in state.ledger.overdue(at: MonotonicClock.milliseconds()) {
          Self.end(ending, in: state)
        }
        return state.isStopped
      }
    }
  }

  /// Tells the client why, as far as it can be told at once, and wakes the connection's thread.
  private static func end(_ ending: ConnectionLedger.Ending, in state: State) {
    guard let socket = state.sockets[ending.id] else { return }
    do throws(SystemError) {
      try socket.shutDownSocket(saying: answer(to: ending.reason, state.ledger.limits))
    } catch {
      // It is gone already, and its thread sees that by itself.
    }
  }

  private static func answer(
    to reason: ConnectionLedger.Reason,
    _ limits: ConnectionLedger.Limits
  ) -> [UInt8] {
    let problem: Problem =
      switch reason {
      case .evicted: .tooManyConnections(limit: limits.connections)
      case .slowHead: .tooSlow("head", limit: limits.head)
      case .slowBody: .tooSlow("body", limit: limits.body)
      }
    let body = JSONWriter.encode(problem)
    let head =
      "HTTP/1.1 \(problem.status) \(problem.title)\r\nContent-Type: \(MediaType.problem)\r\n"
      + "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
    return Array(head.utf8) + body
  }
}
