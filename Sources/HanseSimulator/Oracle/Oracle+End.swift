import HanseCore
import HanseModel

/// What can only be judged of the whole: slots, and the end.
extension Oracle {
  /// How many steps a location may have now.
  func limit(at index: Int) -> Int { shares.limit(of: .location(names[index])) ?? .max }

  /// A slot that is free while a step of a serving location waits has been forgotten.
  mutating func judgeSlots(_ plane: ControlPlane) {
    if plane.runs.dispatcher.nextWakeUp != nil { sometimes.note(.heldByRate) }
    guard !isStopping, !shares.isClosed(.workspace, at: now) else { return }
    for index in ready.indices where !ready[index].isEmpty {
      guard !shares.isClosed(.location(names[index]), at: now),
        plane.runs.dispatcher.isReady(names[index])
      else { continue }
      for step in ready[index] where !shares.isBlocked(step.run, step.position, at: now) {
        judgeWaiting(step, at: index, plane)
      }
    }
  }

  /// Judges a step that waits, and that no limit keeps from starting.
  private mutating func judgeWaiting(_ step: ReadyStep, at index: Int, _ plane: ControlPlane) {
    let (run, name) = (step.run, names[index])
    // What has its slots waits for its worker.
    if shares.holds[step.ticket] != nil || plane.runs.isWaitingForARunSlot(run.id) { return }
    let key = run.plan[step.position].key
    // A rate may just have opened, and the host is about to be woken.
    let isAboutToLook = plane.runs.dispatcher.nextWakeUp.map { $0 <= now } ?? false
    let reason = plane.runs.holdReason(of: run.id, position: step.position, at: now)
    switch reason {
    case nil:
      if plane.runs.leader(of: run.id, position: step.position) != nil { return }
      fail(.slotsAreUsed, "\(key) of \(run.id) is ready and waits for nothing: it is forgotten")
    // Units may be kept for a step that others have passed too often.
    case .workersFail?, .isKept?: return
    case .rateIsUsedUp(let limit, let until)?:
      judgeRate(limit, until, name)
    // What must be alone waits for the others, and they for it.
    case .behind? where isAboutToLook, .mustBeAlone? where isAboutToLook,
      .oneRunsAlone? where isAboutToLook:
      return
    case .mustBeAlone?, .oneRunsAlone?:
      if shares.counts[.location(name), default: 0] > 0 || hasBlockedLoner(index, plane) { return }
      fail(.slotsAreUsed, "\(name) does nothing and has a step that must be alone")
    case .locationIsNotReady?, .workerIsNotReady?, .isPaused?, .isFull?, .behind?:
      let told = reason.map { "\($0)" } ?? "nothing"
      fail(
        .slotsAreUsed,
        "\(name) has a free slot, and \(key) of \(run.id) waits; it is said to wait for \(told)"
      )
    }
  }

  /// A rate may owe more than is known here, for steps that never began, but never more than a
  /// burst.
  private mutating func judgeRate(
    _ limit: Dispatcher.LimitName,
    _ until: HostInstant,
    _ name: LocationName
  ) {
    let target: LimitTarget? =
      switch limit {
      case .queue(let queue): .queue(queue)
      case .pool(let pool): .pool(pool)
      case .location(let location): .location(location)
      case .workspace, .tag: nil
      }
    let memory = target.map { shares.memory(of: $0) } ?? 0
    if until.nanoseconds - now.nanoseconds > memory {
      fail(.slotsAreUsed, "\(name) waits for the rate of \(limit), for longer than a burst takes")
    }
  }

  /// Whether a step of the location must be alone and is kept back by what others hold, or a rate.
  private func hasBlockedLoner(_ index: Int, _ plane: ControlPlane) -> Bool {
    ready[index].contains {
      mustBeAlone($0.run, $0.position)
        && (shares.isBlocked($0.run, $0.position, at: now) || isHeldOtherwise($0, plane))
    }
  }

