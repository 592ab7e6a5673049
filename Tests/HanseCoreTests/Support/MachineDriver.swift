import HanseCore
import HanseModel

extension HostInstant {
  static func at(seconds: Int64) -> HostInstant {
    HostInstant(nanoseconds: seconds * 1_000_000_000)
  }
}

/// A location's machine with a clock that stands still until it is told to go on.
struct MachineDriver: Hashable {
  var machine: LocationStateMachine
  var now = HostInstant(nanoseconds: 0)

  init(
    isEnabled: Bool = true,
    rules: RestartRules = RestartRules(),
    limits: LocationStateMachine.Limits = LocationStateMachine.Limits()
  ) {
    machine = LocationStateMachine(
      generation: Generation(0),
      isEnabled: isEnabled,
      rules: rules,
      limits: limits,
      at: now
    )
  }

  @discardableResult
  mutating func take(_ event: LocationStateMachine.Event) -> [LocationStateMachine.Action] {
    machine.handle(event, at: now, random: 0.5)
  }

  @discardableResult
  mutating func wake(after duration: Duration) -> [LocationStateMachine.Action] {
    now = now + duration
    return take(.wokeUp)
  }

  mutating func untilNextTry() {
    if let deadline = machine.deadline { now = max(now, deadline) }
    take(.wokeUp)
  }

  /// Answers the handshake and the request for definitions.
  mutating func answer() {
    take(.initialized(machine.generation))
    take(.loaded(machine.generation))
  }

  mutating func serve() {
    take(.startRequested)
    answer()
  }
}
