package import HanseModel

/// The state of one run: its plan, folded with the events since.
///
/// The same fold serves a run that goes on and a run that is taken up after a restart of the host,
/// so the two cannot differ.
package struct RunProgress: Sendable {
  /// A delay between two attempts.
  package struct Retry: Hashable, Sendable {
    package var since: Timestamp
    package var delayMilliseconds: Int64
  }

  package struct Step: Hashable, Sendable {
    package var status: StepStatus
    package var attempts = 0
    /// Failed attempts that count against the retry policy.
    package var failures = 0
    /// Steps before it that have not succeeded.
    package var remaining: Int
    package var readyAt: Timestamp?
    /// While it waits for its next attempt: since when, and how long.
    package var retry: Retry?
    /// Whether it was running with others when their process ended, and nobody knows yet who did it.
    package var isSuspected = false
    /// How often its location's process ended under it alone.
    package var crashes = 0
    /// Whether it was asked to stop, for itself and not with its run.
    package var isCanceling = false

    /// How much of the delay before its next attempt is left; never more than the whole, whatever
    /// the wall clock did.
    package func retryDelay(at now: Timestamp) -> Duration {
      guard let retry else { return .zero }
      let passed = now.milliseconds - retry.since.milliseconds
      return .milliseconds(min(max(0, retry.delayMilliseconds - passed), retry.delayMilliseconds))
    }

    /// Whether its next attempt must have the process to itself.
    package var runsAlone: Bool { isSuspected || crashes > 0 }
  }

  package let id: RunID
  package let creation: EventPayload.RunCreation
  package let createdAt: Timestamp
  package private(set) var status = RunStatus.queued
  /// What its steps wait in; nil for each location's own.
  package private(set) var queue: String?
  package private(set) var priority: Int
  package private(set) var steps: [Step]
  package private(set) var unfinished: Int
  /// The positions of the steps that failed, in the order they did.
  package private(set) var failed: [Int] = []
  private let positions: [StepKey: Int]
  private let dependents: [[Int]]
  private var canceledCount = 0
  private var skippedCount = 0

  package init(id: RunID, creation: EventPayload.RunCreation, createdAt: Timestamp) {
    self.id = id
    self.creation = creation
    self.createdAt = createdAt
    queue = creation.request.queue
    priority = creation.request.priority
    let planned = creation.plan.steps
    var positions: [StepKey: Int] = Dictionary(minimumCapacity: planned.count)
    var dependents: [[Int]] = Array(repeating: [], count: planned.count)
    for (position, step) in planned.enumerated() {
      positions[step.key] = position
      for upstream in step.dependsOn { dependents[upstream].append(position) }
    }
    self.positions = positions
    self.dependents = dependents
    unfinished = planned.count
    steps = planned.map { step in
      let isRoot = step.dependsOn.isEmpty
      return Step(
        status: isRoot ? .ready : .waiting,
        remaining: step.dependsOn.count,
        readyAt: isRoot ? createdAt : nil
      )
    }
  }

  /// Folds a run from all of its events, in their order; nil when the first is not its creation.
  package init?(id: RunID, folding records: some Sequence<EventRecord>) {
    var iterator = records.makeIterator()
    guard let first = iterator.next(), case .runCreated(let creation) = first.payload
    else { return nil }
    self.init(id: id, creation: creation, createdAt: first.time)
    while let record = iterator.next() { apply(record) }
  }

  package var plan: [PlannedStep] { creation.plan.steps }

  package func position(of step: StepKey) -> Int? { positions[step] }

  /// The steps that may be started now.
  package var ready: [Int] { steps.indices.filter { steps[$0].status == .ready } }

  /// Every step behind `position` that is still waiting, in the plan's order.
  package func waitingDownstream(of position: Int) -> [Int] {
    var found: [Int] = []
    var seen: Set<Int> = [position]
    var frontier = [position]
    while let next = frontier.popLast() {
      for dependent in dependents[next] where seen.insert(dependent).inserted {
        guard steps[dependent].status == .waiting else { continue }
        found.append(dependent)
        frontier.append(dependent)
      }
    }
    return found.sorted()
  }

  /// The waiting steps that can never start, each with the failed or canceled step that it is behind.
  ///
  /// There are none while a run goes on, because they are skipped at once; a host that ended in the
  /// middle of that leaves some.
  package var blocked: [(position: Int, because: Int)] {
    var causes: [Int: Int] = [:]
    var found: [(position: Int, because: Int)] = []
    for (position, step) in steps.enumerated() {
      switch step.status {
      case .failed: causes[position] = position
      case .canceled where self.status != .canceling: causes[position] = position
      case .waiting, .skipped:
        guard let cause = plan[position].dependsOn.lazy.compactMap({ causes[$0] }).first
        else { continue }
        causes[position] = cause
        if step.status == .waiting { found.append((position, cause)) }
      case .ready, .running, .retrying, .succeeded, .canceled: break
      }
    }
    return found
  }

  /// How the run ends, once every step has.
  package var outcome: (status: RunStatus, message: String?)? {
    guard unfinished == 0 else { return nil }
    if !failed.isEmpty {
      let names = failed.prefix(3).map { plan[$0].key.text }.joined(separator: ", ")
      let more = failed.count > 3 ? " and \(failed.count - 3) more" : ""
      let skipped = skippedCount > 0 ? "; \(skippedCount) behind them skipped" : ""
      return (
        status == .canceling ? .canceled : .failed,
        "\(failed.count) of \(steps.count) steps failed: \(names)\(more)\(skipped)"
      )
    }
    if canceledCount > 0 {
      let skipped = skippedCount > 0 ? "; \(skippedCount) behind them skipped" : ""
      return (.canceled, "\(canceledCount) of \(steps.count) steps were canceled\(skipped)")
    }
    return (.succeeded, nil)
  }

  /// Kinds of events that ``apply(_:)`` has nothing to do with, however many there are of them.
  ///
  /// Whoever folds a stored run need not read them.
  package static let ignoredKinds = ["step.logged", "asset.materialized", "asset.observed"]

  /// Folds one event of this run.
  ///
  /// - Parameter record: An event whose run is this one; others of its kind change nothing.
  /// - Returns: The steps that became ready by it.
  @discardableResult
  package mutating func apply(_ record: EventRecord) -> [Int] {
    guard let key = record.step, let position = positions[key] else {
      applyToRun(record.payload)
      return []
    }
    // What is over stays as it was, whatever is said of it later.
    guard !steps[position].status.isFinished else { return [] }
    switch record.payload {
    case .stepStarted:
      steps[position].status = .running
      steps[position].attempts = max(steps[position].attempts, record.attempt ?? 1)
    case .stepSucceeded:
      finish(position, .succeeded)
      return release(after: position, at: record.time)
    case .stepCoalesced:
      finish(position, .succeeded)
      return release(after: position, at: record.time)
    case .stepFailed(let failure, let retry):
      if failure.code != .interrupted { steps[position].failures += 1 }
      noteCrash(failure, position)
      if retry == nil {
        failed.append(position)
        finish(position, .failed)
      } else {
        steps[position].status = .retrying
        steps[position].retry = retry.map { Retry(since: record.time, delayMilliseconds: $0) }
      }
    case .stepCleared: steps[position].isSuspected = false
    case .stepCanceling: steps[position].isCanceling = true
    case .stepSkipped:
      skippedCount += 1
      finish(position, .skipped)
    case .stepCanceled:
      canceledCount += 1
      finish(position, .canceled)
    default: break
    }
    return []
  }

  private mutating func noteCrash(_ failure: StepFailure, _ position: Int) {
    switch failure.crash {
    case .suspected: steps[position].isSuspected = true
    case .proven:
      steps[position].isSuspected = false
      steps[position].crashes += 1
    // It ended otherwise, with its process in good health.
    case nil where failure.code != .interrupted: steps[position].isSuspected = false
    case nil: break
    }
  }

  private mutating func applyToRun(_ payload: EventPayload) {
    switch payload {
    case .runStarted: if status == .queued { status = .running }
    case .runCanceling: status = .canceling
    case .runFinished(let final, _): status = final
    case .runRequeued(let newQueue, let newPriority, _, _):
      queue = newQueue
      priority = newPriority
    default: break
    }
  }

  /// Makes a step that waited for its next attempt ready again; this is no event of its own.
  package mutating func retryIsDue(_ position: Int, at time: Timestamp) {
    guard steps[position].status == .retrying else { return }
    steps[position].status = .ready
    steps[position].readyAt = time
  }

  private mutating func finish(_ position: Int, _ status: StepStatus) {
    steps[position].status = status
    unfinished -= 1
  }

  private mutating func release(after position: Int, at time: Timestamp) -> [Int] {
    var released: [Int] = []
    for dependent in dependents[position] {
      steps[dependent].remaining -= 1
      guard steps[dependent].remaining == 0, steps[dependent].status == .waiting else { continue }
      steps[dependent].status = .ready
      steps[dependent].readyAt = time
      released.append(dependent)
    }
    return released
  }
}
