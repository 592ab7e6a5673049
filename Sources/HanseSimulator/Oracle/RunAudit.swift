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
  let request: RunRequest
  /// What its steps wait in; nil for each location's own.
  var queue: String?
  var priority: Int
  /// Since when each of its ready steps stands in line, as far as that is known.
  var standing: [Standing?]
  /// The event by which each step became ready last.
  var readySince: [Int64]
  /// The limits on tags that it is subject to, by what they count.
  var tagKeys: [String] = []
  let stepCounts: [LocationName: Int]
  /// Whether another run's step may stand for one of it.
  let coalesces: Bool
  /// Steps that were asked to stop, each for itself.
  var askedToStop: Set<Int> = []
  var hasStarted = false
  var final: RunStatus?
  let createdAt: Int64
  var cancelingAt: Int64 = 0
  var finishedAt: Int64 = .max
  var lastSequence: Int64
  let dependents: [[Int]]
  /// Steps that were with others in a process that ended, and are not cleared.
  var suspected: Set<Int> = []
  /// The locations where its worker failed, and it has started nothing since: its steps do not stand
  /// in line while the host waits for the next try.
  var failedWorkers: Set<Int> = []

  init(_ id: RunID, _ creation: EventPayload.RunCreation, at sequence: Int64) {
    self.id = id
    plan = creation.plan.steps
    request = creation.request
    queue = creation.request.queue
    priority = creation.request.priority
    stepCounts = creation.plan.stepCounts
    coalesces = plan.contains { (creation.request.onLimit ?? $0.onLimit) == .coalesce }
    let count = plan.count
    standing = Array(repeating: nil, count: count)
    readySince = Array(repeating: sequence, count: count)
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

  /// What becomes of a step that cannot start at once.
  func onLimit(_ position: Int) -> OnLimit { request.onLimit ?? plan[position].onLimit ?? .queue }

  func isReady(_ position: Int) -> Bool {
    plan[position].dependsOn.allSatisfy { status[$0] == .succeeded }
  }
}
