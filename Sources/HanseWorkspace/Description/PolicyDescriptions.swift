import HanseModel

/// The objects within the entries of locations, queues and pools.
enum PolicyDescriptions {
  /// A rate while it is being read: `burst` is `starts` if left out.
  private struct RateDraft: Sendable {
    var starts = 1
    var per = Duration.seconds(1)
    var burst: Int?
  }

  private static let rateDraft = ObjectDescription<RateDraft>(
    RateDraft(),
    [
      MemberDescription(
        "starts",
        \.starts,
        .integer(LimitBounds.starts),
        isRequired: true,
        "How many may start in each time \"per\"."
      ),
      MemberDescription("per", \.per, .duration, "The time that \"starts\" is for."),
      MemberDescription(
        "burst",
        \.burst,
        Format<Int>.integer(LimitBounds.starts).map({ .some($0) }, { $0 ?? 1 }),
        showsDefault: false,
        "How many may start at once after a pause; \"starts\" if left out."
      ),
    ]
  )

  static let rate: Format<RateLimit> = rateDraft.format.map(
    { RateLimit(starts: $0.starts, per: $0.per, burst: $0.burst ?? $0.starts) },
    { RateDraft(starts: $0.starts, per: $0.per, burst: $0.burst) }
  )

  static let timeouts = ObjectDescription<LocationTimeouts>(
    LocationTimeouts(),
    [
      MemberDescription(
        "handshake",
        \.handshake,
        .duration,
        "How long its process may take to say hello."
      ),
      MemberDescription(
        "definitions",
        \.definitions,
        .duration,
        "How long it may take to tell its definitions."
      ),
      MemberDescription(
        "step",
        \.step,
        Format<Duration>.duration.orNull,
        "How long one attempt of a step may take that sets no limit itself; null for no limit."
      ),
      MemberDescription(
        "tick",
        \.tick,
        .duration,
        "How long one evaluation of a schedule or sensor may take."
      ),
      MemberDescription(
        "drain",
        \.drain,
        .duration,
        "How long the steps in flight of a process may take once another has taken its place, or "
          + "once it is to stop."
      ),
      MemberDescription(
        "shutdown",
        \.shutdown,
        .duration,
        "How long its process may take to end when asked to."
      ),
    ]
  )

  static let restart = ObjectDescription<RestartPolicy>(
    RestartPolicy(),
    [
      MemberDescription(
        "initialDelay",
        \.initialDelay,
        .duration,
        "The wait after the first crash; it doubles with each further one."
      ),
      MemberDescription("maxDelay", \.maxDelay, .duration, "The longest wait."),
      MemberDescription(
        "maxCrashes",
        \.maxCrashes,
        .integer(1...1000),
        "So many crashes within \"window\" put the location into quarantine."
      ),
      MemberDescription("window", \.window, .duration, "The time in which crashes are counted."),
      MemberDescription(
        "rollback",
        \.rollback,
        .boolean,
        "Whether a new binary that crashes so often soon after it took over gives way to the one "
          + "that served before."
      ),
    ],
    check: checkRestart
  )

  private static func checkRestart(
    _ policy: RestartPolicy,
    _ node: JSONCNode,
    _ validation: inout Validation
  ) {
    if policy.initialDelay > policy.maxDelay {
      validation.report(
        (node.member("initialDelay") ?? node.member("maxDelay"))?.value ?? node,
        "\"initialDelay\" (\(DurationText.text(policy.initialDelay))) is longer than "
          + "\"maxDelay\" (\(DurationText.text(policy.maxDelay)))"
      )
      return
    }
    let least = policy.leastTimeToLimit
    guard least >= policy.window else { return }
    let window = DurationText.text(policy.window)
    validation.report(
      (node.member("window") ?? node.member("maxCrashes"))?.value ?? node,
      "the limit can never be reached: with these delays \(policy.maxCrashes) crashes take at "
        + "least \(DurationText.text(least)), and only those within \"window\" (\(window)) count; "
        + "lengthen \"window\", or lower \"maxCrashes\" or the delays"
    )
  }
}
