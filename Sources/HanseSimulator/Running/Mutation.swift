import HanseCore
import HanseModel

/// A defect put into the world on purpose, to see that the oracle finds it.
///
/// All of them are at the seam, between the control plane and the world: the code under test is
/// never changed for a test.
package enum Mutation: String, CaseIterable, Sendable {
  case dropsMaterializations, showsBeforeDurable, losesEvents, leavesOrphans, reusesEpochs
  case rebadges, neverWakes, forgetsFailures, believesLies, harmsNeighbours, signalsOthers
  case restartsByItself, grantsTooMuch, keepsSlotsIdle, answersNobody, mergesLess, mendsInVain
  case hidesCancellations, reportsLivingDead

  /// The invariants of which at least one notices it.
  package var caughtBy: Set<Invariant> {
    switch self {
    case .dropsMaterializations: [.successIsMaterialized]
    case .showsBeforeDurable: [.shownIsDurable]
    case .losesEvents: [.historyIsLegal]
    case .leavesOrphans: [.oneLiveAttempt]
    case .reusesEpochs: [.epochIsOwn]
    case .rebadges: [.resultIsOfItsProcess]
    case .neverWakes: [.runsEnd]
    case .forgetsFailures: [.attemptsAreBounded]
    case .believesLies: [.bytesStayAtHome]
    case .harmsNeighbours: [.neighboursFeelNothing]
    case .signalsOthers: [.endsOnlyTheGuilty]
    case .restartsByItself: [.restartsArePaced]
    case .grantsTooMuch: [.limitsAreKept]
    case .keepsSlotsIdle: [.slotsAreUsed]
    case .answersNobody: [.everyCallIsAnswered]
    case .mergesLess: [.graphIsTheMerge]
    case .mendsInVain: [.recoveryIsComplete]
    case .hidesCancellations: [.cancelOrCompletion]
    case .reportsLivingDead: [.lostIsGone]
    }
  }

  static func forgetFailures(_ events: inout [Event]) {
    for index in events.indices {
      guard case .stepFailed(var failure, let retry?) = events[index].record.payload else {
        continue
      }
      failure.code = .interrupted
      events[index].record.payload = .stepFailed(failure, retryInMilliseconds: retry)
    }
  }

  static func loosened(_ settings: ControlPlane.Settings) -> ControlPlane.Settings {
    var settings = settings
    settings.concurrentSteps += 8
    for index in settings.locations.indices { settings.locations[index].concurrentSteps += 8 }
    return settings
  }

  static func tightened(_ settings: ControlPlane.Settings) -> ControlPlane.Settings {
    var settings = settings
    for index in settings.locations.indices { settings.locations[index].concurrentSteps = 1 }
    return settings
  }

  /// The settings that the host is given, whatever the workspace says.
  static func settings(
    _ right: ControlPlane.Settings,
    _ mutation: Mutation?
  ) -> ControlPlane.Settings {
    switch mutation {
    case .grantsTooMuch: loosened(right)
    case .keepsSlotsIdle: tightened(right)
    default: right
    }
  }

  /// The effects as a broken host would have them.
  static func distort(
    _ effects: [ControlPlane.Effect],
    by mutation: Mutation?,
    _ input: ControlPlane.Input
  ) -> [ControlPlane.Effect] {
    guard let mutation else { return effects }
    switch mutation {
    case .dropsMaterializations:
      return effects.map { effect in
        guard case .record(var event) = effect, case .materialized = event.record.payload
        else { return effect }
        event.record.payload = .logged(LogRecord(level: .info, message: "made"))
        return .record(event)
      }
    case .losesEvents:
      return effects.filter { effect in
        guard case .record(let event) = effect else { return true }
        return event.sequence % 50 != 49
      }
    case .hidesCancellations:
      return effects.map { effect in
        guard case .record(var event) = effect, case .runCanceling = event.record.payload
        else { return effect }
        event.record.payload = .logged(LogRecord(level: .info, message: "canceling"))
        return .record(event)
      }
    case .answersNobody:
      return effects.filter { effect in
        if case .launched = effect { false } else { true }
      }
    case .signalsOthers:
      guard case .location(let name, .restartRequested) = input else { return effects }
      let others: [LocationName] = ["a", "b", "c", "d", "e"]
      return effects
        + others.filter { $0 != name }.flatMap { other in
          (1...9).map { .kill(other, Generation($0)) }
        }
    default: return effects
    }
  }
}