  mutating func judgeEnd(
    _ plane: ControlPlane,
    _ processes: [SimulatedProcess],
    scenario: Scenario
  ) {
    judgeLoaded(processes)
    let healed = Set(scenario.healed.map { names[$0] })
    for (id, run) in plane.runs.runs.sorted(by: { $0.key < $1.key }) {
      guard let audit = runs[id] else {
        fail(.runsEnd, "\(id) goes on and is not in the log")
        continue
      }
      let pending = audit.status.indices.filter { !audit.status[$0].isFinished }
      let isHealthy = pending.allSatisfy { healed.contains(audit.plan[$0].location) }
      if isHealthy, !hasRunLimit, !isHeldUp(audit, beside: healed, plane) {
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

  /// Whether steps of broken locations hold something that the run's steps need, or those that stand
  /// for them.
  private func isHeldUp(
    _ run: RunAudit,
    beside healed: Set<LocationName>,
    _ plane: ControlPlane
  ) -> Bool {
    if shares.isPaused(.workspace) { return true }
    let others = shares.holds.values.filter { !healed.contains($0.location) }
    if others.count >= shares.limit(of: .workspace) ?? .max { return true }
    return run.status.indices.contains { position in
      guard run.status[position] == .ready || run.status[position] == .retrying else {
        return false
      }
      var (run, position) = (run, position)
      if let leader = plane.runs.leader(of: run.id, position: position).flatMap({ open[$0] }),
        let place = leader.positions[run.plan[position].key]
      {
        (run, position) = (leader, place)
      }
      let queue = shares.queue(of: run, position)
      let (pools, tags) = (run.plan[position].pools, run.tagKeys)
      return others.contains { other in
        shares.limit(of: .queue(queue)) != nil && other.queue == queue
          || pools.keys.contains { other.pools[$0] != nil }
          || tags.contains(where: other.tags.contains)
      }
    }
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
    let atWork = shares.counts[.location(step.location), default: 0]
    let isTrue: Bool
    let reason = plane.runs.holdReason(of: run.id, position: position, at: now)
    switch reason {
    case nil: isTrue = plane.runs.leader(of: run.id, position: position) != nil
    case .locationIsNotReady?:
      isTrue = !healed.contains(step.location) && !hasServedForLong(index, processes)
    case .workerIsNotReady?:
      isTrue = shares.holds[ShareAudit.Ticket(run: run.id, step: position)]?.isLive == false
    case .workersFail(let until)?:
      isTrue = isIsolated[index] && !healed.contains(step.location) && until > now
    case .isFull(.workspace, used: _, of: _)?: isTrue = shares.isFull(.workspace)
    case .isFull(.location, used: _, of: _)?: isTrue = shares.isFull(.location(step.location))
    case .isFull(.queue(let queue), used: _, of: _)?: isTrue = shares.isFull(.queue(queue))
    case .isFull(.pool(let pool), used: _, of: _)?:
      isTrue = shares.isFull(.pool(pool), for: step.pools[pool] ?? 0)
    case .isFull(.tag, used: _, of: _)?: isTrue = run.tagKeys.contains { shares.isFull(tag: $0) }
    case .isPaused(.workspace)?: isTrue = shares.isPaused(.workspace)
    case .isPaused(.queue(let queue))?: isTrue = shares.isPaused(.queue(queue))
    case .isPaused(.pool(let pool))?: isTrue = shares.isPaused(.pool(pool))
    case .isPaused(.location(let name))?: isTrue = shares.isPaused(.location(name))
    case .isPaused(.tag)?: isTrue = false
    case .mustBeAlone?, .oneRunsAlone?:
      let isClosed =
        shares.isClosed(.workspace, at: now) || shares.isClosed(.location(step.location), at: now)
      isTrue = atWork > 0 || isClosed || hasBlockedLoner(index, plane)
    case .rateIsUsedUp?: isTrue = !shares.rates.isEmpty
    // Whether others are rightly before it is said of each of those.
    case .behind?, .isKept?: isTrue = true
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
        && process.isAtHand
    }
  }
}
