import HanseModel

/// The members of a location's `limits`.
enum LimitsDescription {
  static let limits = ObjectDescription<LocationLimits>(
    LocationLimits(),
    pace + together + ofEachProcess
  )

  private static let pace: [MemberDescription<LocationLimits>] = [
    MemberDescription(
      "concurrentSteps",
      \.concurrentSteps,
      .integer(LimitBounds.stepsOfLocation),
      "How many of its steps may run at once."
    ),
    MemberDescription(
      "rate",
      \.rate,
      PolicyDescriptions.rate.orNull,
      "How often a step of it may start."
    ),
    MemberDescription(
      "waitingSteps",
      \.waitingSteps,
      .integer(LimitBounds.waitingSteps),
      "How many of its steps may wait; over it, a run with steps of it is refused."
    ),
  ]

  private static let together: [MemberDescription<LocationLimits>] = [
    MemberDescription(
      "memory",
      \.memoryBytes,
      Format<Int64>.size(atLeast: 16 << 20).orNull,
      "How much memory all its processes together may use, at least 16MiB; over it they are killed."
    ),
    MemberDescription(
      "processes",
      \.processes,
      Format<Int>.integer(1...1_000_000).orNull,
      "How many processes and threads it may have; over it they are killed."
    ),
    MemberDescription(
      "nice",
      \.nice,
      .integer(0...19),
      "By how much its processes give way to the host and others for the processor."
    ),
  ]

  private static let ofEachProcess: [MemberDescription<LocationLimits>] = [
    MemberDescription(
      "addressSpace",
      \.addressSpaceBytes,
      Format<Int64>.size(atLeast: 64 << 20).orNull,
      "How much address space each of its processes may reserve, at least 64MiB."
    ),
    MemberDescription(
      "openFiles",
      \.openFiles,
      Format<Int>.integer(16...1_048_576).orNull,
      "How many files each of its processes may have open."
    ),
    MemberDescription(
      "cpuTime",
      \.cpuTime,
      Format<Duration>.duration.orNull,
      "How much processor time each of its processes may use in its life, in whole seconds."
    ),
    MemberDescription(
      "coreSize",
      \.coreBytes,
      .sizeOrNone,
      "How large a core dump of it may be; 0B for none."
    ),
    MemberDescription(
      "fileSize",
      \.fileBytes,
      Format<Int64>.size(atLeast: 1 << 20).orNull,
      "How large a file it may write, at least 1MiB."
    ),
  ]
}
