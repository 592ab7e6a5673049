import HanseCore
import HanseModel

/// What a location's failures allow of starts that nobody asked for.
///
/// A location serves with one process and may try another beside it; each of the two has failures
/// and delays of its own. Which process has which part is looked up; what follows from that is
/// counted here.
struct Pacing {
  /// The failures in a row of processes of one part.
  struct Line {
    var crashes: [HostInstant] = []
    var restarts = 0
    var servingSince: HostInstant?
    var isQuarantined = false
    /// The last failure, and the delay that it costs at least; nil when there was none, or when
    /// somebody has asked for a start since.
    var wait: (since: HostInstant, least: Duration)?

    /// Takes a failure; one that a step answers for costs only the first delay.
    mutating func crash(at now: HostInstant, _ rules: RestartRules, isExcused: Bool) {
      // Also when a step may answer for it: that is not known for certain here.
      if let since = servingSince, now - since >= rules.healthyAfter {
        (restarts, isQuarantined) = (0, false)
      }
      servingSince = nil
      if isExcused {
        wait = (now, rules.initialDelay * 0.79)
        return
      }
      restarts += 1
      crashes.append(now)
      crashes.removeAll { now - $0 > rules.window }
      if isQuarantined || crashes.count >= rules.maxCrashes {
        isQuarantined = true
        wait = (now, rules.quarantineDelay)
      } else {
        let doubled = rules.initialDelay * (1 << min(restarts - 1, 20))
        wait = (now, min(doubled, rules.maxDelay) * 0.79)
      }
    }
  }

  var serving = Line()
  var trial = Line()
  var servingGeneration: Generation?
  var trialGeneration: Generation?
  /// Starts with the input under way.
  var spawns: [Generation] = []
  /// Whether what served failed with the input under way.
  var failedNow = false
  /// The process whose failure was counted last: its exit and what follows are one.
  var lastFailure: Generation?
  /// Whether what serves was started from the host's copy of an earlier binary.
  var isKept = false
  /// What serves, or did last.
  var digest: BinaryDigest?

  /// Somebody asked for something: what was counted before is of no interest.
  mutating func forgive() { (serving, trial) = (Line(), Line()) }
}

extension Oracle {
  func trialRules(_ location: Int) -> RestartRules {
    var rules = rules[location]
    // A binary that is tried is given up for good when it has failed too often.
    rules.window = .seconds(30 * 24 * 3600)
    rules.quarantineDelay = .seconds(30 * 24 * 3600)
    return rules
  }

  /// A process failed by itself.
  mutating func noteCrash(_ location: Int, _ generation: Generation) {
    guard pacing[location].lastFailure != generation else { return }
    pacing[location].lastFailure = generation
    if generation == pacing[location].servingGeneration {
      // Who was alone in it may have been proven to be the cause.
      let isExcused = liveAtExit == 1
      pacing[location].serving.crash(at: now, rules[location], isExcused: isExcused)
      pacing[location].failedNow = true
    } else if generation == pacing[location].trialGeneration {
      pacing[location].trial.crash(at: now, trialRules(location), isExcused: false)
    }
  }

  /// A process ended as it was asked to.
  mutating func noteExpectedEnd(_ location: Int, _ generation: Generation) {
    if generation == pacing[location].servingGeneration { pacing[location].serving.wait = nil }
    if generation == pacing[location].trialGeneration { pacing[location].trial.wait = nil }
  }

  mutating func noteServing(_ location: Int, _ generation: Generation) {
    if generation == pacing[location].servingGeneration {
      pacing[location].serving.servingSince = now
    } else if generation == pacing[location].trialGeneration {
      pacing[location].trial.servingSince = now
    }
  }

  /// Judges the starts of an input, when it is known which part each process has.
  mutating func judgeRestarts(_ plane: ControlPlane) {
    for location in touched {
      guard let supervisor = plane.locations[names[location]]?.supervisor else { continue }
      take(supervisor, location)
    }
    touched.removeAll(keepingCapacity: true)
  }

  private mutating func take(_ supervisor: LocationSupervisor, _ location: Int) {
    var pace = pacing[location]
    let (oldServing, oldTrial) = (pace.servingGeneration, pace.trialGeneration)
    pace.servingGeneration = supervisor.serving.generation
    pace.trialGeneration = supervisor.candidate?.generation
    let (wasKept, oldDigest) = (pace.isKept, pace.digest)
    let program = supervisor.programs[supervisor.serving.generation]
    pace.isKept = program?.isKept ?? wasKept
    pace.digest = program?.digest ?? oldDigest
    // From the file's binary, which may have been a copy before the file became the same.
    let fellBack = pace.failedNow && pace.isKept && (!wasKept || pace.digest != oldDigest)
    if pace.servingGeneration == oldTrial, pace.servingGeneration != oldServing {
      // It took over, or goes on alone: its failures are counted anew.
      pace.serving = Pacing.Line()
      pace.serving.servingSince = pace.trial.servingSince
      pace.trial = Pacing.Line()
    } else if fellBack {
      pace.serving = Pacing.Line()
      pace.trial = Pacing.Line()
      pace.trial.crash(at: now, trialRules(location), isExcused: false)
    }
    if pace.trialGeneration == nil { pace.trial = Pacing.Line() }
    for generation in pace.spawns {
      let isTrial = generation == pace.trialGeneration
      guard isTrial || generation == pace.servingGeneration,
        let wait = isTrial ? pace.trial.wait : pace.serving.wait
      else { continue }
      sometimes.note(isTrial ? .triedAgain : .restartedByItself)
      if now - wait.since < wait.least {
        fail(
          .restartsArePaced,
          "\(names[location]) is started \((now - wait.since).briefDescription) after its failure, "
            + "not \(wait.least.briefDescription)"
        )
      }
    }
    pace.spawns.removeAll(keepingCapacity: true)
    pace.failedNow = false
    pacing[location] = pace
  }
}
