import HanseAPI
import HanseModel

/// A run as it is watched: the plan, and what its events have made of it so far.
struct RunModel: Hashable, Sendable {
  struct Step: Hashable, Sendable {
    var key: StepKey
    var location: LocationName
    var status: StepStatus
    var attempt: Int
    /// When the attempt in flight, or the last one, began.
    var started: Timestamp?
    var tookMilliseconds: Int64?
    /// From 0 to 1, as the step's code says.
    var fraction: Double?
    /// What the step says, why it waits, or why it failed.
    var message: String?
  }

  let id: RunID
  private(set) var status: RunStatus
  private(set) var steps: [Step]
  /// The last event that is part of it.
  private(set) var sequence: Int64
  private var positions: [StepKey: Int] = [:]

  init(_ run: RunDetailDocument) {
    id = run.run.id
    status = run.run.status
    sequence = run.run.sequence
    // Everything after the creation comes as events, so each step begins anew here.
    steps = run.steps.map { step in
      Step(key: step.key, location: step.location, status: .waiting, attempt: 0)
    }
    for (position, step) in steps.enumerated() { positions[step.key] = position }
  }

  func count(_ status: StepStatus) -> Int { steps.count { $0.status == status } }

  /// Takes one event in.
  ///
  /// - Returns: The position of the step that it ended or sent back; nil for any other event.
  mutating func apply(_ event: Event) -> Int? {
    sequence = max(sequence, event.sequence)
    switch event.record.payload {
    case .runStarted: status = .running
    case .runCanceling: status = .canceling
    case .runFinished(let final, _): status = final
    default: break
    }
    guard let position = event.record.step.flatMap({ positions[$0] }) else { return nil }
    return steps[position].apply(event.record) ? position : nil
  }

  /// Takes over what only the host knows: how far steps are, and why they wait.
  mutating func update(_ run: RunDetailDocument) {
    for document in run.steps {
      guard let position = positions[document.key], !steps[position].status.isFinished else {
        continue
      }
      if let progress = document.progress, steps[position].status == .running {
        steps[position].fraction = progress.fraction
        steps[position].message = progress.message
      } else if steps[position].status == .waiting {
        steps[position].message = document.held
      }
    }
  }
}

extension RunModel.Step {
  /// Takes one of its events in; true when the attempt has ended by it.
  fileprivate mutating func apply(_ record: EventRecord) -> Bool {
    switch record.payload {
    case .stepStarted:
      status = .running
      attempt = record.attempt ?? attempt + 1
      started = record.time
      (fraction, message, tookMilliseconds) = (nil, nil, nil)
      return false
    case .stepSucceeded(let took):
      finish(.succeeded, nil, took)
    case .stepCoalesced(let run): finish(.succeeded, EventMessages.coalesced(run), nil)
    case .stepFailed(let failure, let retry):
      let took = started.map { record.time.milliseconds - $0.milliseconds }
      finish(retry == nil ? .failed : .retrying, EventMessages.failed(failure, retry), took)
    case .stepSkipped(let because): finish(.skipped, EventMessages.skipped(because), nil)
    case .stepCanceled(let text, let principal):
      finish(.canceled, EventMessages.canceled(text, principal), nil)
    default: return false
    }
    return true
  }

  private mutating func finish(_ end: StepStatus, _ text: String?, _ took: Int64?) {
    (status, message, tookMilliseconds, fraction) = (end, text, took, nil)
  }
}
