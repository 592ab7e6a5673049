import HanseCore
import HanseModel

/// The words about what holds a step back.
enum LimitWords {
  /// Why a ready step waits, in one line.
  static func reason(
    _ reason: Dispatcher.HoldReason?,
    _ name: LocationName,
    in plane: ControlPlane,
    at now: HostInstant
  ) -> String {
    switch reason {
    case .isFull(let limit, let used, let total):
      "waiting: \(used) of \(total) \(units(of: limit)) of \(text(limit)) are taken"
    case .isPaused(let limit): "waiting: \(text(limit)) is paused"
    case .isKept(let limit, let count, let other):
      "waiting: \(count) \(units(of: limit)) of \(text(limit)) are kept for a step of location "
        + "\(other), which was passed too often"
    case .rateIsUsedUp(let limit, let time):
      "waiting: the rate of \(text(limit)) is used up for another "
        + max(.zero, time - now).briefDescription
    case .oneRunsAlone:
      "waiting: a step that may have crashed location \(name) runs alone in it"
    case .mustBeAlone:
      "waiting: it may have crashed location \(name), and runs when nothing else does there"
    case .behind(let count):
      "waiting: \(count.counted("step")) \(count < LanePlaces.counted ? "" : "or more ")of location "
        + "\(name) \(count == 1 ? "is" : "are") before it"
    case .locationIsNotReady: "waiting: location \(name) \(state(of: name, in: plane))"
    case .workerIsNotReady:
      "waiting: the worker process of its run at location \(name) is starting"
    case .workersFail(let time):
      "waiting: worker processes of location \(name) do not start, the next try is in "
        + max(.zero, time - now).briefDescription + lastFailure(of: name, in: plane)
    case nil: "waiting"
    }
  }

  static func follows(_ leader: RunID) -> String {
    "waiting: the same step of run \(leader) waits already, and stands for this one"
  }

  private static func lastFailure(of name: LocationName, in plane: ControlPlane) -> String {
    plane.locations[name]?.supervisor.workers.lastFailure.map { ": \($0.reason)" } ?? ""
  }

  static func text(_ limit: Dispatcher.LimitName) -> String {
    switch limit {
    case .workspace: "the workspace"
    case .queue(let name): "queue \(name)"
    case .location(let name): "location \(name)"
    case .pool(let name): "pool \(name)"
    case .tag(let tag, value: ""): "tag \(tag)"
    case .tag(let tag, let value): "tag \(tag)=\(value)"
    }
  }

  static func units(of limit: Dispatcher.LimitName) -> String {
    if case .pool = limit { "units" } else { "slots" }
  }

  /// Why a location takes no steps.
  static func unavailable(_ name: LocationName, in plane: ControlPlane) -> String {
    guard plane.locations[name]?.machine.state == .running else {
      return state(of: name, in: plane)
    }
    return "cannot start worker processes" + lastFailure(of: name, in: plane)
  }

  static func state(of name: LocationName, in plane: ControlPlane) -> String {
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
