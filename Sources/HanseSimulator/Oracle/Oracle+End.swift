import HanseCore
import HanseModel

/// What can only be judged of the whole: slots, and the end.
extension Oracle {
  /// A slot that is free while a step of a serving location waits has been forgotten.
  mutating func judgeSlots(_ plane: ControlPlane) {
    guard !isStopping else { return }
    // What has its slots and waits for a worker is not at work yet.
    let held = names.indices.map {
      isIsolated[$0] ? plane.runs.waitingForWorkers(at: names[$0]) : 0
    }
    guard live.count + held.reduce(0, +) < workspaceLimit else { return }
    for index in readyCount.indices
    where readyCount[index] > held[index] && liveCount[index] + held[index] < limits[index] {
      guard plane.runs.dispatcher.isReady(names[index]) else { continue }
      judgeWaiting(at: index, plane)
    }
  }

  /// Judges all that waits at a location that serves and has a free slot.
  private mutating func judgeWaiting(at index: Int, _ plane: ControlPlane) {
    let name = names[index]
    for (run, position) in readySteps(at: name) where !plane.runs.isWaitingForARunSlot(run.id) {
      let key = run.plan[position].key
      switch plane.runs.holdReason(of: run.id, position: position, at: now) {
      case nil:
        fail(.slotsAreUsed, "\(key) of \(run.id) is ready and waits for nothing: it is forgotten")
      case .locationIsNotReady?, .workerIsNotReady?, .workersFail?, .isPaused?, .isKept?,
        .rateIsUsedUp?:
        continue
      // What must be alone waits for the others, and they for it.
      case .mustBeAlone?, .oneRunsAlone?:
        if liveCount[index] > 0 { continue }
        fail(.slotsAreUsed, "\(name) does nothing and has a step that must be alone")
      case .isFull?, .behind?:
        fail(.slotsAreUsed, "\(name) has a free slot and a step that waits")
      }
    }
  }

  /// The steps of a location that may start, in an order that every process finds them in.
  private func readySteps(at name: LocationName) -> [(run: RunAudit, position: Int)] {
    open.values.sorted { $0.id < $1.id }.flatMap { run in
      run.status.indices.filter {
        run.status[$0] == .ready && run.plan[$0].location == name
      }.map { (run, $0) }
    }
  }

  mutating func judgeEnd(
    _ plane: ControlPlane,
    _ processes: [SimulatedProcess],
    scenario: Scenario
  ) {
    let healed = Set(scenario.healed.map { names[$0] })
    for (id, run) in plane.runs.runs.sorted(by: { $0.key < $1.key }) {
      guard let audit = runs[id] else {
        fail(.runsEnd, "\(id) goes on and is not in the log")
        continue
      }
      let pending = audit.status.indices.filter { !audit.status[$0].isFinished }
      let isHealthy = pending.allSatisfy { healed.contains(audit.plan[$0].location) }
      if isHealthy, !hasRunLimit, !hasSlotsTaken(by: healed) {
        fail(.runsEnd, "\(id) is \(run.status) long after its locations were mended")
      }
    }
    for run in open.values.sorted(by: { $0.id < $1.id }) {
      judgeRest(of: run, plane, processes, healed, scenario)
    }
    if calls.count > 0 { fail(.everyCallIsAnswered, "\(calls.count) calls have no answer") }
    for (id, run) in runs.sorted(by: { $0.key < $1.key }) {
      guard let other = plane.runs.runs[id] else {
        if run.final == nil { fail(.recoveryIsComplete, "\(id) was forgotten") }
        continue
      }
      for (position, status) in run.status.enumerated() {
        let seen = other.steps[position].status
        if seen != status, !(status == .retrying && seen == .ready) {
          fail(
            .recoveryIsComplete,
            "\(run.plan[position].key) is \(seen), and \(status) in the log"
          )
        }
      }
    }
  }

  /// Whether steps of broken locations hold the slots of the workspace.
  private func hasSlotsTaken(by healed: Set<LocationName>) -> Bool {
    live.values.count { !healed.contains(names[$0.location]) } >= workspaceLimit
  }

  // MARK: What has not ended

  /// A run that goes on has something under way, or waits for what is truly missing.
  private mutating func judgeRest(
    of run: RunAudit,
    _ plane: ControlPlane,
    _ processes: [SimulatedProcess],
    _ healed: Set<LocationName>,
    _ scenario: Scenario
  ) {
    if plane.runs.isWaitingForARunSlot(run.id) {
      let active = open.keys.count { !plane.runs.isWaitingForARunSlot($0) }
      if active < scenario.settings.runRules.concurrentRuns {
        fail(.runsEnd, "\(run.id) waits for a slot of a run beside \(active) runs")
      }
      return
    }
    var isUnderWay = false
    for position in run.status.indices {
      switch run.status[position] {
      case .running: isUnderWay = true
      case .retrying where plane.runs.runs[run.id]?.steps[position].status == .retrying:
        isUnderWay = true
        if plane.nextWakeUp == nil {
          fail(.runsEnd, "\(run.plan[position].key) of \(run.id) waits for a time that never comes")
        }
      case .ready, .retrying:
        isUnderWay = true
        sometimes.note(.waitsAtTheEnd)
        judgeWait(of: run, position, plane, processes, healed)
      case .waiting, .succeeded, .failed, .skipped, .canceled: break
      }
    }
    if !isUnderWay { fail(.runsEnd, "\(run.id) goes on and waits for nothing") }
  }

  /// What is said of a step that waits has to agree with what the world knows.
  private mutating func judgeWait(
    of run: RunAudit,
    _ position: Int,
    _ plane: ControlPlane,
    _ processes: [SimulatedProcess],
    _ healed: Set<LocationName>
  ) {
    let step = run.plan[position]
    guard let index = indices[step.location] else { return }
    let held = names.map { plane.runs.waitingForWorkers(at: $0) }
    let atWork = liveCount[index] + held[index]
    let isTrue: Bool
    let reason = plane.runs.holdReason(of: run.id, position: position, at: now)
    switch reason {
    case nil: isTrue = false
    case .locationIsNotReady?:
      isTrue = !healed.contains(step.location) && !hasServedForLong(index, processes)
    case .workerIsNotReady?: isTrue = held[index] > 0
    case .workersFail(let until)?:
      isTrue = isIsolated[index] && !healed.contains(step.location) && until > now
    case .isFull(.workspace, used: _, of: _)?:
      isTrue = live.count + held.reduce(0, +) >= workspaceLimit
    case .isFull(.location, used: _, of: _)?: isTrue = atWork >= limits[index]
    case .mustBeAlone?, .oneRunsAlone?: isTrue = atWork > 0
    // Whether others are rightly before it, or a limit of another kind is used up, is said of each
    // of those.
    case .behind?, .isFull?, .isKept?, .isPaused?, .rateIsUsedUp?: isTrue = true
    }
    if isTrue { return }
    let told = reason.map { "\($0)" } ?? "nothing"
    fail(.runsEnd, "\(step.key) of \(run.id) waits for \(told), and that is not so")
  }

  /// Whether a process of a location has been at its service for longer than anything takes.
  private func hasServedForLong(_ index: Int, _ processes: [SimulatedProcess]) -> Bool {
    guard let since = pacing[index].serving.servingSince, now - since > .seconds(60) else {
      return false
    }
    return processes.contains { process in
      process.location == index && process.generation == pacing[index].servingGeneration
        && process.isAlive && !process.isReaped && !process.isHung && !process.isLeaving
    }
  }
}
