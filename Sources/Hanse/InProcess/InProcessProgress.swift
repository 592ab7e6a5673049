import HanseModel

/// Which steps of a plan have run, and which may run next.
struct InProcessProgress {
  private(set) var results: [MaterializeResult.Step]
  private var remaining: [Int]
  private var dependents: [[Int]]
  private var ready: [Int]

  init(_ plan: RunPlan) {
    results = plan.steps.map { step in
      MaterializeResult.Step(
        key: step.key,
        assets: step.assets,
        check: step.check,
        status: .waiting,
        attempts: 0,
        failure: nil
      )
    }
    remaining = plan.steps.map(\.dependsOn.count)
    dependents = Array(repeating: [], count: plan.steps.count)
    for (position, step) in plan.steps.enumerated() {
      for upstream in step.dependsOn { dependents[upstream].append(position) }
    }
    ready = plan.steps.indices.filter { plan.steps[$0].dependsOn.isEmpty }.reversed()
  }

  /// The next step to start, in the plan's order among those that are ready.
  mutating func takeReady() -> Int? { ready.popLast() }

  /// Notes how a step ended.
  ///
  /// - Returns: The steps that are skipped because of it.
  mutating func finish(_ position: Int, _ result: MaterializeResult.Step) -> [Int] {
    results[position] = result
    guard result.status == .succeeded else {
      return result.status == .failed ? skipBehind(position) : []
    }
    for dependent in dependents[position].reversed() {
      remaining[dependent] -= 1
      if remaining[dependent] == 0, results[dependent].status == .waiting {
        ready.append(dependent)
      }
    }
    return []
  }

  /// Ends what has not run, and says how the run ended.
  mutating func conclude(isCanceled: Bool) -> RunStatus {
    for position in results.indices where !results[position].status.isFinished {
      results[position].status = .canceled
    }
    if results.contains(where: { $0.status == .canceled }) { return .canceled }
    return results.contains { $0.status == .failed } ? .failed : .succeeded
  }

  private mutating func skipBehind(_ position: Int) -> [Int] {
    var skipped: [Int] = []
    var frontier = [position]
    while let next = frontier.popLast() {
      for dependent in dependents[next] where results[dependent].status == .waiting {
        results[dependent].status = .skipped
        skipped.append(dependent)
        frontier.append(dependent)
      }
    }
    return skipped.sorted()
  }
}
