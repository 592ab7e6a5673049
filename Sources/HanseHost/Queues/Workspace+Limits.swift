import HanseCore
import HanseModel
import HanseWorkspace

/// The limits of the workspace file, as the control plane wants them.
extension Workspace {
  var limitsOfFile: LimitBook.File {
    LimitBook.File(
      concurrentSteps: limits.concurrentSteps,
      concurrentRuns: limits.concurrentRuns,
      queues: Dictionary(
        queues.map { queue in
          let settings = Dispatcher.QueueSettings(
            concurrentSteps: queue.concurrentSteps,
            weight: queue.weight,
            rate: queue.rate
          )
          return (queue.name, settings)
        },
        uniquingKeysWith: { first, _ in first }
      ),
      pools: Dictionary(
        pools.map { ($0.name, Dispatcher.PoolSettings(units: $0.units, rate: $0.rate)) },
        uniquingKeysWith: { first, _ in first }
      ),
      tagLimits: tagLimits.map { .init(tag: $0.tag, perValue: $0.perValue, limit: $0.limit) },
      locations: Dictionary(
        locations.map { ($0.name, $0.limitsOfFile) },
        uniquingKeysWith: { first, _ in first }
      )
    )
  }

  /// Refuses a run whose queue nobody knows, or whose priority is out of range.
  func checkQueue(of request: RunRequest) throws(HostError) {
    if let problem = LimitBounds.problem(ofPriority: request.priority) {
      throw HostError(.priority, problem)
    }
    let names = queues.map(\.name)
    guard let name = request.queue, !names.contains(name) else { return }
    let nearest = Spelling.nearest(to: name, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
    throw HostError(
      .unknownQueue,
      "there is no queue \"\(name)\" in \(file)\(nearest) "
        + "(its queues: \(names.joined(separator: ", ")))"
    )
  }
}

extension LocationEntry {
  var limitsOfFile: LimitBook.LocationFile {
    LimitBook.LocationFile(
      Dispatcher.LocationSettings(
        concurrentSteps: limits.concurrentSteps,
        weight: weight,
        rate: limits.rate
      ),
      queue: queue,
      waitingSteps: limits.waitingSteps
    )
  }
}
