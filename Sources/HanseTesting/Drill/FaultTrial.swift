import HanseCore
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
  private let course: DrillCourse

  init(
    _ faults: [Fault],
    _ options: Drill.Options,
    quiet: LatencyFigures,
    directory: String,
    course: DrillCourse
  ) {
    self.faults = faults
    self.options = options
    self.quiet = quiet
    self.directory = directory
    self.course = course
  }

  func run() throws -> [DrillResult] {
    let before = try HostUse.now()
    HostUse.forgetPeak()
    let seen = try observe()
    let peak = try HostUse.peakBytes()
    let after = try HostUse.settled(after: before)
    let common =
      neighbours(seen) + latency(seen.canary) + [before.check(against: after)]
    let memory = HostMemory(
      beforeBytes: before.residentBytes,
      peakBytes: max(peak, before.residentBytes),
      afterBytes: after.residentBytes
    )
    return faults.map { fault in
      DrillResult(
        fault: fault,
        checks: (seen.checks[fault] ?? []) + common,
        during: LatencyFigures(seen.canary.latencies[.during] ?? []),
        after: LatencyFigures(seen.canary.latencies[.after] ?? []),
        memory: memory
      )
    }
  }

  /// What was seen of a host with faults.
  private struct Observation {
    var checks: [Fault: [DrillCheck]]
    var canary: Canary.Record
    /// The canary and somebody's own locations, before and after.
    var before: [LocationStatus]
    var after: [LocationName: LocationStatus]
  }

  private func observe() throws -> Observation {
    let entries = DrillEntries(options, directory: directory)
    let scratch = try ScratchHost(
      base: options.workspace,
      locations: [try entries.canary()] + faults.map { try entries.entry(of: $0) },
      directory: directory,
      patience: options.patience
    )
    defer { endLeftProcesses() }
    return try course.use(scratch) { try observe(scratch) }
  }

  /// Runs the host for as long as the faults take.
  private func observe(_ scratch: ScratchHost) throws -> Observation {
    let first = try scratch.waitUntilRunning(Canary.name)
    let guests = try (options.workspace?.locations ?? []).map { try scratch.waitUntilTold($0.name) }
    let canary = Canary(scratch, options.canaryAsset)
    try canary.start()
    let results = Monitor<[Fault: [DrillCheck]]>([:])
    var threads: [OSThread] = []
    for fault in faults {
      threads.append(
        try OSThread.start(name: "drill-fault") {
          let checks = FaultChecks(
            fault,
            scratch,
            folder: folder(of: fault),
            judgesTimes: !options.isQuick
          ).run()
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
    return Observation(
      checks: results.withLock { $0 },
      canary: canary.finish(),
      before: [first] + guests.filter { $0.state == .running },
      after: Dictionary(
        scratch.host.snapshot.locations.map { ($0.name, $0) },
        uniquingKeysWith: { first, _ in first }
      )
    )
  }

  private func folder(of fault: Fault) -> String { Paths.join(directory, "work", fault.name) }

  /// Nothing that a fault has started stays, whatever ended the trial.
  private func endLeftProcesses() {
    for fault in faults {
      let left = LeftProcesses(of: folder(of: fault))
      do {
        try left.end(try left.alive(limitMilliseconds: 0))
      } catch {
        // Teardown: what could not be ended was not to be seen either.
      }
    }
  }

  /// Each neighbour's process is the one that it had, and nobody has said anything for it.
  private func neighbours(_ seen: Observation) -> [DrillCheck] {
    seen.before.map { before in
      let now = seen.after[before.name]
      return DrillCheck(
        "the process of its neighbour \"\(before.name)\" goes on",
        now?.processID == before.processID && now?.ignored == before.ignored,
        "\(now?.state.rawValue ?? "gone"), process \(now?.processID ?? 0), "
          + "\(now?.ignored.total ?? 0) ignored messages"
      )
    }
  }

  private func latency(_ record: Canary.Record) -> [DrillCheck] {
    let lost = DrillCheck(
      "no step of the canary is lost",
      record.lost.isEmpty,
      record.lost.joined(separator: "; ")
    )
    // Several faults at once, and few samples, say nothing of what one of them costs.
    if options.isQuick { return [lost] }
    let figures = LatencyFigures(record.latencies[.during] ?? [])
    let bound = max(1.5 * quiet.p99, quiet.p99 + 20)
    let time = DrillCheck(
      "the canary's p99 is within \(bound.oneDecimal) ms",
      figures.p99 <= bound,
      "\(figures.p99.oneDecimal) ms"
    )
    return [lost, time]
  }
}

extension Double {
  var oneDecimal: String {
    let tenths = Int((self * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
