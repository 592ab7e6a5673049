import HanseModel

/// One run as its events tell it, kept apart from the code under test.
final class RunAudit {
  let id: RunID
  let plan: [PlannedStep]
  let positions: [StepKey: Int]
  var status: [StepStatus]
  var attempts: [Int]
  var failures: [Int]
  var reported: [Set<AssetKey>]
  var location: [Int]
  var generation: [Generation]
  var startedAt: [Int64]
  var succeededAt: [Int64]
  var isCanceling = false
  var hasStarted = false
  var final: RunStatus?
  let createdAt: Int64
  var cancelingAt: Int64 = 0
  var finishedAt: Int64 = .max
  var lastSequence: Int64
  let dependents: [[Int]]
  /// Steps that were with others in a process that ended, and are not cleared.
  var suspected: Set<Int> = []

  init(_ id: RunID, _ creation: EventPayload.RunCreation, at sequence: Int64) {
    self.id = id
    plan = creation.plan.steps
    let count = plan.count
    positions = Dictionary(uniqueKeysWithValues: plan.enumerated().map { ($1.key, $0) })
    status = plan.map { $0.dependsOn.isEmpty ? .ready : .waiting }
    attempts = Array(repeating: 0, count: count)
    failures = attempts
    reported = Array(repeating: [], count: count)
    location = Array(repeating: -1, count: count)
    generation = Array(repeating: Generation(), count: count)
    startedAt = Array(repeating: .max, count: count)
    succeededAt = startedAt
    createdAt = sequence
    lastSequence = sequence
    var dependents: [[Int]] = Array(repeating: [], count: count)
    for (position, step) in plan.enumerated() {
      for before in step.dependsOn { dependents[before].append(position) }
    }
    self.dependents = dependents
  }

  /// How the run must end, by how its steps did.
  var rightStatus: RunStatus {
    if status.contains(.failed) { return isCanceling ? .canceled : .failed }
    return status.contains(.canceled) ? .canceled : .succeeded
  }

  func isReady(_ position: Int) -> Bool {
    plan[position].dependsOn.allSatisfy { status[$0] == .succeeded }
  }
}
