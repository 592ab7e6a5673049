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
      let name = names[index]
      guard plane.runs.dispatcher.isReady(name), let step = firstReady(at: name, plane) else {
        continue
      }
      switch plane.runs.holdReason(of: step.run, position: step.position, at: now) {
      case nil, .locationIsNotReady?, .workerIsNotReady?, .workersFail?, .isPaused?, .rateIsUsedUp?:
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

  private func firstReady(
    at name: LocationName,
    _ plane: ControlPlane
  ) -> (run: RunID, position: Int)? {
    for (id, run) in open {
      for (position, status) in run.status.enumerated()
      where status == .ready && run.plan[position].location == name {
        if plane.runs.isWaitingForARunSlot(id) { continue }
        return (id, position)
      }
    }
    return nil
  }

  mutating func judgeEnd(_ plane: ControlPlane, at now: HostInstant, scenario: Scenario) {
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
    if calls.count > 0 { fail(.everyCallIsAnswered, "\(calls.count) calls have no answer") }
    for (id, run) in runs {
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
}
