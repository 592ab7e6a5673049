import HanseModel

/// The members of queues, pools and the workspace's own limits.
enum QueueDescriptions {
  static let queue = ObjectDescription<QueueEntry>(
    QueueEntry(),
    [
      MemberDescription("name", \.name, .name, isRequired: true, "What runs call the queue."),
      MemberDescription(
        "concurrentSteps",
        \.concurrentSteps,
        Format<Int>.integer(LimitBounds.steps).orNull,
        "How many of its steps may run at once; null for as many as the workspace allows."
      ),
      MemberDescription("weight", \.weight, .weight, "Its share beside other queues."),
      MemberDescription(
        "rate",
        \.rate,
        PolicyDescriptions.rate.orNull,
        "How often a step of it may start."
      ),
    ]
  )

  static let pool = ObjectDescription<PoolEntry>(
    PoolEntry(),
    [
      MemberDescription("name", \.name, .name, isRequired: true, "What assets call the pool."),
      MemberDescription("units", \.units, .integer(LimitBounds.units), "How many units there are."),
      MemberDescription(
        "rate",
        \.rate,
        PolicyDescriptions.rate.orNull,
        "How often a step that leases from it may start."
      ),
    ]
  )

  static let tagLimit = ObjectDescription<TagLimitEntry>(
    TagLimitEntry(),
    [
      MemberDescription(
        "tag",
        \.tag,
        .tagName,
        isRequired: true,
        "The tag of runs that it counts."
      ),
      MemberDescription(
        "perValue",
        \.perValue,
        .boolean,
        "Whether each value of the tag has the limit for itself."
      ),
      MemberDescription(
        "limit",
        \.limit,
        .integer(1...100_000),
        isRequired: true,
        "How many steps of such runs may run at once."
      ),
    ]
  )

  static let limits = ObjectDescription<WorkspaceLimits>(
    WorkspaceLimits(),
    [
      MemberDescription(
        "concurrentSteps",
        \.concurrentSteps,
        .integer(1...100_000),
        "How many steps may run at once."
      ),
      MemberDescription(
        "concurrentRuns",
        \.concurrentRuns,
        .integer(1...100_000),
        "How many runs may be under way at once."
      ),
    ]
  )
}
