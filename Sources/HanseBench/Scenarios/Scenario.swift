/// Something that is measured: a name, what it yields, and how.
struct Scenario: Sendable {
  var name: String
  var title: String
  var kind: Kind
  var metrics: [Metric]

  enum Kind: Sendable {
    case load(Workload)
    case launch(runs: Int)
    case throughput(Workload)
    case roundTrip(count: Int)
    case queue(waiting: Int)
    case fairness(FairnessMeasurement)
    case queueReport(waiting: Int)
    case newcomer(backlog: Int)
    case restarts(count: Int)
    case runDetail(Workload)
    case recovery(Workload)
    case stream(runs: Int)
  }

  /// The workspace to generate.
  struct Workload: Sendable {
    var locations: Int
    var assetsEach: Int
    var isChain = false
    var body = "nothing"

    var assets: Int { locations * assetsEach }
  }

  /// Measures once, in this process.
  func measure(_ aspect: Aspect, location: String) throws -> [String: Double] {
    switch kind {
    case .load(let workload):
      try LoadMeasurement(workload: workload, location: location).run(aspect)
    case .launch(let runs):
      try LaunchMeasurement(runs: runs, location: location).run()
    case .throughput(let workload):
      try ThroughputMeasurement(workload: workload, location: location).run()
    case .roundTrip(let count):
      try RoundTripMeasurement(count: count, location: location).run()
    case .queue(let waiting): try QueueMeasurement(waiting: waiting).run()
    case .fairness(let measurement): measurement.run()
    case .queueReport(let waiting): try QueueReportMeasurement(waiting: waiting).run()
    case .newcomer(let backlog):
      try NewcomerMeasurement(backlog: backlog, location: location).run()
    case .restarts(let count):
      try RestartMeasurement(restarts: count, location: location).run()
    case .runDetail(let workload):
      try RunDetailMeasurement(workload: workload, location: location).run()
    case .recovery(let workload):
      try RecoveryMeasurement(workload: workload, location: location).run()
    case .stream(let runs): try StreamMeasurement(runs: runs, location: location).run()
    }
  }
}

/// What a repetition looks at: looking at memory costs time.
enum Aspect: String, Sendable {
  case time, memory
}

/// One figure of a scenario.
struct Metric: Sendable {
  enum Unit: String, Sendable {
    case milliseconds = "ms"
    case microseconds = "µs"
    case kilobytes = "kB"
    case megabytes = "MB"
    case stepsPerSecond = "steps/s"
    case bytes = "B"
    case slots
    case times = "×"
    case items
    case percent = "%"
  }

  var name: String
  var unit: Unit
  var target: Target?
  var aspect = Aspect.time

  /// Whether more is better.
  var wantsMore: Bool { unit == .stepsPerSecond }
}

/// What a figure should be: at most this, or at least where more is better.
struct Target: Sendable {
  var value: Double
}
