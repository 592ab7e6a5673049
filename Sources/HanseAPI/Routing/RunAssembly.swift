import HanseHost
import HanseModel
import HanseStore

/// All that the event log says of one run, brought together.
///
/// What the steps made, checked and failed of takes no more than a bound, here and in the answer.
struct RunAssembly {
  /// What that may take, in stored bytes; see ``DetailBudget``.
  static let detailBytes = 8 << 20

  private let row: RunRow
  private let creation: EventPayload.RunCreation?
  private let steps: [StepRow]
  private let attempts: [StepKey: [AttemptRow]]
  private var checks: [StepKey: [CheckResult]] = [:]
  private var materializations: [StepKey: [MaterializationDocument]] = [:]
  private var details: DetailBudget
  private var canceledBy: Principal?
  private var requeuedBy: Principal?
  private var stepsCanceledBy: [StepKey: Principal] = [:]

  private static let kinds = [
    "asset.materialized", "asset.observed", "asset.checked", "run.canceling", "run.requeued",
    "step.canceling", "step.canceled",
  ]

  /// Reads a run; nil when there is none.
  init?(_ id: RunID, from reader: EventReader) throws(EventLogError) {
    guard case .one(let row) = try reader.run(matching: id.text) else { return nil }
    self.row = row
    creation = try reader.plan(of: id)
    details = DetailBudget(limitBytes: Self.detailBytes, steps: try reader.stepCount(of: id))
    steps = try reader.steps(of: id, &details)
    attempts = try reader.attempts(of: id, steps: steps, &details)
    let filter = EventFilter(run: id, kinds: Self.kinds)
    try reader.forEachSizedEvent(after: row.createdSequence, filter: filter) { note($0, bytes: $1) }
  }

  private mutating func note(_ event: Event, bytes: Int) {
    let step = event.record.step
    switch event.record.payload {
    // Who gave an order is one for each step at most, and short: it is told in any case.
    case .runCanceling(_, let principal): canceledBy = principal ?? canceledBy
    case .runRequeued(_, _, _, let principal): requeuedBy = principal
    case .stepCanceling(_, let principal), .stepCanceled(_, let principal):
      if let step, let principal { stepsCanceledBy[step] = principal }
    default: if let step, details.take(bytes, of: step) { note(event, of: step) }
    }
  }

  private mutating func note(_ event: Event, of step: StepKey) {
    if case .checked(let result) = event.record.payload { checks[step, default: []].append(result) }
    if let made = MaterializationDocument(event) {
      materializations[step, default: []].append(made)
    }
  }

  /// When and where the attempts of a run were in flight; nil when there is no such run.
  static func spans(
    of id: RunID,
    from reader: EventReader
  ) throws(EventLogError) -> [RunSpan]? {
    guard case .one(let row) = try reader.run(matching: id.text) else { return nil }
    // Why they failed is of no interest here.
    var details = DetailBudget(limitBytes: 0, steps: 1)
    let steps = try reader.steps(of: id, &details)
    let attempts = try reader.attempts(of: id, steps: steps, &details)
    return steps.flatMap { step in
      (attempts[step.key] ?? []).compactMap { attempt in
        attempt.started.map { started in
          RunSpan(
            location: attempt.location ?? step.location,
            generation: attempt.generation,
            run: id,
            from: started,
            to: attempt.finished ?? row.finished
          )
        }
      }
    }
  }

  func document(live: LiveRun?) -> RunDetailDocument {
    let progress = Dictionary(
      (live?.attempts ?? []).map { ($0.step, $0) },
      uniquingKeysWith: { _, last in last }
    )
    let held = Dictionary(
      (live?.held ?? []).map { ($0.step, $0.reason) },
      uniquingKeysWith: { first, _ in first }
    )
    var whole = RunDetailDocument(
      run: RunDocument(row),
      config: creation?.request.config ?? [:],
      steps: steps.map { step in
        var document = document(of: step)
        guard !step.status.isFinished else { return document }
        if let attempt = progress[step.key] {
          document.progress = StepDocument.Progress(
            elapsedMilliseconds: attempt.elapsedMilliseconds,
            fraction: attempt.fraction,
            message: attempt.message
          )
        }
        if let reason = held[step.key] {
          document.held = reason
          if step.status == .waiting { document.status = .ready }
        }
        return document
      }
    )
    whole.abridgedSteps = details.abridged.count
    (whole.canceledBy, whole.requeuedBy) = (canceledBy, requeuedBy)
    return whole
  }

  private func document(of step: StepRow) -> StepDocument {
    var document = StepDocument(key: step.key, location: step.location)
    document.assets = step.assets
    document.check = step.check
    document.status = step.status
    if let plan = creation?.plan.steps, plan.indices.contains(step.position) {
      document.dependsOn = plan[step.position].dependsOn.map { plan[$0].key }
    }
    document.queuedMilliseconds = step.queuedMilliseconds
    document.started = step.firstStarted
    document.finished = step.finished
    document.durationMilliseconds = step.durationMilliseconds
    document.failure = step.failure
    document.skippedBecause = step.skippedBecause
    document.message = step.message
    document.canceledBy = stepsCanceledBy[step.key]
    document.attempts = (attempts[step.key] ?? []).map { AttemptDocument($0) }
    document.checks = checks[step.key] ?? []
    document.materializations = materializations[step.key] ?? []
    document.isAbridged = details.abridged.contains(step.key)
    return document
  }
}
