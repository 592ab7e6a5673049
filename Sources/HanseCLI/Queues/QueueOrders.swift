import HanseAPI
import HanseHost
import HanseModel

/// What `hanse queue` changes in a running host.
extension QueueCommand {
  func change(
    _ action: LimitAction,
    _ target: LimitTarget,
    _ order: LimitOrder,
    _ session: Session
  ) throws {
    let path = APIPath.limit(action, target)
    let limit: LimitReport =
      action == .set
      ? try session.post(path, order) : try session.post(path, JSONValue.object([]))
    if console.isJSON { return try console.document(limit) }
    try console.line(QueueMessages.state(of: limit, target).visibleLine)
  }

  /// Moves a run, or the runs under way that are to make what a selection names.
  func move(_ what: String, queue: String, _ session: Session) throws {
    var order = RequeueOrder()
    order.queue = queue
    order.selection = what
    let response = try session.send(.post(APIPath.requeue, order))
    // As with explanations: what names no asset may be the beginning of a run's id.
    guard let problem = response.problem, problem.code == .selection,
      !what.contains(where: \.isWhitespace)
    else { return try tell(try session.document(response), queue: queue) }
    (order.selection, order.run) = (nil, what)
    let ofRun = try session.send(.post(APIPath.requeue, order))
    let isNeither = ofRun.problem?.code == .unknownRun
    try tell(try session.document(isNeither ? response : ofRun), queue: queue)
  }

  func setPriority(of run: String, _ priority: Int, _ session: Session) throws {
    var order = RequeueOrder()
    (order.run, order.priority) = (run, priority)
    let outcome: OrderOutcomeDocument = try session.post(APIPath.requeue, order)
    if console.isJSON { return try console.document(outcome) }
    for run in outcome.runs {
      try console.line(QueueMessages.reprioritized(run, priority, outcome.waiting))
    }
  }

  func cancel(_ selection: String, run: String?, forced: Bool, _ session: Session) throws {
    var order = StepCancelOrder(selection: selection)
    (order.run, order.forced) = (run, forced)
    let outcome: OrderOutcomeDocument = try session.post(APIPath.cancelSteps, order)
    if console.isJSON { return try console.document(outcome) }
    try console.line(QueueMessages.canceled(outcome))
  }

  private func tell(_ outcome: OrderOutcomeDocument, queue: String) throws {
    if console.isJSON { return try console.document(outcome) }
    try console.line(QueueMessages.moved(outcome, queue).visibleLine)
  }
}
