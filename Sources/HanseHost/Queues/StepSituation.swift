import HanseCore
import HanseModel
import HanseStore

/// Why a step has not started, with what an estimate of its start is made from.
package struct StepSituation: Sendable {
  /// Somebody who has, or is to have, something of a limit.
  struct Share: Hashable, Sendable {
    var step: StepKey
    var asset: AssetKey
    var units: Int
    /// Since it started; zero for one that has not.
    var elapsed: Duration
  }

  /// One limit that keeps the step from starting, and whom it shares that with.
  struct Contest: Sendable {
    var name: String
    /// Nil for no limit but a rate.
    var total: Int?
    var needs: Int
    var holders: [Share]
    var ahead: ArraySlice<Share>
    /// Those before it beyond ``ahead``.
    var more: Int
    /// When the rate opens, if it is closed.
    var opensIn: Duration?
    /// Between two starts that the rate lets through.
    var interval: Duration?
  }

  var explanation: StepExplanation
  var contests: [Contest] = []
  /// Why there can be no estimate.
  var obstacle: String?

  init(explanation: StepExplanation) { self.explanation = explanation }

  /// The explanation, with an estimate of the start where one can be made.
  ///
  /// - Parameters:
  ///   - time: The moment that it is about.
  ///   - durations: How long steps took before.
  /// - Returns: The explanation with ``StepExplanation/estimate``.
  /// - Throws: ``EventLogError`` when the log cannot be read, which the durations are in.
  func explained(
    at time: Timestamp,
    _ durations: inout StepDurations
  ) throws(EventLogError) -> StepExplanation {
    var found = explanation
    guard found.status == .ready, found.estimate == nil else { return found }
    if let obstacle {
      found.estimate = "no estimate: \(obstacle)"
      return found
    }
    var longest = Duration.zero
    for contest in contests {
      switch try contest.wait(&durations) {
      case .success(let wait): longest = max(longest, wait)
      case .failure(let unknown):
        found.estimate = "no estimate: \(unknown.description)"
        return found
      }
    }
    guard !contests.isEmpty else { return found }
    found.estimatedStart = Timestamp(milliseconds: time.milliseconds + longest.wholeMilliseconds)
    found.estimate =
      "an estimate, by the median of the last \(StepDurations.looked) durations of each step that "
      + "is before it"
    return found
  }
}

/// What keeps an estimate from being made.
struct NotMeasured: Error, Hashable, Sendable {
  var description: String
}

extension StepSituation.Contest {
  fileprivate func wait(
    _ durations: inout StepDurations
  ) throws(EventLogError) -> Result<Duration, NotMeasured> {
    var rated = Duration.zero
    if let opensIn {
      rated = opensIn + (interval ?? .zero) * (ahead.count + more)
    }
    guard let total, holders.reduce(needs, { $0 + $1.units }) > total else {
      return .success(rated)
    }
    var held: [StartEstimate.Share] = []
    for holder in holders {
      guard let usual = try durations.usual(holder.step, holder.asset) else {
        return .failure(
          NotMeasured(description: "\(holder.step), which holds \(name), was never measured")
        )
      }
      held.append(.init(units: holder.units, lasts: max(.zero, usual - holder.elapsed)))
    }
    var before: [StartEstimate.Share] = []
    for share in ahead {
      guard let usual = try durations.usual(share.step, share.asset) else {
        return .failure(
          NotMeasured(description: "\(share.step), which goes before it, was never measured")
        )
      }
      before.append(.init(units: share.units, lasts: usual))
    }
    guard
      let wait = StartEstimate.wait(
        total: total,
        needs: needs,
        holders: held,
        ahead: before,
        more: more
      )
    else { return .failure(NotMeasured(description: "\(name) has less than it needs")) }
    return .success(max(rated, wait))
  }
}

/// How long steps have taken, as the event log knows it.
struct StepDurations {
  /// So many of the last materializations count.
  static let looked = 10

  private struct Key: Hashable {
    var step: StepKey
    var asset: AssetKey
  }

  private let reader: EventReader
  private var known: [Key: Duration?] = [:]

  init(_ reader: EventReader) { self.reader = reader }

  /// The median of the last durations; nil when there are none.
  mutating func usual(_ step: StepKey, _ asset: AssetKey) throws(EventLogError) -> Duration? {
    let key = Key(step: step, asset: asset)
    if let found = known[key] { return found }
    let milliseconds = try reader.durations(of: step, making: asset, limit: Self.looked).sorted()
    let median =
      milliseconds.isEmpty ? nil : Duration.milliseconds(milliseconds[milliseconds.count / 2])
    known[key] = .some(median)
    return median
  }
}
