package import HanseModel

/// How soon a location that ended by itself is started again, as data.
package struct RestartRules: Hashable, Sendable {
  /// Before the first restart; doubled with each further one.
  package var initialDelay: Duration
  package var maxDelay: Duration
  /// So many crashes within `window` are too many.
  package var maxCrashes: Int
  package var window: Duration
  /// The time between tries of a location that crashed too often.
  package var quarantineDelay: Duration
  /// After this time without a crash the delay begins anew.
  package var healthyAfter: Duration
  /// Whether a new binary that crashes too often soon after it took over gives way to the last.
  package var rollsBack: Bool

  package init(
    initialDelay: Duration = .milliseconds(100),
    maxDelay: Duration = .seconds(30),
    maxCrashes: Int = 5,
    window: Duration = .seconds(180),
    quarantineDelay: Duration = .seconds(300),
    healthyAfter: Duration = .seconds(60),
    rollsBack: Bool = false
  ) {
    self.initialDelay = initialDelay
    self.maxDelay = maxDelay
    self.maxCrashes = maxCrashes
    self.window = window
    self.quarantineDelay = quarantineDelay
    self.healthyAfter = healthyAfter
    self.rollsBack = rollsBack
  }
}

/// Counts a location's crashes and says when the next try may be.
package struct RestartBudget: Hashable, Sendable {
  package enum Verdict: Hashable, Sendable {
    case retry(after: Duration)
    case quarantine(for: Duration)
  }

  package let rules: RestartRules
  private var crashes: [HostInstant] = []
  /// Crashed too often, and not been healthy for long enough since.
  private var isQuarantined = false
  /// Whether the next crash is already accounted for.
  private var isExcused = false
  /// Restarts since the location was last healthy for long enough.
  package private(set) var restarts = 0

  package init(rules: RestartRules) { self.rules = rules }

  /// Notes a crash.
  ///
  /// - Parameters:
  ///   - now: When.
  ///   - healthyFor: How long the process had been running well.
  ///   - random: From 0 up to 1; lengthens or shortens the delay by at most a fifth.
  /// - Returns: What to do.
  package mutating func crashed(
    at now: HostInstant,
    healthyFor: Duration,
    random: Double
  ) -> Verdict {
    if isExcused {
      isExcused = false
      // In quarantine too: what waits there would else pay for a step, try after slow try.
      return .retry(after: rules.initialDelay)
    }
    if healthyFor >= rules.healthyAfter {
      restarts = 0
      isQuarantined = false
    }
    restarts += 1
    crashes.append(now)
    crashes.removeAll { now - $0 > rules.window }
    // A try out of quarantine that fails is no reason to try quickly again.
    if isQuarantined || crashes.count >= rules.maxCrashes {
      isQuarantined = true
      return .quarantine(for: rules.quarantineDelay)
    }
    let doublings = min(restarts - 1, 30)
    let delay = Double(rules.initialDelay.wholeNanoseconds) * Double(1 << doublings)
    let bounded = min(delay, Double(rules.maxDelay.wholeNanoseconds))
    return .retry(after: .nanoseconds(Int64(bounded * (0.8 + 0.4 * random))))
  }

  /// Takes the next crash as another's: a step is proven to have caused it, and answers for it.
  ///
  /// It costs the location the first delay and nothing else; how often a step may do that is limited
  /// for the step.
  package mutating func excuseNextCrash() { isExcused = true }

  /// Forgets what was, because a person asked for a fresh start.
  package mutating func reset() {
    crashes = []
    isExcused = false
    restarts = 0
    isQuarantined = false
  }
}
