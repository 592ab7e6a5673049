/// What must be seen to happen now and then, or the simulation shows less than it seems to.
package enum Coverage: Int, CaseIterable, Sendable {
  case crash, crashBetweenRecordAndSend, writtenSurvives, failedSync, recovery, recoveryWithRuns
  case lie, nothingToRun, lateResultIgnored, stepRetried, stepLost, runCanceled
  case canceledRunSucceeded, runSucceeded, runFailed, quarantineEntered, restartedByItself
  case swapped, swapFailed, rolledBack, rollbackAsked, triedAgain, suspected, poisonFound
  case workerStarted, workerLost, workerFailed, waitsAtTheEnd
  case ordered, drained, heldByRate, lineFull, coalesced, dropped, replaced
}

extension Coverage {
  /// Whether a hundred worlds are enough to see it.
  package var isCommon: Bool {
    switch self {
    case .canceledRunSucceeded, .rolledBack, .quarantineEntered: false
    default: true
    }
  }
}

/// How often each of ``Coverage`` happened.
package struct Sometimes: Sendable {
  package private(set) var counts = Array(repeating: 0, count: Coverage.allCases.count)

  package init() {}

  mutating func note(_ coverage: Coverage) { counts[coverage.rawValue] += 1 }

  package subscript(_ coverage: Coverage) -> Int { counts[coverage.rawValue] }

  package mutating func add(_ other: Sometimes) {
    for index in counts.indices { counts[index] += other.counts[index] }
  }
}
