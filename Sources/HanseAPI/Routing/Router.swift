import HanseGraph
package import HanseHost
import HanseModel
import HanseWorkspace

/// Answers the calls of the API, whichever way they come: over HTTP, or from the same process.
///
/// Blocks while it waits for the host or the disk, so it is for threads that may.
package struct Router: Sendable {
  let backend: Backend

  package init(_ backend: Backend) { self.backend = backend }

  package init(_ host: Host) { backend = .host(host) }

  package func handle(_ request: APIRequest) -> APIResponse {
    do throws(Problem) {
      return try route(request)
    } catch {
      return .problem(error.at(request.path))
    }
  }

  private func route(_ request: APIRequest) throws(Problem) -> APIResponse {
    guard let route = Route(path: request.path) else {
      throw .unknownRoute(request.path, nearest: Route.nearest(to: request.path))
    }
    switch request.method {
    case "OPTIONS":
      return APIResponse(
        status: 204,
        headers: ["allow": route.allowed.joined(separator: ", ")]
      )
    case "GET" where route.methods.contains("GET"), "HEAD" where route.methods.contains("GET"):
      let query = try Query(request.query, known: route.parameters)
      return try look(route, query, request)
    case "POST" where route.methods.contains("POST"):
      _ = try Query(request.query, known: [])
      try RequestHeaders.requireAcceptable(request, [MediaType.json])
      try RequestHeaders.requireJSON(request)
      return try act(route, request.body, from: request.origin)
    default:
      throw .methodNotAllowed(request.method, request.path, allowed: route.allowed)
    }
  }

  private func look(
    _ route: Route,
    _ query: Query,
    _ request: APIRequest
  ) throws(Problem) -> APIResponse {
    if route == .events { return try events(query, request) }
    try RequestHeaders.requireAcceptable(request, [MediaType.json])
    switch route {
    case .health: return .json(try health(query))
    case .description:
      let version = try backend.requireHost().configuration.version
      return .json(APIDescription.openAPI(version: version))
    case .locations: return .json(Page(items: try locations()))
    case .location(let name): return .json(try location(name, query))
    case .locationLogs(let name): return .json(try logs(ofLocation: name, query))
    case .locationDiff(let name): return .json(try diff(of: name, query))
    case .generations(let name): return .json(Page(items: try generations(of: name)))
    case .assets: return try assets(query)
    case .asset(let key): return .json(try asset(key))
    case .graph: return try graph(query)
    case .diagnostics: return try diagnostics(query)
    case .runs: return try runs(query)
    case .run(let id): return .json(try run(id))
    case .runLogs(let id): return .json(try logs(ofRun: id, query))
    case .queues: return .json(try queues(query))
    case .queue(let name): return .json(try queue(name))
    case .queueWaiting(let name): return .json(try waiting(in: name, query))
    case .pools: return .json(Page(items: try pools()))
    case .explain: return .json(try explain(query))
    case .events, .locationAction, .reload, .cancel, .limit, .requeue, .cancelSteps:
      throw .methodNotAllowed(request.method, request.path, allowed: route.allowed)
    }
  }

  private func act(
    _ route: Route,
    _ body: [UInt8],
    from origin: APIRequest.Origin
  ) throws(Problem) -> APIResponse {
    switch route {
    case .runs: return try launch(body)
    case .cancel(let id): return try cancel(id, body, by: origin.principal)
    case .locationAction(let action, let name): return try act(action, name, body)
    case .reload: return try reloadAll(body)
    case .limit(let action, let target): return try act(action, target, body, by: origin.principal)
    case .requeue: return try requeue(body, by: origin.principal)
    case .cancelSteps: return try cancelSteps(body, by: origin.principal)
    case .health, .description, .locations, .location, .locationLogs, .locationDiff, .generations,
      .assets,
      .asset,
      .graph, .diagnostics, .run, .runLogs, .events, .queues, .queue, .queueWaiting, .pools,
      .explain:
      preconditionFailure("\(route) takes no POST, and the caller has looked")
    }
  }

  /// What is wrong; its cursor is a place in the list, which may be another when that has changed.
  private func diagnostics(_ query: Query) throws(Problem) -> APIResponse {
    var page = PageWriter(limit: Int(try query.integer("limit", in: 1...10_000, default: 1000)))
    let first = Int(try query.integer("cursor", in: 0...Int64(Int32.max), default: 0))
    let all = try backend.requireHost().snapshot.diagnostics
    for (place, diagnostic) in all.enumerated().dropFirst(first) {
      guard page.add(diagnostic) else { return page.end(next: "\(place)") }
    }
    return page.end(next: nil)
  }

  /// How far the host is, when it is settled or a time is over.
  private func health(_ query: Query) throws(Problem) -> HealthDocument {
    let host = try backend.requireHost()
    let limit = try query.integer("settledWithinMilliseconds", in: 0...10_000, default: 0)
    if limit > 0 {
      _ = host.wait(for: .milliseconds(limit)) { $0.isSettled || $0.isStopping }
    }
    let snapshot = host.snapshot
    var document = HealthDocument(
      status: snapshot.isStopping || host.feed.isClosed ? .stopping : .ok,
      version: host.configuration.version,
      workspace: host.configuration.workspace.name,
      processID: ownProcessID,
      stateDirectory: host.state.path
    )
    document.locationCount = snapshot.locations.count
    document.runningLocationCount = snapshot.locations.count { $0.state == .running }
    document.assetCount = snapshot.graph.nodeCount
    document.isSettled = snapshot.isSettled
    document.lastSequence = host.feed.durable
    return document
  }
}
