import HanseCore
import HanseHost
import HanseModel
import HanseStore

/// What people change of limits, and of what waits.
extension Router {
  private static let settable = [
    "concurrentSteps", "concurrentRuns", "waitingSteps", "units", "weight", "rate",
  ]

  func act(
    _ action: LimitAction,
    _ target: LimitTarget,
    _ body: [UInt8],
    by principal: Principal?
  ) throws(Problem) -> APIResponse {
    let body = try RequestBody(body, known: action == .set ? Self.settable : [])
    let host = try backend.requireHost()
    var order = LimitOrder()
    if action == .set {
      order = try body.decode()
      if order == LimitOrder() { throw .nothingToSet(Self.settable) }
    }
    switch action {
    case .set, .reset: break
    case .pause: order.flow = .paused
    case .resume: order.flow = .open
    case .drain: order.flow = .draining
    }
    do throws(HostError) {
      try host.changeLimit(of: target, order, resets: action == .reset, by: principal)
    } catch {
      throw Problem(error)
    }
    return .json(try limit(of: target), status: 202)
  }

  private func limit(of target: LimitTarget) throws(Problem) -> LimitReport {
    let report = try limits()
    let (limits, name): ([LimitReport], String) =
      switch target {
      case .workspace: ([report.workspace], "")
      case .queue(let name): (report.queues, name)
      case .pool(let name): (report.pools, name)
      case .location(let name): (report.locations, name.text)
      }
    // A pool that nothing has named yet has no limit, and nobody has taken anything of it.
    return limits.first { $0.name == name }
      ?? LimitReport(
        kind: LimitReport.Kind(rawValue: target.kind) ?? .workspace,
        name: name,
        used: 0,
        limit: nil
      )
  }

  /// Lets what has not started of a run, or of the runs of a selection, wait elsewhere.
  func requeue(_ body: [UInt8], by principal: Principal?) throws(Problem) -> APIResponse {
    let order: RequeueOrder = try RequestBody(body, known: RequeueOrder.members).decode()
    let host = try backend.requireHost()
    guard order.queue != nil || order.priority != nil else {
      throw .missingMember("queue", "or \"priority\"")
    }
    var outcome = OrderOutcomeDocument()
    let runs: [RunID]
    switch (order.run, order.selection) {
    case (let run?, nil):
      let row = try find(run)
      if row.status.isFinished { throw .nothingWaits(row.id, row.status) }
      runs = [row.id]
    case (nil, let selection?):
      do throws(HostError) {
        runs = try host.runsUnderWay(making: selection)
      } catch {
        throw Problem(error)
      }
    case (nil, nil): throw .missingMember("run", "or \"selection\"")
    case (_?, _?): throw .misplacedMember("selection", "give \"run\" or \"selection\", not both")
    }
    for run in runs {
      do throws(HostError) {
        let moved = try host.requeue(
          run,
          queue: order.queue,
          priority: order.priority,
          by: principal
        )
        outcome.waiting += moved.waiting
        outcome.runs.append(run)
      } catch {
        // One that ends just now has nothing left to move.
        guard error.code == .unknownRun, order.run == nil else { throw Problem(error) }
      }
    }
    return .json(outcome, status: 202)
  }

  /// Stops the steps of a selection, of one run or of all that are under way.
  func cancelSteps(_ body: [UInt8], by principal: Principal?) throws(Problem) -> APIResponse {
    let body = try RequestBody(body, known: StepCancelOrder.members)
    try body.require("selection")
    let order: StepCancelOrder = try body.decode()
    let host = try backend.requireHost()
    var run: RunID?
    if let id = order.run {
      let row = try find(id)
      if row.status.isFinished { throw .nothingWaits(row.id, row.status) }
      run = row.id
    }
    var outcome = OrderOutcomeDocument()
    do throws(HostError) {
      let done = try host.cancelSteps(
        order.selection,
        of: run,
        forced: order.forced,
        by: principal
      )
      (outcome.waiting, outcome.running) = (done.waiting, done.running)
    } catch {
      throw Problem(error)
    }
    return .json(outcome, status: 202)
  }
}
