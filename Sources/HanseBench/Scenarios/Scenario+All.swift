extension Scenario {
  static let all =
    [
      load("10x100", Workload(locations: 10, assetsEach: 100), milliseconds: 150, megabytes: 60),
      load("20x50", Workload(locations: 20, assetsEach: 50)),
      load("10x1000", Workload(locations: 10, assetsEach: 1000)),
      load("100x1000", Workload(locations: 100, assetsEach: 1000), milliseconds: 1500),
      load(
        "chain-100000",
        Workload(locations: 1, assetsEach: 100_000, isChain: true),
        milliseconds: 1500
      ),
    ] + [launch, independent, independentWithValues, chain, longChain, roundTrip, restarts]
    + [runDetail, recovery, stream]
    + [
      queue("1000", waiting: 1000), queue("100000", waiting: 100_000, target: 500_000),
      queue("1000000", waiting: 1_000_000), fairness, newcomer,
      queueReport("100000", waiting: 100_000), queueReport("1000000", waiting: 1_000_000),
    ]

  private static func queue(_ name: String, waiting: Int, target: Double? = nil) -> Scenario {
    Scenario(
      name: "queue-\(name)",
      title: "a step comes to wait, a slot is given back and given anew, 200,000 times, while "
        + "\(waiting) steps of 50 locations wait",
      kind: .queue(waiting: waiting),
      metrics: [
        Metric(name: "admissions", unit: .stepsPerSecond, target: target.map(Target.init)),
        Metric(name: "memory per waiting step", unit: .bytes, aspect: .memory),
      ]
    )
  }

  private static func queueReport(_ name: String, waiting: Int) -> Scenario {
    let parts = ["report", "last page of a queue", "100 steps explained"]
    return Scenario(
      name: "queue-report-\(name)",
      title: "what questions about queues take of the loop's thread while \(waiting) steps of 10 "
        + "locations wait, each 20 times",
      kind: .queueReport(waiting: waiting),
      metrics: parts.flatMap { part in
        [
          Metric(name: "\(part), p50", unit: .milliseconds, target: Target(value: 10)),
          Metric(name: "\(part), most", unit: .milliseconds),
        ]
      } + [
        Metric(name: "a run's detail, p50", unit: .milliseconds, target: Target(value: 10)),
        Metric(name: "memory per waiting step, with its plan", unit: .bytes, aspect: .memory),
      ]
    )
  }

  private static let fairness = Scenario(
    name: "queue-fairness",
    title:
      "100 locations with up to 100,000 steps each, largest first, and 100 that come meanwhile "
      + "with one step: the order of their starts, and the same in one line",
    kind: .fairness(FairnessMeasurement(largest: 100_000, locations: 100, newcomers: 100)),
    metrics: ["", ", in one line"].flatMap { label in
      ["p50", "p99", "most"].map {
        Metric(name: "slots to others before the first, \($0)\(label)", unit: .slots)
      } + [Metric(name: "pairs in the wrong order\(label)", unit: .percent)]
    }
  )

  private static let newcomer = Scenario(
    name: "newcomer",
    title: "one step is launched while 100,000 of another location wait; beside it one that stands "
      + "at the end of their line",
    kind: .newcomer(backlog: 100_000),
    metrics: [
      Metric(name: "slots to others first", unit: .slots),
      Metric(name: "wait", unit: .milliseconds),
      Metric(name: "slots to others first, in one line", unit: .slots),
      Metric(name: "wait, in one line", unit: .milliseconds),
    ]
  )

  private static func load(
    _ name: String,
    _ workload: Workload,
    milliseconds: Double? = nil,
    megabytes: Double? = nil
  ) -> Scenario {
    let shape =
      workload.isChain
      ? "one chain of \(workload.assets) assets"
      : "\(workload.locations) locations of \(workload.assetsEach) assets"
    return Scenario(
      name: "load-\(name)",
      title: "\(shape), from the start of the host's process to the whole graph, "
        + "in the host and over HTTP",
      kind: .load(workload),
      metrics: [
        Metric(name: "loaded", unit: .milliseconds),
        Metric(name: "served", unit: .milliseconds, target: milliseconds.map(Target.init)),
        Metric(
          name: "memory, all processes",
          unit: .megabytes,
          target: megabytes.map(Target.init),
          aspect: .memory
        ),
        Metric(name: "memory, host", unit: .megabytes, aspect: .memory),
        Metric(name: "memory, largest child", unit: .megabytes, aspect: .memory),
      ]
    )
  }

  private static let launch = Scenario(
    name: "launch",
    title: "from the request to the start of the step's body, 200 runs of one asset, warm",
    kind: .launch(runs: 200),
    metrics: [
      Metric(name: "p50", unit: .milliseconds, target: Target(value: 3)),
      Metric(name: "p99", unit: .milliseconds),
      Metric(name: "p50 to the end of the run", unit: .milliseconds),
    ]
  )

  private static let independent = throughput(
    "throughput-10000",
    "one durable run of 10,000 independent assets that store nothing, in 4 locations",
    Workload(locations: 4, assetsEach: 2500),
    target: 5000
  )

  private static let independentWithValues = throughput(
    "throughput-10000-values",
    "the same, each with a number stored in a file of its own",
    Workload(locations: 4, assetsEach: 2500, body: "value")
  )

  private static let chain = throughput(
    "throughput-chain-1000",
    "one durable run of a chain of 1,000 assets that store nothing",
    Workload(locations: 1, assetsEach: 1000, isChain: true)
  )

  private static let longChain = throughput(
    "throughput-chain-100000",
    "one durable run of a chain of 100,000 assets that store nothing",
    Workload(locations: 1, assetsEach: 100_000, isChain: true)
  )

  private static func throughput(
    _ name: String,
    _ title: String,
    _ workload: Workload,
    target: Double? = nil
  ) -> Scenario {
    Scenario(
      name: name,
      title: title,
      kind: .throughput(workload),
      metrics: [
        Metric(name: "rate", unit: .stepsPerSecond, target: target.map(Target.init))
      ]
    )
  }

  private static let restarts = Scenario(
    name: "restarts",
    title: "100 crashes in a row of a location with a step in flight, and what they leave in the "
      + "host's process",
    kind: .restarts(count: 100),
    metrics: [
      Metric(name: "death to lost, p50", unit: .milliseconds),
      Metric(name: "death to lost, worst", unit: .milliseconds, target: Target(value: 100)),
      Metric(name: "death to serving, p50", unit: .milliseconds, target: Target(value: 300)),
      Metric(name: "death to serving, worst", unit: .milliseconds),
      Metric(name: "descriptors left", unit: .items),
      Metric(name: "children left", unit: .items),
      Metric(name: "memory a restart", unit: .kilobytes, target: Target(value: 16)),
    ]
  )

  private static let runDetail = Scenario(
    name: "run-detail",
    title: "a run of 10,000 steps with all of them, asked for over HTTP, 50 times",
    kind: .runDetail(Workload(locations: 4, assetsEach: 2500)),
    metrics: [
      Metric(name: "p50", unit: .milliseconds),
      Metric(name: "p99", unit: .milliseconds),
      Metric(name: "answer", unit: .megabytes),
    ]
  )

  private static let recovery = Scenario(
    name: "recovery",
    title: "the start of a host after the one before was killed in the middle of a run of 10,000 "
      + "steps",
    kind: .recovery(Workload(locations: 4, assetsEach: 2500)),
    metrics: [
      Metric(name: "started", unit: .milliseconds),
      Metric(name: "served", unit: .milliseconds),
      Metric(name: "first step resumed", unit: .milliseconds),
      Metric(name: "steps that had finished", unit: .items),
    ]
  )

  private static let stream = Scenario(
    name: "stream",
    title: "from the commit of an event to a reader of the API's stream, 200 runs of one asset",
    kind: .stream(runs: 200),
    metrics: [
      Metric(name: "p50", unit: .microseconds),
      Metric(name: "p99", unit: .microseconds),
    ]
  )

  private static let roundTrip = Scenario(
    name: "round-trip",
    title: "a ping to a location and back, 10,000 times, and the same bytes over bare pipes",
    kind: .roundTrip(count: 10_000),
    metrics: [
      Metric(name: "protocol p50", unit: .microseconds),
      Metric(name: "protocol p99", unit: .microseconds),
      Metric(name: "bare pipe p50", unit: .microseconds),
      Metric(name: "protocol to bare pipe", unit: .times),
    ]
  )
}
