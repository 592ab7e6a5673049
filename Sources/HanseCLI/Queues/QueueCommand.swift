import HanseAPI
import HanseHost
import HanseModel

/// `hanse queue`: shows what is taken of every limit and what waits, explains why, and changes it.
struct QueueCommand {
  private static let shownWaiting = 20

  let context: CommandContext
  var console: Console { context.console }
  private var limit: Int { context.invocation.number("limit") ?? Self.shownWaiting }

  init(_ context: CommandContext) { self.context = context }

  func run() throws -> CommandStatus {
    let request = try QueueRequest(context.invocation)
    try context.withStored { session in
      switch request {
      case .show: try show(session)
      case .waiting(let queue): try showWaiting(in: queue, session)
      case .explain(let words): try explain(words, session)
      case .limit(let action, let target, let order): try change(action, target, order, session)
      case .move(let what, let queue): try move(what, queue: queue, session)
      case .priority(let run, let priority): try setPriority(of: run, priority, session)
      case .cancel(let selection, let run, let forced):
        try cancel(selection, run: run, forced: forced, session)
      }
    }
    return .good
  }

  // MARK: Looking

  private func show(_ session: Session) throws {
    guard session.isLive else { return try showWorkspace(session) }
    let report: QueueReport = try session.get(APIPath.queues, query: ["waiting": "\(limit)"])
    if console.isJSON { return try console.document(report) }
    try console.lines(QueuePage.lines(report, width: console.width, paint: console.paint))
  }

  /// Without a host: the limits as they will be.
  private func showWorkspace(_ session: Session) throws {
    let workspace = try context.source.usable(console)
    let query = ["status": "queued,running,canceling", "limit": "1000"]
    let unfinished: Page<RunDocument> = try session.get(APIPath.runs, query: query)
    var report = QueueReport(workspace)
    report.runs.waiting = unfinished.items.count
    if console.isJSON { return try console.document(report) }
    console.note(QueueMessages.noHost(unfinished: unfinished.items.count))
    try console.lines(QueuePage.limits(report, width: console.width, paint: console.paint))
  }

  private func showWaiting(in name: String, _ session: Session) throws {
    let response = try session.send(.get(APIPath.queue(name)))
    if let problem = response.problem, problem.code == .unknownQueue {
      let known =
        QueueRequest.Action.allCases.map(\.rawValue) + [problem.suggestion].compactMap(\.self)
      let nearest = problem.suggestion ?? Spelling.nearest(to: name, among: known)
      throw CommandError(
        .wrongUsage,
        QueueMessages.noSuchQueue(name, nearest: nearest, problem.detail)
      )
    }
    let queue: LimitReport = try session.document(response)
    let page: Page<WaitingStep> = try session.get(
      APIPath.waiting(in: name),
      query: ["limit": "\(limit)"]
    )
    if console.isJSON { return try console.document(page) }
    try console.lines(
      QueuePage.lines(queue, page.items, width: console.width, paint: console.paint)
    )
  }

  // MARK: Explaining

  private func explain(_ words: [String], _ session: Session) throws {
    let page = try explanations(words, session)
    if console.isJSON { return try console.document(page) }
    guard !page.items.isEmpty else {
      return try console.line(QueueMessages.nothingUnderWay(words[0]))
    }
    try console.lines(
      ExplanationPage.lines(page.items, width: console.width, paint: console.paint)
    )
    if page.next != nil { console.note(QueueMessages.more(page.items.count)) }
  }

  private func explanations(
    _ words: [String],
    _ session: Session
  ) throws -> Page<StepExplanation> {
    guard session.isLive else { return try explainWithoutHost(words, session) }
    var query = ["limit": "\(min(limit, 100))"]
    if words.count == 1 {
      // A name may be that of an asset or the beginning of a run's id; the asset is the likelier.
      query["asset"] = words[0]
      let response = try session.send(.get(APIPath.explain, query: query))
      guard let problem = response.problem, problem.code == .unknownAsset else {
        return try session.document(response)
      }
      query["asset"] = nil
      query["run"] = words[0]
      let run = try session.send(.get(APIPath.explain, query: query))
      if run.problem?.code == .unknownRun {
        throw CommandError(
          .wrongUsage,
          QueueMessages.neitherRunNorAsset(words[0], nearest: problem.suggestion)
        )
      }
      return try session.document(run)
    }
    query["run"] = words[0]
    query["step"] = words[1]
    return try session.get(APIPath.explain, query: query)
  }

  /// What is stored of a run: all of it waits for a host.
  private func explainWithoutHost(
    _ words: [String],
    _ session: Session
  ) throws -> Page<StepExplanation> {
    // A run's id has no slash, and a path would have a part too many.
    guard words.count == 2 || !words[0].contains("/") else {
      throw CommandError(.failed, QueueMessages.noHostAndNoRun(words[0]))
    }
    let response = try session.send(.get(APIPath.run(words[0])))
    if words.count == 1, response.problem?.code == .unknownRun {
      throw CommandError(.failed, QueueMessages.noHostAndNoRun(words[0]))
    }
    let detail: RunDetailDocument = try session.document(response)
    if detail.run.status.isFinished {
      throw CommandError(.failed, QueueMessages.hasEnded(detail.run))
    }
    let steps = detail.steps.filter { step in
      words.count == 2 ? step.key.text == words[1] : !step.status.isFinished
    }
    if steps.isEmpty, words.count == 2 {
      throw CommandError(
        .wrongUsage,
        QueueMessages.noSuchStep(words[1], detail)
      )
    }
    let explanations = steps.map { step in
      StepExplanation(
        run: detail.run.id,
        step: step.key,
        location: step.location,
        status: step.status,
        reason: step.status.isFinished
          ? "has ended: \(step.status.rawValue)" : QueueMessages.waitsForHost,
        queue: detail.run.queue ?? "",
        priority: detail.run.priority
      )
    }
    return Page(
      items: Array(explanations.prefix(limit)),
      next: explanations.count > limit ? "\(limit)" : nil
    )
  }
}
