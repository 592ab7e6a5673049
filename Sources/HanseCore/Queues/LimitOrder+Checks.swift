import HanseModel

/// Why an order about limits or about what waits was not taken.
///
/// `code` is for programs, `message` for people.
package struct OrderRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    case unknownQueue, unknownPool, unknownLocation, unknownRun
    /// A value that the limit cannot have.
    case invalidLimit
    case stopping
  }

  package var code: Code
  package var message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { message }

  /// Refuses a name that nobody knows, with the nearest one that somebody does.
  static func unknown(_ target: LimitTarget, among names: [String]) -> OrderRefusal {
    let code: Code =
      switch target {
      case .queue, .workspace: .unknownQueue
      case .pool: .unknownPool
      case .location: .unknownLocation
      }
    let nearest = target.name.flatMap { Spelling.nearest(to: $0, among: names) }
    let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? ""
    let list = names.isEmpty ? "there are none" : names.joined(separator: ", ")
    return OrderRefusal(code, "there is no \(target)\(hint) (\(target.kind)s: \(list))")
  }
}

extension LimitOrder {
  /// Refuses values that a limit cannot have; the same bounds as in the workspace file.
  func check(for target: LimitTarget) throws(OrderRefusal) {
    switch target {
    case .workspace:
      try refuse(
        [
          ("units", units != nil), ("weight", weight != nil), ("rate", rate != nil),
          ("waitingSteps", waitingSteps != nil),
        ],
        target
      )
      try check(
        "concurrentSteps",
        concurrentSteps,
        LimitBounds.steps,
        mayBeUnlimited: false,
        target
      )
      try check("concurrentRuns", concurrentRuns, LimitBounds.runs, target)
    case .queue:
      try refuse(
        [
          ("units", units != nil), ("concurrentRuns", concurrentRuns != nil),
          ("waitingSteps", waitingSteps != nil),
        ],
        target
      )
      try check("concurrentSteps", concurrentSteps, LimitBounds.steps, mayBeUnlimited: true, target)
    case .location:
      try refuse([("units", units != nil), ("concurrentRuns", concurrentRuns != nil)], target)
      try check(
        "concurrentSteps",
        concurrentSteps,
        LimitBounds.stepsOfLocation,
        mayBeUnlimited: false,
        target
      )
      try check("waitingSteps", waitingSteps, LimitBounds.waitingSteps, target)
    case .pool:
      try refuse(
        [
          ("concurrentSteps", concurrentSteps != nil), ("weight", weight != nil),
          ("concurrentRuns", concurrentRuns != nil), ("waitingSteps", waitingSteps != nil),
        ],
        target
      )
      try check("units", units, LimitBounds.units, target)
    }
    if let weight, !(weight > 0 && weight <= 1000) {
      throw Self.invalid("weight of \(target) is \(weight); it is above 0 and at most 1000")
    }
    guard let rate = rate?.value else { return }
    try check("rate.starts", rate.starts, LimitBounds.starts, target)
    try check("rate.burst", rate.burst, LimitBounds.starts, target)
    if rate.per < .milliseconds(1) {
      throw Self.invalid("rate.per of \(target) is below 1ms, the shortest there is")
    }
  }

  private static func invalid(_ message: String) -> OrderRefusal {
    OrderRefusal(.invalidLimit, message)
  }

  private func refuse(
    _ members: [(name: String, isGiven: Bool)],
    _ target: LimitTarget
  ) throws(OrderRefusal) {
    for (name, isGiven) in members where isGiven {
      let what = target == .workspace ? "the workspace" : "a \(target.kind)"
      throw Self.invalid("\(what) has no \(name)")
    }
  }

  private func check(
    _ name: String,
    _ value: Int?,
    _ range: ClosedRange<Int>,
    _ target: LimitTarget
  ) throws(OrderRefusal) {
    guard let value, !range.contains(value) else { return }
    throw Self.invalid(
      "\(name) of \(target) is \(value); it goes from \(range.lowerBound) to \(range.upperBound)"
    )
  }

  private func check(
    _ name: String,
    _ bound: Bound<Int>?,
    _ range: ClosedRange<Int>,
    mayBeUnlimited: Bool,
    _ target: LimitTarget
  ) throws(OrderRefusal) {
    if bound == .unlimited, !mayBeUnlimited {
      throw Self.invalid(
        "\(name) of \(target) cannot be without limit; "
          + "it goes from \(range.lowerBound) to \(range.upperBound)"
      )
    }
    try check(name, bound?.value, range, target)
  }
}
