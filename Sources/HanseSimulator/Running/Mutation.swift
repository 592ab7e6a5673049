import HanseCore
import HanseModel

/// A defect put into the world on purpose, to see that the oracle finds it.
///
/// All of them are at the seam, between the control plane and the world: the code under test is
/// never changed for a test.
package enum Mutation: String, CaseIterable, Sendable {
  case dropsMaterializations, showsBeforeDurable, swapsEvents, forgetsDependencies, leavesOrphans
  case reusesEpochs, rebadges, neverWakes, reportsLivingDead, retriesTooOften, hidesCancellations
  case harmsNeighbours, believesLies, signalsOthers, restartsByItself, grantsTooMuch
  case keepsSlotsIdle, answersNobody, mergesLess, mendsInVain, blamesBystanders
  case mixesRuns, keepsWorkers, losesTickets, losesHeldTickets, skipsAhead, stallsWithNeighbours
  case ignoresShares, forgetsPauses, forgetsOrders, forgetsRates, forgetsEnds, jumpsLines
  case coalescesApart, boundsNothing, losesTakeovers

  /// The invariant that it breaks, and that must say so.
  package var breaks: Invariant {
    switch self {
    case .dropsMaterializations: .successIsMaterialized
    case .showsBeforeDurable: .shownIsDurable
    case .swapsEvents, .forgetsDependencies, .skipsAhead: .historyIsLegal
    case .leavesOrphans: .oneLiveAttempt
    case .reusesEpochs: .epochIsOwn
    case .rebadges: .resultIsOfItsProcess
    case .neverWakes, .losesHeldTickets: .runsEnd
    case .reportsLivingDead: .lostIsGone
    case .retriesTooOften: .attemptsAreBounded
    case .hidesCancellations: .cancelOrCompletion
    case .harmsNeighbours, .stallsWithNeighbours: .neighboursFeelNothing
    case .believesLies: .bytesStayAtHome
    case .signalsOthers: .endsOnlyTheGuilty
    case .restartsByItself: .restartsArePaced
    case .grantsTooMuch: .limitsAreKept
    case .keepsSlotsIdle, .losesTickets: .slotsAreUsed
    case .answersNobody: .everyCallIsAnswered
    case .mergesLess: .graphIsTheMerge
    case .mendsInVain: .recoveryIsComplete
    case .blamesBystanders: .onlyCulpritsPay
    case .mixesRuns: .stepsStayInTheirWorker
    case .keepsWorkers: .workersEndWithTheirRun
    case .ignoresShares: .sharedLimitsAreKept
    case .forgetsPauses, .forgetsOrders: .whatIsPausedStaysSo
    case .forgetsRates: .ratesAreKept
    case .forgetsEnds: .slotsComeBack
    case .jumpsLines: .linesAreInOrder
    case .coalescesApart: .coalescedAreAsOne
    case .boundsNothing: .linesAreBounded
    case .losesTakeovers: .loadedServes
    }
  }

  /// A run as the host is told of it; what is written down is the truth.
  ///
  /// - Parameters:
  ///   - creation: The truth.
  ///   - broken: The locations whose faults never stop.
  /// - Returns: What the host believes.
  func misread(
    _ creation: EventPayload.RunCreation,
    broken: Set<LocationName>
  ) -> EventPayload.RunCreation {
    var wrong = creation
    if self == .jumpsLines {
      // Half of all runs are taken to be more urgent than they are.
      wrong.request.priority += creation.plan.steps.count.isMultiple(of: 2) ? 20 : 0
      return wrong
    }
    for index in wrong.plan.steps.indices {
      switch self {
      case .forgetsDependencies: wrong.plan.steps[index].dependsOn = []
      case .retriesTooOften: wrong.plan.steps[index].retry.maxRetries += 2
      // Nothing is before it, and still it gets no ticket.
      case .losesTickets where wrong.plan.steps[index].dependsOn.isEmpty && index > 0:
        wrong.plan.steps[index].dependsOn = [index - 1]
      case .losesHeldTickets where wrong.plan.steps[index].dependsOn.isEmpty:
        guard broken.contains(wrong.plan.steps[index].location),
          let other = wrong.plan.steps[..<index].lastIndex(where: { broken.contains($0.location) })
        else { continue }
        wrong.plan.steps[index].dependsOn = [other]
      case .losesTickets, .losesHeldTickets: continue
      case .coalescesApart: wrong.plan.steps[index].config = nil
      default: return creation
      }
    }
    return wrong
  }

  /// The settings that the host is given, whatever the workspace says.
  static func settings(
    _ right: ControlPlane.Settings,
    _ mutation: Mutation?
  ) -> ControlPlane.Settings {
    var settings = right
    switch mutation {
    case .grantsTooMuch:
      settings.concurrentSteps += 8
      for index in settings.locations.indices { settings.locations[index].concurrentSteps += 8 }
    case .ignoresShares:
      settings.queues = settings.queues.mapValues { .init(weight: $0.weight, rate: $0.rate) }
      for name in settings.pools.keys { settings.pools[name]?.units = 1000 }
      settings.tagLimits = []
    case .boundsNothing:
      for index in settings.locations.indices { settings.locations[index].waitingSteps += 5000 }
    case .keepsSlotsIdle:
      for index in settings.locations.indices { settings.locations[index].concurrentSteps = 1 }
    default: break
    }
    return settings
  }

  /// The effects as a broken host would have them.
  static func distort(
    _ effects: [ControlPlane.Effect],
    by mutation: Mutation,
    _ input: ControlPlane.Input,
    _ trueCreation: EventPayload.RunCreation?
  ) -> [ControlPlane.Effect] {
    switch mutation {
    case .dropsMaterializations, .hidesCancellations, .blamesBystanders, .forgetsDependencies,
      .retriesTooOften, .losesTickets, .losesHeldTickets, .forgetsPauses, .jumpsLines,
      .coalescesApart:
      return effects.map { effect in
        guard case .record(var event) = effect else { return effect }
        event.record.payload = mutation.falsified(event.record.payload, trueCreation)
        return .record(event)
      }
    case .swapsEvents:
      var swapped = effects
      let places = effects.indices.filter { if case .record = effects[$0] { true } else { false } }
      if places.count > 3 { swapped.swapAt(places[1], places[2]) }
      return swapped
    case .skipsAhead: return skippedAhead(effects)
    case .answersNobody:
      return effects.filter { effect in
        if case .launched = effect { false } else { true }
      }
    case .mixesRuns:
      return effects.map { effect in
        guard case .send(let name, let generation, .execute(let command)) = effect,
          generation.isWorker
        else { return effect }
        return .send(name, Generation(generation.number), .execute(command))
      }
    case .keepsWorkers:
      return effects.filter { effect in
        if case .send(_, let generation, .shutdown) = effect { !generation.isWorker } else { true }
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

  /// The first two steps that are skipped change places, and the events keep their numbers.
  private static func skippedAhead(_ effects: [ControlPlane.Effect]) -> [ControlPlane.Effect] {
    var swapped = effects
    var skips: [(place: Int, event: Event)] = []
    for (place, effect) in effects.enumerated() {
      guard case .record(let event) = effect, case .stepSkipped = event.record.payload else {
        continue
      }
      skips.append((place, event))
    }
    guard skips.count > 1 else { return effects }
    var (first, second) = (skips[0].event, skips[1].event)
    swap(&first.record, &second.record)
    swapped[skips[0].place] = .record(first)
    swapped[skips[1].place] = .record(second)
    return swapped
  }

  private func falsified(
    _ payload: EventPayload,
    _ trueCreation: EventPayload.RunCreation?
  ) -> EventPayload {
    switch (self, payload) {
    case (.dropsMaterializations, .materialized):
      return .logged(LogRecord(level: .info, message: "made"))
    case (.forgetsPauses, .limitsChanged(var change)) where change.order.flow == nil:
      change.order.flow = .paused
      return .limitsChanged(change)
    case (.hidesCancellations, .runCanceling):
      return .logged(LogRecord(level: .info, message: "canceling"))
    case (.blamesBystanders, .stepFailed(var failure, let retry)) where failure.crash == .suspected:
      (failure.code, failure.crash) = (.lost, nil)
      return .stepFailed(failure, retryInMilliseconds: retry)
    case (.forgetsDependencies, .runCreated), (.retriesTooOften, .runCreated),
      (.losesTickets, .runCreated), (.losesHeldTickets, .runCreated),
      (.jumpsLines, .runCreated), (.coalescesApart, .runCreated):
      return trueCreation.map { .runCreated($0) } ?? payload
    default: return payload
    }
  }
}
