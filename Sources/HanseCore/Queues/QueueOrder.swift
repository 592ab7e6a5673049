package import HanseModel

/// What people order of limits, and of what waits under them.
package enum QueueOrder: Sendable {
  /// Change, pause, drain or reset a limit.
  case limit(LimitTarget, LimitOrder, resets: Bool, by: Principal? = nil)
  /// The workspace file says this from now on.
  case file(LimitBook.File)
  /// Let a run's steps wait in another queue, or with another priority.
  case requeue(RunID, queue: String?, priority: Int?, by: Principal? = nil)
  /// Stop the steps of these assets, of one run or of all.
  case cancelSteps(of: Set<AssetKey>, in: RunID?, forced: Bool, by: Principal? = nil)
}

extension RunCoordinator {
  package mutating func take(
    _ order: QueueOrder,
    _ moment: Moment
  ) throws(OrderRefusal) -> (actions: [Action], outcome: OrderOutcome) {
    switch order {
    case .limit(let target, let order, let resets, let principal):
      try change(target, order, resets: resets, by: principal, moment)
    case .file(let file): (adopt(file, moment), OrderOutcome())
    case .requeue(let run, let queue, let priority, let principal):
      try requeue(run, queue: queue, priority: priority, by: principal, moment)
    case .cancelSteps(let assets, let run, let forced, let principal):
      try cancelSteps(of: assets, in: run, forced: forced, by: principal, moment)
    }
  }
}
