import HanseHost
import HanseModel
import HanseWorkspace

extension QueueReport {
  /// The limits of a workspace file, with nothing taken of them: what a host would begin with.
  init(_ workspace: Workspace) {
    self.init()
    self.workspace.limit = workspace.limits.concurrentSteps
    runs.limit = workspace.limits.concurrentRuns
    queues = workspace.queues.map { entry in
      var limit = LimitReport(
        kind: .queue,
        name: entry.name,
        used: 0,
        limit: entry.concurrentSteps
      )
      (limit.weight, limit.rate) = (entry.weight, entry.rate)
      return limit
    }
    locations = workspace.locations.map { entry in
      var limit = LimitReport(
        kind: .location,
        name: entry.name.text,
        used: 0,
        limit: entry.limits.concurrentSteps
      )
      (limit.weight, limit.rate) = (entry.weight, entry.limits.rate)
      return limit
    }
    pools = workspace.pools.map { entry in
      var limit = LimitReport(kind: .pool, name: entry.name, used: 0, limit: entry.units)
      limit.rate = entry.rate
      return limit
    }
  }
}
