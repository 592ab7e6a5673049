import HanseGraph
import HanseHost
import HanseModel
import HanseStore

extension Router {
  // MARK: Looking

  /// So many are read at once; a page may end before all that were asked for.
  private static let runsAtOnce = 100

  func runs(_ query: Query) throws(Problem) -> APIResponse {
    var page = PageWriter(limit: Int(try query.integer("limit", in: 1...1000, default: 100)))
    let known = RunStatus.allCases.map(\.rawValue)
    let statuses = try query.words("status", known: known, what: "states of a run")
    var filter = RunFilter(
      statuses: Set(statuses.compactMap { RunStatus(rawValue: $0) }),
      limit: 0,
      before: try query.integer("cursor", in: 1...(.max), default: .max)
    )
    let next = try backend.read { reader throws(EventLogError) -> Int64? in
      while true {
        // One more than there is room for: that there are more is to be told.
        filter.limit = min(Self.runsAtOnce, page.room + 1)
        let rows = try reader.runs(filter)
        for row in rows {
          guard page.hasRoom, page.add(RunDocument(row)) else { return filter.before }
          filter.before = row.createdSequence
        }
        if rows.count < filter.limit { return nil }
      }
    }
    return page.end(next: next.flatMap { $0 }.map { "\($0)" })
  }

  func run(_ id: String) throws(Problem) -> RunDetailDocument {
    let row = try find(id)
    // What is in flight is asked for first: a step that ends meanwhile shows as ended.
    let live: LiveRun? =
      if case .host(let host) = backend, !row.status.isFinished { host.live(row.id) } else { nil }
    let found = try backend.read { reader throws(EventLogError) in
      try RunAssembly(row.id, from: reader)
    }
    guard let assembly = found.flatMap({ $0 }) else { throw .unknownRun(id) }
    return assembly.document(live: live)
  }

  /// The run that the beginning of an id means.
  func find(_ id: String) throws(Problem) -> RunRow {
    let found = try backend.read { reader throws(EventLogError) in try reader.run(matching: id) }
    switch found ?? .none {
    case .one(let row): return row
    case .none: throw .unknownRun(id)
    case .ambiguous(let runs): throw .ambiguousRun(id, runs)
    }
  }

  /// When and where the attempts of a run were in flight.
  func spans(of id: String) throws(Problem) -> [RunSpan] {
    let row = try find(id)
    let found = try backend.read { reader throws(EventLogError) in
      try RunAssembly.spans(of: row.id, from: reader)
    }
    guard let spans = found.flatMap({ $0 }) else { throw .unknownRun(id) }
    return spans
  }

  // MARK: Doing

  func launch(_ body: [UInt8]) throws(Problem) -> APIResponse {
    let host = try backend.requireHost()
    let body = try RequestBody(
      body,
      known: [
        "selection", "partition", "config", "tags", "queue", "priority", "onLimit", "trigger",
      ]
    )
    try body.require("selection")
    let request: RunRequest = try body.decode()
    try Self.requirePlainText(request)
    let id: RunID
    do throws(HostError) {
      id = try host.launch(request)
    } catch {
      throw Self.problem(of: error, request, host)
    }
    return .json(
      RunDocument(try find(id.text)),
      status: 201,
      headers: ["location": APIPath.run(id.text)]
    )
  }

  /// What is stored of a run is shown on terminals: no text of a caller may work one.
  private static func requirePlainText(_ request: RunRequest) throws(Problem) {
    if let what = request.partition?.problem { throw .invalidPartition(what) }
    var texts = [("selection", request.selection), ("trigger", request.trigger)]
    for (name, value) in request.tags.sorted(by: { $0.key < $1.key }) {
      texts += [("tags", name), ("tags", value)]
    }
    for (name, text) in texts {
      let control = text.unicodeScalars.first { $0.isHidden }
      if let control { throw .controlCharacter(name, control) }
    }
  }

  /// An error of the selection is looked for again, because the host's error has only its text.
  private static func problem(
    of error: HostError,
    _ request: RunRequest,
    _ host: Host
  ) -> Problem {
    if error.code == .unknownQueue {
      // The run's queue is a member of the body, and not what the path is about.
      var problem = Problem(error)
      (problem.status, problem.parameter) = (400, "queue")
      return problem
    }
    guard error.code == .selection else { return Problem(error) }
    let snapshot = host.snapshot
    do throws(SelectionError) {
      _ = try AssetSelection.parse(request.selection).resolve(in: snapshot.graph)
      return Problem(error)
    } catch {
      return Problem(snapshot.explained(error))
    }
  }

  func cancel(
    _ id: String,
    _ body: [UInt8],
    by principal: Principal?
  ) throws(Problem) -> APIResponse {
    let host = try backend.requireHost()
    let order: CancelOrder = try RequestBody(body, known: ["forced"]).decode()
    let row = try find(id)
    guard !row.status.isFinished, host.cancel(row.id, forced: order.forced, by: principal)
    else {
      let status = try find(row.id.text).status
      throw status.isFinished ? .runFinished(row.id, status) : .hostIsStopping
    }
    return .json(RunDocument(try find(row.id.text)), status: 202)
  }
}
