package import HanseHost
import HanseModel
package import HanseStore
import HanseSystem

/// What answers calls: a running host, or what one has left behind.
package enum Backend: Sendable {
  case host(Host)
  /// Runs, events and compute logs can be read; all else needs a host.
  case stored(StateDirectory)

  var state: StateDirectory {
    switch self {
    case .host(let host): host.state
    case .stored(let state): state
    }
  }

  func requireHost() throws(Problem) -> Host {
    guard case .host(let host) = self else { throw .noHost }
    return host
  }

  /// A connection to the event log for this thread; nil when nothing was ever logged.
  package func makeReader() throws(EventLogError) -> EventReader? {
    switch self {
    case .host(let host): return try host.makeReader()
    case .stored(let state):
      return try isThere(state.eventLog) ? try EventReader.open(path: state.eventLog) : nil
    }
  }

  /// Whether there is a log; one that cannot be looked at is not none.
  private func isThere(_ path: String) throws(EventLogError) -> Bool {
    do throws(SystemError) {
      return try Files.status(path) != nil
    } catch {
      throw EventLogError(
        .failed,
        operation: "looking for it",
        path: path,
        cause: "\(error.reason) (\(error.symbol))"
      )
    }
  }

  /// Reads the event log at one moment; nil when nothing was ever logged.
  func read<Value>(
    _ body: (EventReader) throws(EventLogError) -> Value
  ) throws(Problem) -> Value? {
    do throws(EventLogError) {
      guard let reader = try makeReader() else { return nil }
      return try reader.snapshot { () throws(EventLogError) in try body(reader) }
    } catch {
      throw Problem(error)
    }
  }
}
