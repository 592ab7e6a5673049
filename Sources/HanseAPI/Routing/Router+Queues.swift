import HanseGraph
import HanseHost
import HanseModel
import HanseStore

/// What people ask about queues, pools and what waits.
extension Router {
  /// More than these are not listed: the order of what comes later will have changed by then.
  private static let listedWaiting: Int64 = 10_000
  /// No location has more steps to explain.
  private static let explained = Int64(LimitBounds.waitingSteps.upperBound)

  /// Every limit and what waits, at one moment.
  func queues(_ query: Query) throws(Problem) -> QueueReport {
    let host = try backend.requireHost()
    let running = Int(try query.integer("running", in: 0...10_000, default: 100))
    let waiting = Int(try query.integer("waiting", in: 0...1000, default: 20))
    guard let report = host.queueReport(running: running, waiting: waiting) else {
      throw .hostIsStopping
    }
    return report
  }

  func queue(_ name: String) throws(Problem) -> LimitReport {
    let queues = try limits().queues
    if let found = queues.first(where: { $0.name == name }) { return found }
    throw .unknownQueue(name, among: queues.map(\.name))
  }

  func pools() throws(Problem) -> [LimitReport] { try limits().pools }

  func limits() throws(Problem) -> QueueReport {
    guard let report = try backend.requireHost().queueReport(running: 0, waiting: 0) else {
      throw .hostIsStopping
    }
    return report
  }

  /// The steps that wait in a queue, in the order of their turns.
  func waiting(in name: String, _ query: Query) throws(Problem) -> Page<WaitingStep> {
    let limit = Int(try query.integer("limit", in: 1...1000, default: 100))
    let skipped = Int(try query.integer("cursor", in: 0...Self.listedWaiting, default: 0))
    _ = try queue(name)
    let host = try backend.requireHost()
    guard let found = host.waiting(in: name, limit: limit + 1, after: skipped) else {
      throw .hostIsStopping
    }
    let next = skipped + limit
    let hasNext = found.count > limit && next <= Self.listedWaiting
    return Page(items: Array(found.prefix(limit)), next: hasNext ? "\(next)" : nil)
  }

  // MARK: Explaining

  /// Why the steps of a run or of an asset have not started.
  func explain(_ query: Query) throws(Problem) -> Page<StepExplanation> {
    let host = try backend.requireHost()
    let limit = Int(try query.integer("limit", in: 1...100, default: 20))
    let skipped = Int(try query.integer("cursor", in: 0...Self.explained, default: 0))
    let subject = try subject(query, host)
    let found: [StepExplanation]?
    do throws(HostError) {
      found = try host.explain(subject, limit: limit + 1, after: skipped)
    } catch {
      throw Problem(error)
    }
    guard let found else { throw .hostIsStopping }
    if found.isEmpty, skipped == 0 { try requireUnfinished(subject) }
    return Page(
      items: Array(found.prefix(limit)),
      next: found.count > limit ? "\(skipped + limit)" : nil
    )
  }

  private func subject(_ query: Query, _ host: Host) throws(Problem) -> Host.Subject {
    switch (query["run"], query["step"], query["asset"]) {
    case (let run?, let step?, nil):
      let row = try find(run)
      try requireStep(StepKey(step), of: row)
      return .step(row.id, StepKey(step))
    case (let run?, nil, nil):
      return .run(try find(run).id)
    case (nil, nil, let asset?):
      let graph = host.snapshot.graph
      guard let index = graph.index(of: AssetKey(asset)) else {
        throw .unknownAsset(asset, nearest: graph.nearestKey(to: asset))
      }
      return .steps(graph.nodes[index].stepKey.map { [$0] } ?? [])
    case (nil, nil, nil): throw .missingParameter("run", "or \"asset\"")
    case (nil, _?, _): throw .misplacedParameter("step", "it goes with \"run\"")
    case (_?, _, _?): throw .misplacedParameter("asset", "give \"run\" or \"asset\", not both")
    }
  }

  private func requireStep(_ step: StepKey, of run: RunRow) throws(Problem) {
    let steps =
      try backend.read { reader throws(EventLogError) in try reader.steps(of: run.id) } ?? []
    guard !steps.contains(where: { $0.key == step }) else { return }
    throw .unknownStep(step, of: run.id, among: steps.map(\.key.text))
  }

  /// Refuses to explain what is over.
  private func requireUnfinished(_ subject: Host.Subject) throws(Problem) {
    switch subject {
    case .run(let id), .step(let id, _):
      let status = try find(id.text).status
      if status.isFinished { throw .nothingWaits(id, status) }
    case .steps: return
    }
  }
}
