import HanseCore
import HanseModel

/// A worker of an isolated run, as effects and events tell of it.
struct WorkerAudit {
  /// Known from the event of its start.
  var run: RunID?
  /// Whether it was told to go.
  var isAsked = false
}

struct WorkerKey: Hashable {
  var location: Int
  var generation: Generation
}

/// Runs that have worker processes of their own.
extension Oracle {
  mutating func noteWorkerSpawn(_ location: Int, _ generation: Generation) {
    let name = names[location]
    if !isIsolated[location] {
      fail(.stepsStayInTheirWorker, "\(name) gets a worker and has no isolated runs")
    }
    workers[WorkerKey(location: location, generation: generation)] = WorkerAudit()
    let count = workers.keys.count { $0.location == location }
    let limit = limit(at: location)
    if count > limit {
      fail(.limitsAreKept, "\(name) has \(count) workers for \(limit) steps at once")
    }
  }

  /// Judges an event of a worker: it is its location's, and names its run.
  mutating func judgeWorker(_ record: EventRecord, of run: RunID) {
    guard !isReplaying, let location = record.location.flatMap({ indices[$0] }),
      let generation = record.generation
    else { return }
    let key = WorkerKey(location: location, generation: generation)
    switch record.payload {
    case .workerStarting:
      sometimes.note(.workerStarted)
      if workers[key] == nil {
        fail(.stepsStayInTheirWorker, "\(generation) of \(names[location]) started by itself")
      }
      workers[key]?.run = run
    case .workerExited(_, let isExpected, _, _): if !isExpected { sometimes.note(.workerLost) }
    case .workerFailed:
      runs[run]?.failedWorkers.insert(location)
      sometimes.note(.workerFailed)
    default: break
    }
  }

  /// Whether the place that an attempt is sent to is its run's own.
  mutating func judgeWorkerOf(_ attempt: AttemptID, _ location: Int, _ generation: Generation) {
    guard isIsolated[location] || generation.isWorker else { return }
    let key = WorkerKey(location: location, generation: generation)
    guard let worker = workers[key], worker.run == attempt.run, !worker.isAsked else {
      return fail(
        .stepsStayInTheirWorker,
        "\(attempt) is sent to \(generation) of \(names[location]), which is not its run's worker"
      )
    }
  }

  mutating func noteWorkerEnd(_ location: Int, _ generation: Generation) {
    workers[WorkerKey(location: location, generation: generation)]?.isAsked = true
  }

  /// Whether nobody has a step in that process.
  func isIdle(_ location: Int, _ generation: Generation) -> Bool {
    !live.values.contains { $0.location == location && $0.generation == generation }
  }

  /// Forgets a worker that has ended, before what follows from that is judged.
  mutating func noteWorkerGone(_ input: ControlPlane.Input) {
    switch input {
    case .exited(let name, let generation, _, _, _),
      .location(let name, .spawnFailed(let generation, _, _)):
      guard generation.isWorker, let location = indices[name] else { break }
      workers[WorkerKey(location: location, generation: generation)] = nil
    default: break
    }
  }

  /// Judges the workers after an input: whose run has ended is on the way out.
  mutating func judgeWorkers() {
    for (key, worker) in workers where !worker.isAsked {
      guard let run = worker.run, runs[run]?.final != nil else { continue }
      fail(
        .workersEndWithTheirRun,
        "\(key.generation) of \(names[key.location]) stays, and \(run) has ended"
      )
    }
  }
}
