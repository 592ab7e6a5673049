import HanseCore
package import HanseModel

/// What only the loop knows of a run in flight: how far its steps are, and what holds them.
package struct LiveRun: Sendable {
  package struct Attempt: Hashable, Sendable {
    package var step: StepKey
    package var attempt: Int
    package var location: LocationName
    package var elapsedMilliseconds: Int64
    /// From 0 to 1, as the step's code says.
    package var fraction: Double?
    package var message: String?
  }

  package struct Held: Hashable, Sendable {
    package var step: StepKey
    package var reason: String
  }

  package var status: RunStatus
  package var attempts: [Attempt]
  /// Ready steps and why they wait, the first hundred.
  package var held: [Held]

  init?(of id: RunID, in plane: ControlPlane, at now: HostInstant) {
    guard let run = plane.runs.runs[id] else { return nil }
    status = run.status
    attempts = plane.runs.liveAttempts(of: id).map { attempt in
      Attempt(
        step: attempt.id.step,
        attempt: attempt.id.attempt,
        location: attempt.location,
        elapsedMilliseconds: (now - attempt.startedAt).wholeMilliseconds,
        fraction: attempt.fraction,
        message: attempt.message
      )
    }
    if plane.runs.isWaitingForARunSlot(id) {
      held = run.ready.prefix(1).map {
        Held(step: run.plan[$0].key, reason: "waiting: as many runs as allowed are running")
      }
    } else {
      held = run.ready.prefix(100).map { position in
        Held(
          step: run.plan[position].key,
          reason: Self.reason(position, of: id, in: plane, at: now)
        )
      }
    }
  }

  private static func reason(
    _ position: Int,
    of id: RunID,
    in plane: ControlPlane,
    at now: HostInstant
  ) -> String {
    guard let step = plane.runs.runs[id]?.plan[position] else { return "waiting" }
    let name = step.location
    switch plane.runs.holdReason(of: id, position: position, at: now) {
    case .isFull(let limit, let used, let total):
      return "waiting: \(used) of \(total) \(units(of: limit)) of \(text(limit)) are taken"
    case .isPaused(let limit): return "waiting: \(text(limit)) is paused"
    case .rateIsUsedUp(let limit, let time):
      let wait = max(.zero, time - now).briefDescription
      return "waiting: the rate of \(text(limit)) is used up for another \(wait)"
    case .oneRunsAlone:
      return "waiting: a step that may have crashed location \(name) runs alone in it"
    case .mustBeAlone:
      return "waiting: it may have crashed location \(name), and runs when nothing else does there"
    case .behind(let count): return "waiting: \(count) steps of location \(name) are before it"
    case .locationIsNotReady: return "waiting: location \(name) \(state(of: name, in: plane))"
    case .workerIsNotReady:
      return "waiting: the worker process of its run at location \(name) is starting"
    case .workersFail(let time):
      let wait = max(.zero, time - now).briefDescription
      let why = plane.locations[name]?.supervisor.workers.lastFailure.map { ": \($0.reason)" } ?? ""
      return "waiting: worker processes of location \(name) do not start, the next try is in "
        + "\(wait)\(why)"
    case nil: return "waiting"
    }
  }

  private static func text(_ limit: Dispatcher.LimitName) -> String {
    switch limit {
    case .workspace: "the workspace"
    case .queue(let name): "queue \(name)"
    case .location(let name): "location \(name)"
    case .pool(let name): "pool \(name)"
    case .tag(let tag, value: ""): "tag \(tag)"
    case .tag(let tag, let value): "tag \(tag)=\(value)"
    }
  }

  private static func units(of limit: Dispatcher.LimitName) -> String {
    if case .pool = limit { "units" } else { "slots" }
  }

  private static func state(of name: LocationName, in plane: ControlPlane) -> String {
    guard let location = plane.locations[name] else { return "is not in the workspace" }
    let restarts = location.machine.budget.restarts
    let times = restarts > 0 ? " (restart \(restarts))" : ""
    let why = location.machine.reason.map { ": \($0)" } ?? ""
    switch location.machine.state {
    case .disabled: return "is disabled"
    case .stopped: return "is stopped"
    case .starting, .loading: return "is starting\(times)"
    case .running: return "is running"
    case .backingOff: return "is restarting\(times)\(why)"
    case .quarantined: return "is quarantined\(why)"
    case .draining: return "lets its steps in flight finish\(why)"
    case .ending: return "is on its way out\(why)"
    }
  }
}
