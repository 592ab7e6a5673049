import HanseHost
import HanseModel

/// What is done with single locations, and what their generations differ in.
extension Router {
  // MARK: Doing

  func act(
    _ action: LocationAction,
    _ name: String,
    _ body: [UInt8]
  ) throws(Problem) -> APIResponse {
    let body = try RequestBody(body, known: action == .rollback ? ["generation"] : [])
    let host = try backend.requireHost()
    let document = try location(name)
    if let reason = Self.obstacle(to: action, document) {
      throw .locationUnavailable(document.name, reason)
    }
    if host.isOnItsWayOut { throw .hostIsStopping }
    switch action {
    case .reload: host.reload(document.name)
    case .restart: host.restart(document.name)
    case .start: host.start(document.name)
    case .enable: host.enable(document.name)
    case .stop: host.stop(document.name)
    case .disable: host.disable(document.name)
    case .rollback:
      let order: RollbackOrder = try body.decode()
      do throws(HostError) {
        _ = try host.rollback(document.name, to: order.generation)
      } catch {
        throw Problem(error)
      }
    }
    host.waitUntilTaken()
    return .json(try location(name), status: 202)
  }

  /// Why nothing would come of it; nil when something would.
  private static func obstacle(to action: LocationAction, _ document: LocationDocument) -> String? {
    let name = document.name
    switch (document.state, action) {
    case (.invalid, _):
      return "has an error in the workspace: \(document.reason ?? ""); correct it, then start the "
        + "host again"
    case (.disabled, .reload), (.disabled, .restart), (.disabled, .start), (.disabled, .stop),
      (.disabled, .rollback):
      return "is disabled; `hanse locations enable \(name)` starts it"
    case (.stopped, .reload), (.stopped, .rollback):
      return "is stopped; `hanse locations start \(name)` starts it"
    case (.disabled, .enable), (.disabled, .disable), (.stopped, _), (.starting, _), (.loading, _),
      (.running, _), (.backingOff, _), (.quarantined, _), (.draining, _):
      return nil
    }
  }

  /// Takes the limits of the workspace file where that has changed; else reloads every location that
  /// runs, or is to.
  func reloadAll(_ body: [UInt8]) throws(Problem) -> APIResponse {
    _ = try RequestBody(body, known: [])
    let host = try backend.requireHost()
    let difference: WorkspaceDifference
    do throws(HostError) {
      difference = try host.reloadWorkspace()
    } catch {
      throw Problem(error)
    }
    guard difference.isEmpty else {
      let document = ReloadDocument(
        items: try locations(),
        applied: difference.applied,
        pending: difference.pending
      )
      return .json(document, status: 202)
    }
    for document in try locations() where Self.obstacle(to: .reload, document) == nil {
      host.reload(document.name)
    }
    host.waitUntilTaken()
    return .json(ReloadDocument(items: try locations()), status: 202)
  }

  // MARK: Looking

  func generations(of name: String) throws(Problem) -> [GenerationDocument] {
    let host = try backend.requireHost()
    let location = try location(name)
    guard location.state != .invalid else { return [] }
    do throws(HostError) {
      return try host.generations(of: location.name).map { GenerationDocument($0) }
    } catch {
      throw Problem(error)
    }
  }

  func diff(of name: String, _ query: Query) throws(Problem) -> DiffDocument {
    let from = try generation("from", query)
    let to = try generation("to", query)
    let host = try backend.requireHost()
    let location = try location(name)
    if location.state == .invalid, let reason = Self.obstacle(to: .start, location) {
      throw .locationUnavailable(location.name, reason)
    }
    do throws(HostError) {
      return DiffDocument(try host.diff(of: location.name, from: from, to: to))
    } catch {
      throw Problem(error)
    }
  }

  private func generation(_ name: String, _ query: Query) throws(Problem) -> Generation? {
    guard query[name] != nil else { return nil }
    return Generation(Int(try query.integer(name, in: 1...Int64(Int32.max), default: 1)))
  }
}
