import HanseAPI
import HanseModel
import HanseWorkspace

/// What `hanse queue` is asked to do.
enum QueueRequest: Hashable {
  case show
  case waiting(in: String)
  case explain([String])
  case limit(LimitAction, LimitTarget, LimitOrder)
  /// The runs of a selection, or a run, to another queue or priority.
  case move(String, queue: String)
  case priority(run: String, Int)
  case cancel(selection: String, run: String?, forced: Bool)

  /// What can follow the command's name, besides the name of a queue.
  enum Action: String, Hashable, CaseIterable {
    case explain, set, pause, resume, drain, reset, move, priority, cancel

    private static let targets = ["pool", "location", "all"]
    private static let values = [
      "concurrent-steps", "concurrent-runs", "waiting-steps", "units", "weight", "rate",
    ]

    /// The options that mean something with it.
    fileprivate var options: [String] {
      switch self {
      case .explain: ["limit"]
      case .set: Self.targets + Self.values
      case .pause, .resume, .drain, .reset: Self.targets
      case .move: ["to"]
      case .priority: []
      case .cancel: ["run", "force"]
      }
    }
  }

  /// Reads the words and options after the command's name.
  ///
  /// - Throws: ``UsageError`` for what does not go together.
  init(_ invocation: Invocation) throws(UsageError) {
    let words = Array(invocation.operands.dropFirst())
    guard let word = invocation.operands.first else {
      try Self.checkOptions(invocation, nil)
      self = .show
      return
    }
    guard let action = Action(rawValue: word) else {
      guard words.isEmpty else {
        let nearest = Spelling.nearest(to: word, among: Action.allCases.map(\.rawValue))
        throw Self.invalid(QueueMessages.unknownAction(word, nearest: nearest))
      }
      try Self.checkOptions(invocation, nil)
      self = .waiting(in: word)
      return
    }
    try Self.checkOptions(invocation, action)
    self = try Self.request(action, words, invocation)
  }

  // MARK: Inside

  private static func request(
    _ action: Action,
    _ words: [String],
    _ invocation: Invocation
  ) throws(UsageError) -> QueueRequest {
    switch action {
    case .explain:
      guard (1...2).contains(words.count) else {
        throw invalid(QueueMessages.explainNeeds(words.count))
      }
      return .explain(words)
    case .set: return .limit(.set, try target(action, words, invocation), try order(invocation))
    case .pause: return .limit(.pause, try target(action, words, invocation), LimitOrder())
    case .resume: return .limit(.resume, try target(action, words, invocation), LimitOrder())
    case .drain: return .limit(.drain, try target(action, words, invocation), LimitOrder())
    case .reset: return .limit(.reset, try target(action, words, invocation), LimitOrder())
    case .move:
      guard !words.isEmpty else { throw invalid(QueueMessages.moveNeedsWhat) }
      guard let queue = invocation.value("to") else { throw invalid(QueueMessages.moveNeedsQueue) }
      return .move(words.joined(separator: " "), queue: queue)
    case .priority:
      guard words.count == 2 else { throw invalid(QueueMessages.priorityNeeds) }
      guard let priority = Int(words[1]), LimitBounds.priorities.contains(priority) else {
        throw invalid(QueueMessages.badPriority(words[1]))
      }
      return .priority(run: words[0], priority)
    case .cancel:
      guard !words.isEmpty else { throw invalid(QueueMessages.cancelNeedsSelection) }
      return .cancel(
        selection: words.joined(separator: " "),
        run: invocation.value("run"),
        forced: invocation.has("force")
      )
    }
  }

  private static func invalid(_ message: String) -> UsageError {
    .invalid(message, command: .queue)
  }

  /// Refuses options that mean nothing with the action.
  private static func checkOptions(
    _ invocation: Invocation,
    _ action: Action?
  ) throws(UsageError) {
    let known = action?.options ?? ["limit"]
    for option in CommandName.queue.syntax.options
    where invocation.has(option.name) && !known.contains(option.name) {
      let actions = Action.allCases.filter { $0.options.contains(option.name) }
      throw invalid(QueueMessages.misplaced(option.name, actions.map(\.rawValue)))
    }
  }

  /// The one thing that is named: a queue by its name, the others by options.
  private static func target(
    _ action: Action,
    _ words: [String],
    _ invocation: Invocation
  ) throws(UsageError) -> LimitTarget {
    var named = words.map { LimitTarget.queue($0) }
    if let pool = invocation.value("pool") { named.append(.pool(pool)) }
    if let location = invocation.value("location") {
      named.append(.location(LocationName(location)))
    }
    if invocation.has("all") { named.append(.workspace) }
    guard let target = named.first else {
      throw invalid(QueueMessages.needsTarget(action.rawValue))
    }
    guard named.count == 1 else { throw invalid(QueueMessages.takesOneTarget(action.rawValue)) }
    return target
  }

  private static func order(_ invocation: Invocation) throws(UsageError) -> LimitOrder {
    var order = LimitOrder()
    if let text = invocation.value("concurrent-steps") {
      order.concurrentSteps = bound(text) { Int($0) }
      if order.concurrentSteps == nil { throw invalid(QueueMessages.badCount(text)) }
    }
    order.concurrentRuns = invocation.number("concurrent-runs")
    order.waitingSteps = invocation.number("waiting-steps")
    order.units = invocation.number("units")
    if let text = invocation.value("weight") {
      guard let weight = Double(text), weight.isFinite else {
        throw invalid(QueueMessages.badWeight(text))
      }
      order.weight = weight
    }
    if let text = invocation.value("rate") {
      order.rate = bound(text) { RateLimit(text: $0) }
      if order.rate == nil { throw invalid(QueueMessages.badRate(text)) }
    }
    guard order != LimitOrder() else { throw invalid(QueueMessages.nothingToSet) }
    return order
  }

  /// A value, or the word that stands for no limit; nil for anything else.
  private static func bound<Value: Hashable & Sendable>(
    _ text: String,
    _ read: (String) -> Value?
  ) -> LimitOrder.Bound<Value>? {
    text == QueueMessages.none ? .unlimited : read(text).map { .value($0) }
  }
}

extension RateLimit {
  /// Reads `10/1s` or `10/1s:20`: starts, in which time, and how many at once after a pause.
  init?(text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let rate = parts[0].split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, rate.count == 2, let starts = Int(rate[0]), starts > 0,
      let per = DurationText.parse(String(rate[1]))
    else { return nil }
    guard let burst = parts.count == 2 ? Int(parts[1]) : starts, burst > 0 else { return nil }
    self.init(starts: starts, per: per, burst: burst)
  }
}
