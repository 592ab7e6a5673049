import HanseFaults
import HanseHost
import HanseModel
import HanseSystem
import HanseWorkspace

/// One host with a canary, somebody's locations, and one or several locations at fault.
struct FaultTrial {
  private let faults: [Fault]
  private let options: Drill.Options
  private let quiet: LatencyFigures
  private let directory: String

  init(
    _ faults: [Fault],
    _ options: Drill.Options,
    quiet: LatencyFigures,
    directory: String
  ) {
    self.faults = faults
    self.options = options
    self.quiet = quiet
    self.directory = directory
  }

  func run() throws -> [DrillResult] {
    let before = try HostUse.now()
    let (found, record, bystanders) = try observe()
    let common =
      bystanders + latency(record) + [before.check(against: try HostUse.now())]
    return faults.map { fault in
      DrillResult(
        fault: fault,
        checks: (found[fault] ?? []) + common,
        during: LatencyFigures(record.latencies[.during] ?? []),
        after: LatencyFigures(record.latencies[.after] ?? [])
      )
    }
  }

  private typealias Observation = ([Fault: [DrillCheck]], Canary.Record, [DrillCheck])

  /// Runs the host for as long as the faults take.
  private func observe() throws -> Observation {
    let entries = DrillEntries(options, directory: directory)
    let scratch = try ScratchHost(
      base: options.workspace,
      locations: [try entries.canary()] + faults.map { try entries.entry(of: $0) },
      directory: directory
    )
    let found: Observation
    do {
      found = try observe(scratch)
    } catch {
      try scratch.stop()
      throw error
    }
    try scratch.stop()
    return found
  }

  private func observe(_ scratch: ScratchHost) throws -> Observation {
    let first = try scratch.waitUntilRunning(Canary.name)
    let canary = Canary(scratch)
    try canary.start()
    let results = Monitor<[Fault: [DrillCheck]]>([:])
    var threads: [OSThread] = []
    for fault in faults {
      let folder = Paths.join(directory, "work", fault.name)
      threads.append(
        try OSThread.start(name: "drill-fault") {
          let checks = FaultChecks(fault, scratch, folder: folder).run()
          results.update { $0[fault] = checks }
        }
      )
    }
    // A thread that is still there would keep the host, and what that has open.
    for thread in threads { thread.join() }
    // A fault that is over at once still gets a fair picture.
    canary.wait(for: options.isQuick ? 20 : 100, in: .during)
    canary.enter(.after)
    canary.wait(for: options.isQuick ? 10 : 50, in: .after)
    let record = canary.finish()
    return (results.withLock { $0 }, record, neighbours(scratch, first))
  }

  /// The canary's process is the one it had.
  private func neighbours(_ scratch: ScratchHost, _ first: LocationStatus) -> [DrillCheck] {
    let now = scratch.status(Canary.name)
    return [
      DrillCheck(
        "the neighbour's process goes on",
        now?.processID == first.processID && now?.ignoredMessages == 0,
        "it is \(now?.state.rawValue ?? "gone"), process \(now?.processID ?? 0)"
      )
    ]
  }

  private func latency(_ record: Canary.Record) -> [DrillCheck] {
    let figures = LatencyFigures(record.latencies[.during] ?? [])
    // Several faults at once, and few samples, say less: a quick drill looks for stalls alone.
    let floor = options.isQuick ? 500.0 : 20.0
    let bound = max(1.5 * quiet.p99, floor)
    return [
      DrillCheck(
        "no step of the canary is lost",
        record.lost.isEmpty,
        record.lost.joined(separator: "; ")
      ),
      DrillCheck(
        "the canary's p99 is within \(bound.oneDecimal) ms",
        figures.p99 <= bound,
        "\(figures.p99.oneDecimal) ms"
      ),
    ]
  }
}

/// What this process has open.
private struct HostUse {
  var descriptors: Int

  static func now() throws -> HostUse {
    HostUse(descriptors: try Files.list("/proc/self/fd").count)
  }

  func check(against after: HostUse) -> DrillCheck {
    DrillCheck(
      "the host's descriptors are back",
      after.descriptors <= descriptors,
      "\(descriptors) before, \(after.descriptors) after"
    )
  }
}

extension Double {
  var oneDecimal: String {
    let tenths = Int((self * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
