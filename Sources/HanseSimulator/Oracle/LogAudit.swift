package import HanseModel

/// What a whole log must be, whoever wrote it.
package enum LogAudit {
  /// Everything in the log that should not be.
  package static func faults(in log: [EventRecord]) -> [String] {
    var faults: [String] = []
    let ofRuns = log.filter { $0.run != nil && !$0.payload.isOfWorker }
    let byRun = Dictionary(grouping: ofRuns) { $0.run ?? "" }
    for (id, records) in byRun.sorted(by: { $0.key < $1.key }) {
      faults += runFaults(records).map { "\(id): \($0)" }
    }
    return faults
  }

  private static func runFaults(_ records: [EventRecord]) -> [String] {
    guard case .runCreated(let creation) = records.first?.payload else { return ["not created"] }
    let plan = creation.plan.steps
    let positions = Dictionary(plan.enumerated().map { ($1.key, $0) }) { first, _ in first }
    var faults: [String] = []
    var ends: [Int: StepStatus] = [:]
    var attempts: [Int: Int] = [:]
    var failures: [Int: Int] = [:]
    var isLive: Set<Int> = []
    var isCanceling = false
    for record in records {
      if case .runCanceling = record.payload { isCanceling = true }
      if case .runFinished(let status, _) = record.payload, ends.count == plan.count {
        let right = rightStatus(ends, isCanceling)
        if status != right { faults.append("is \(status) and should be \(right)") }
      }
      guard let key = record.step, let position = positions[key] else { continue }
      switch record.payload {
      case .stepStarted:
        if ends[position] != nil { faults.append("\(key) started after its end") }
        if !isLive.insert(position).inserted { faults.append("\(key) started twice at once") }
        if plan[position].dependsOn.contains(where: { ends[$0] != .succeeded }) {
          faults.append("\(key) started before its upstreams had succeeded")
        }
        attempts[position, default: 0] += 1
        if record.attempt != attempts[position] { faults.append("\(key) counts attempts wrongly") }
      case .stepFailed(let failure, let retry):
        if ends[position] != nil { faults.append("\(key) failed after its end") }
        isLive.remove(position)
        if failure.code != .interrupted { failures[position, default: 0] += 1 }
        if retry == nil { ends[position] = .failed }
        if failures[position, default: 0] > plan[position].retry.maxRetries + 1 {
          faults.append("\(key) was retried too often")
        }
        if retry == nil, failure.code == .failed, !isCanceling,
          failures[position, default: 0] <= plan[position].retry.maxRetries
        {
          faults.append("\(key) was given up too early")
        }
      case .stepSucceeded, .stepCoalesced, .stepCanceled, .stepSkipped:
        isLive.remove(position)
        if ends[position] != nil { faults.append("\(key) ended twice") }
        ends[position] = record.payload.end
      default: break
      }
    }
    if case .runFinished = records.last?.payload {
      if ends.count < plan.count { faults.append("finished with steps that had not ended") }
      faults += closureFaults(plan, ends)
    } else {
      faults.append("did not finish")
    }
    return faults
  }

  private static func rightStatus(_ ends: [Int: StepStatus], _ isCanceling: Bool) -> RunStatus {
    if ends.values.contains(.failed) { return isCanceling ? .canceled : .failed }
    return ends.values.contains(.canceled) ? .canceled : .succeeded
  }

  /// Skipped is what is behind a failure or a canceled step, and nothing else.
  private static func closureFaults(_ plan: [PlannedStep], _ ends: [Int: StepStatus]) -> [String] {
    var faults: [String] = []
    var isBehind: Set<Int> = []
    for (position, step) in plan.enumerated() {
      let isCut = step.dependsOn.contains {
        ends[$0] == .failed || ends[$0] == .canceled || isBehind.contains($0)
      }
      if isCut {
        isBehind.insert(position)
        if ends[position] == .succeeded { faults.append("\(step.key) ran behind a failure") }
      } else if ends[position] == .skipped {
        faults.append("\(step.key) was skipped and nothing before it had failed or been canceled")
      }
    }
    return faults
  }
}

extension EventPayload {
  /// Whether it is about the process of a run, and may come after the run's end.
  fileprivate var isOfWorker: Bool {
    switch self {
    case .workerStarting, .workerExited, .workerFailed: true
    default: false
    }
  }

  fileprivate var end: StepStatus? {
    switch self {
    case .stepSucceeded, .stepCoalesced: .succeeded
    case .stepCanceled: .canceled
    case .stepSkipped: .skipped
    default: nil
    }
  }
}
