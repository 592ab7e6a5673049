package import HanseCore
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

  package init?(of id: RunID, in plane: ControlPlane, at now: HostInstant) {
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
      var places = LanePlaces()
      held = run.ready.prefix(100).map { position in
        Held(
          step: run.plan[position].key,
          reason: Self.reason(position, of: id, in: plane, at: now, &places)
        )
      }
    }
  }

  private static func reason(
    _ position: Int,
    of id: RunID,
    in plane: ControlPlane,
    at now: HostInstant,
    _ places: inout LanePlaces
  ) -> String {
    guard let step = plane.runs.runs[id]?.plan[position] else { return "waiting" }
    if let other = plane.runs.leader(of: id, position: position) {
      return LimitWords.follows(other)
    }
    let reason = plane.runs.holdReason(of: id, position: position, at: now, &places)
    return LimitWords.reason(reason, step.location, in: plane, at: now)
  }
}
