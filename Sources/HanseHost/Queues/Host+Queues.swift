package import HanseCore
import HanseGraph
package import HanseModel
import HanseSystem
import HanseWorkspace

/// What people change of limits and of what waits, while the host runs.
///
/// What is ordered is an event, so it holds in the next host too, until it is ordered otherwise or
/// reset.
extension Host {
  package typealias OrderOutcome = RunCoordinator.OrderOutcome

  /// Changes a limit, for what waits too; what runs goes on.
  ///
  /// - Parameters:
  ///   - target: Which.
  ///   - change: What is to be different; the rest stays as it is.
  ///   - resets: Whether all earlier changes are forgotten first, so that the workspace file's values
  ///     hold; a pause stays.
  ///   - principal: Who orders it, as it is recorded; nil where nobody can know it.
  /// - Returns: How many steps hold something of it.
  /// - Throws: ``HostError`` when there is no such thing, or it cannot have such a value.
  @discardableResult
  package func changeLimit(
    of target: LimitTarget,
    _ change: LimitOrder,
    resets: Bool = false,
    by principal: Principal? = nil
  ) throws(HostError) -> OrderOutcome {
    try take(.limit(target, change, resets: resets, by: principal))
  }

  /// Lets nothing new start that needs something of a limit; what runs goes on, and locations stay up.
  @discardableResult
  package func pause(_ target: LimitTarget) throws(HostError) -> OrderOutcome {
    try changeLimit(of: target, LimitOrder(flow: .paused))
  }

  /// Pauses, and records `limits.drained` when the last step that runs has ended.
  ///
  /// - Parameter target: Of what.
  /// - Returns: How many steps still run; with none the event comes at once.
  /// - Throws: ``HostError`` when there is no such thing.
  @discardableResult
  package func drain(_ target: LimitTarget) throws(HostError) -> OrderOutcome {
    try changeLimit(of: target, LimitOrder(flow: .draining))
  }

  /// Ends a pause or a drain.
  @discardableResult
  package func resume(_ target: LimitTarget) throws(HostError) -> OrderOutcome {
    try changeLimit(of: target, LimitOrder(flow: .open))
  }

  /// Lets the steps of a run that have not started wait in another queue, or with another priority.
  ///
  /// - Parameters:
  ///   - run: Which; one that is under way.
  ///   - queue: The queue; nil for where they are to wait anyway.
  ///   - priority: From -1000 to 1000; nil for the one they have.
  ///   - principal: Who orders it, as it is recorded; nil where nobody can know it.
  /// - Returns: How many steps that were waiting for a slot have moved.
  /// - Throws: ``HostError`` when there is no such queue, or the run is not under way.
  @discardableResult
  package func requeue(
    _ run: RunID,
    queue: String? = nil,
    priority: Int? = nil,
    by principal: Principal? = nil
  ) throws(HostError) -> OrderOutcome {
    try take(.requeue(run, queue: queue, priority: priority, by: principal))
  }

  /// Stops the steps of the selected assets that wait or run; the rest of their runs goes on.
  ///
  /// - Parameters:
  ///   - selection: Which assets, in the selection language.
  ///   - run: Of which run; nil for all that are under way.
  ///   - forced: Whether the process of a step that runs is ended at once.
  ///   - principal: Who orders it, as it is recorded; nil where nobody can know it.
  /// - Returns: How many had been waiting, and how many running.
  /// - Throws: ``HostError`` when the selection is wrong, or the run is not under way.
  @discardableResult
  package func cancelSteps(
    _ selection: String,
    of run: RunID? = nil,
    forced: Bool = false,
    by principal: Principal? = nil
  ) throws(HostError) -> OrderOutcome {
    let (graph, indices) = try select(selection)
    let assets = Set(indices.map { graph.nodes[$0].key })
    return try take(.cancelSteps(of: assets, in: run, forced: forced, by: principal))
  }

  /// Reads the workspace file again, and takes its limits, queues, pools, weights and rates.
  ///
  /// Nothing is restarted. What was ordered goes on to hold over the file's values.
  ///
  /// - Returns: What was different, and what takes another start of the host.
  /// - Throws: ``HostError`` with every error of the file when it cannot be used; then all stays as
  ///   it was.
  package func reloadWorkspace() throws(HostError) -> WorkspaceDifference {
    let load = WorkspaceFile.load(path: configuration.workspace.file)
    guard let new = load.workspace, load.errors.isEmpty else {
      let errors = load.errors.map { $0.line(naming: $0.file) }.joined(separator: "\n")
      throw HostError(
        .workspace,
        "the workspace file cannot be used, so the host goes on as before:\n\(errors)"
      )
    }
    try take(.file(new.limitsOfFile))
    let last = readWorkspace.update { last in
      defer { last = new }
      return last
    }
    // What takes another start of the host is told each time, until that has been.
    return WorkspaceDifference(from: last, running: configuration.workspace, to: new)
  }

  /// The assets that a selection names in the present graph.
  ///
  /// - Parameter selection: In the selection language.
  /// - Returns: The graph, and the places of the assets in it.
  /// - Throws: ``HostError`` when the selection is wrong.
  func select(_ selection: String) throws(HostError) -> (graph: AssetGraph, indices: [Int]) {
    let snapshot = snapshot
    do throws(SelectionError) {
      return (snapshot.graph, try AssetSelection.parse(selection).resolve(in: snapshot.graph))
    } catch {
      throw HostError(.selection, "\(snapshot.explained(error))")
    }
  }

  /// What does not agree between the numbers that limits are compared with and the steps that hold
  /// slots, counted anew; empty, unless the host has a defect.
  package func recount() -> [String] { inspect { $0.runs.recount() } ?? [] }

  @discardableResult
  private func take(_ order: QueueOrder) throws(HostError) -> OrderOutcome {
    let promise = Promise<Result<OrderOutcome, HostError>>()
    guard mailbox.post(.order(order, promise)) else {
      throw HostError(.stopping, "the host has stopped")
    }
    return try promise.wait().get()
  }
}

extension HostError {
  init(_ refusal: OrderRefusal) {
    let code: Code =
      switch refusal.code {
      case .unknownQueue: .unknownQueue
      case .unknownPool: .unknownPool
      case .unknownLocation: .unknownLocation
      case .unknownRun: .unknownRun
      case .invalidLimit: .invalidLimit
      case .stopping: .stopping
      }
    self.init(code, refusal.message)
  }
}
