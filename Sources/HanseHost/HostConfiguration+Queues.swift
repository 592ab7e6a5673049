import HanseCore
import HanseModel
import HanseWorkspace

/// The queues, pools and rates of the workspace, as the dispatcher wants them.
extension HostConfiguration {
  var queues: [String: Dispatcher.QueueSettings] {
    Dictionary(
      workspace.queues.map { queue in
        let settings = Dispatcher.QueueSettings(
          concurrentSteps: queue.concurrentSteps,
          weight: queue.weight,
          rate: queue.rate
        )
        return (queue.name, settings)
      },
      uniquingKeysWith: { first, _ in first }
    )
  }

  var pools: [String: Dispatcher.PoolSettings] {
    Dictionary(
      workspace.pools.map { pool in
        (pool.name, Dispatcher.PoolSettings(units: pool.units, rate: pool.rate))
      },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// Refuses a run whose queue nobody knows, or whose priority is out of range.
  func checkQueue(of request: RunRequest) throws(HostError) {
    guard (-1000...1000).contains(request.priority) else {
      throw HostError(
        .plan,
        "priority \(request.priority) is out of range; it goes from -1000 to 1000"
      )
    }
    let names = workspace.queues.map(\.name)
    guard let name = request.queue, !names.contains(name) else { return }
    let nearest = Spelling.nearest(to: name, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
    throw HostError(
      .plan,
      "there is no queue \"\(name)\" in \(workspace.file)\(nearest) "
        + "(its queues: \(names.joined(separator: ", ")))"
    )
  }
}
