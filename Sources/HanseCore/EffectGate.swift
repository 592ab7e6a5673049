import HanseModel

/// Holds back what the outside can see until the events that justify it are on disk.
///
/// The host's loop and the simulator pass every effect through one of these, so the rule that is
/// simulated is the rule that runs. Visible effects come out in the order in which they went in.
package struct EffectGate: Sendable {
  /// The last event that was recorded.
  package private(set) var recorded: Int64
  /// The last event that is known to be on disk.
  package private(set) var durable: Int64
  private var waiting: [(after: Int64, effect: ControlPlane.Effect)] = []
  /// Where those begin that still wait.
  private var head = 0

  /// Opens a gate on a log that holds so many events.
  package init(durable sequence: Int64) {
    recorded = sequence
    durable = sequence
  }

  /// Whether nothing is held back.
  package var isEmpty: Bool { head == waiting.count }

  /// Takes an effect.
  ///
  /// - Parameter effect: What the control plane wants done.
  /// - Returns: Whether to do it now; else ``release()`` gives it when its time has come.
  package mutating func admit(_ effect: ControlPlane.Effect) -> Bool {
    if case .record(let event) = effect { recorded = event.sequence }
    guard effect.isVisible, recorded > durable || !isEmpty else { return true }
    waiting.append((recorded, effect))
    return false
  }

  /// Notes how far the log is on disk.
  package mutating func advance(to sequence: Int64) { durable = max(durable, sequence) }

  /// Takes out the next effect that may be performed now.
  package mutating func release() -> ControlPlane.Effect? {
    guard head < waiting.count, waiting[head].after <= durable else { return nil }
    let effect = waiting[head].effect
    head += 1
    if head == waiting.count {
      waiting.removeAll(keepingCapacity: head <= 4096)
      head = 0
    } else if head > 4096, head * 2 > waiting.count {
      waiting.removeSubrange(..<head)
      head = 0
    }
    return effect
  }
}

extension ControlPlane.Effect {
  /// Whether somebody who sees it may conclude that the events before it will never be undone.
  package var isVisible: Bool {
    switch self {
    case .send(_, _, .execute), .send(_, _, .cancel), .launched, .launchRefused, .canceled,
      .ordered, .runFinished, .stopped:
      true
    case .send, .record, .spawn, .terminate, .kill, .merge, .publish, .served: false
    }
  }
}
