import HanseCore
import HanseGraph
import HanseModel
import HanseWorkspace

extension HostLoop {
  /// What people see, from what the control plane knows.
  func makeSnapshot() -> HostSnapshot {
    let now = Clock.now()
    let wall = Clock.wall()
    let entries = Dictionary(
      configuration.workspace.locations.map { ($0.name, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    let statuses = plane.order.compactMap { name in
      entries[name].flatMap { entry in
        plane.locations[name].map { status(of: $0, entry, now: now, wall: wall) }
      }
    }
    return HostSnapshot(
      locations: statuses,
      graph: plane.graph,
      graphVersion: plane.graphVersion,
      diagnostics: (diskShortage.map { [$0.diagnostic] } ?? []) + plane.diagnostics
        + statuses.flatMap(incidents) + problems()
        + configuration.workspace.locations.flatMap { shortcomings(of: $0).diagnostics },
      isSettled: plane.isSettled,
      isStopping: plane.isStopped || failure != nil,
      diskShortage: diskShortage
    )
  }

  private func status(
    of location: ControlPlane.Location,
    _ entry: LocationEntry,
    now: HostInstant,
    wall: Timestamp
  ) -> LocationStatus {
    let supervisor = location.supervisor
    let machine = supervisor.serving
    let graphLocation = plane.graph.location(named: entry.name)
    let program = supervisor.programs[machine.generation]
    func time(_ instant: HostInstant) -> Timestamp {
      Timestamp(milliseconds: wall.milliseconds + (instant - now).wholeMilliseconds)
    }
    return LocationStatus(
      name: entry.name,
      state: machine.state.shown,
      since: location.since,
      generation: machine.generation,
      processID: location.processID,
      reason: machine.isSuspended ? Self.suspended(location.processID) : machine.reason,
      fault: machine.isSuspended
        ? FaultCode.suspended.rawValue : machine.reason.flatMap { _ in machine.fault?.rawValue },
      next: machine.next(time),
      failures: location.failures,
      lastStandardError: location.lastFailure?.tail ?? [],
      assetCount: graphLocation?.assetCount ?? 0,
      checkCount: graphLocation?.checkCount ?? 0,
      digest: location.loaded?.digest,
      library: location.loaded?.library,
      binary: program?.digest,
      runsKeptBinary: program?.isKept ?? false,
      file: supervisor.binaries.file,
      fileProblem: supervisor.binaries.problem,
      requiredDigest: supervisor.binaries.required,
      pin: supervisor.binaries.pin,
      candidate: supervisor.candidate.map {
        .init($0, supervisor.programs[$0.generation]?.digest, $0.next(time))
      },
      rejection: supervisor.rejection.map { .init($0, location.rejectedTail, time) },
      served: supervisor.binaries.served.map {
        .init(
          generation: $0.generation,
          digest: $0.digest,
          isKept: supervisor.binaries.kept.contains($0.digest)
        )
      },
      keepingProblem: location.keepingProblem,
      leaving: supervisor.leaving.map(\.generation),
      isIsolated: location.settings.isIsolated,
      workers: workers(of: location),
      workerTrouble: supervisor.workers.closedUntil.flatMap { until in
        supervisor.workers.lastFailure.map {
          .init(
            reason: $0.reason,
            code: $0.code.rawValue,
            failures: supervisor.workers.failures,
            nextTryAt: time(until)
          )
        }
      },
      isStale: location.isStale,
      isFailing: isFailing(location),
      stepsRunning: plane.runs.dispatcher.running(in: entry.name).count,
      stepsWaiting: plane.runs.dispatcher.waitingCount(in: entry.name),
      concurrentSteps: plane.runs.limits.location(entry.name)?.concurrentSteps
        ?? location.settings.concurrentSteps,
      executable: entry.executable,
      labels: entry.labels,
      isSuspended: machine.isSuspended,
      isHeldBack: backlog.isHeldBack(entry.name) || books.held.contains(entry.name),
      backlogBytes: backlog.waitingBytes(of: entry.name),
      logBacklogBytes: launcher.computeLog(of: entry.name)?.waitingBytes ?? 0,
      notes: shortcomings(of: entry).notes,
      ignored: location.ignored
    )
  }

  private func workers(of location: ControlPlane.Location) -> [LocationStatus.Worker] {
    location.supervisor.workers.workers.map { worker in
      LocationStatus.Worker(
        run: worker.seat.run,
        step: worker.seat.step.flatMap { plane.runs.runs[worker.seat.run]?.plan[$0].key },
        generation: worker.generation,
        state: worker.machine.state.shown,
        processID: location.processIDs[worker.generation],
        since: worker.startedAt
      )
    }
  }

  private func shortcomings(of entry: LocationEntry) -> FenceShortcomings {
    FenceShortcomings(
      entry,
      file: configuration.workspace.file,
      landlock: configuration.landlock,
      cgroupRefusal: configuration.cgroups == nil ? configuration.cgroupRefusal : nil
    )
  }

  private static func suspended(_ processID: Int?) -> String {
    let process = processID.map { "process \($0)" } ?? "its process"
    let number = processID.map { "\($0)" } ?? "PID"
    return "\(process) is stopped (SIGSTOP or a debugger); `kill -CONT \(number)` lets it go on"
  }

  /// Whether it has failed and not served since; between two tries it may well have a process.
  private func isFailing(_ location: ControlPlane.Location) -> Bool {
    switch location.machine.state {
    case .backingOff, .quarantined: true
    case .starting, .loading, .ending: location.lastFailure != nil
    case .disabled, .stopped, .running, .draining: false
    }
  }

  /// One diagnostic for each thing that is wrong with a location, however many assets that concerns.
  private func incidents(of status: LocationStatus) -> [Diagnostic] {
    [failure(of: status), rejection(of: status)].compactMap(\.self)
  }

  private static func assets(_ count: Int) -> String { count == 1 ? "1 asset" : "\(count) assets" }

  private func failure(of status: LocationStatus) -> Diagnostic? {
    guard status.isFailing, let reason = status.reason else { return nil }
    let code = status.fault.map { " [\($0)]" } ?? ""
    let kept =
      status.isStale ? "; what it defined last stays: \(Self.assets(status.assetCount))" : ""
    return Diagnostic(
      .locationFailed,
      severity: .error,
      location: status.name,
      message: "location \"\(status.name)\": \(reason)\(code)"
        + "\(Self.lastWords(status.lastStandardError))\(kept)",
      fix: FailureAdvice.fix(
        status.fault,
        program: status.executable,
        words: status.lastStandardError.isEmpty ? nil : "its log with `hanse logs \(status.name)`"
      ) + "; then restart it with `hanse locations restart \(status.name)`"
    )
  }

  private func rejection(of status: LocationStatus) -> Diagnostic? {
    guard let rejection = status.rejection else { return nil }
    let what = rejection.isRolledBack ? "was rolled back" : "did not take over"
    let serving =
      status.state == .running
      ? "; \(status.generation) goes on serving its \(Self.assets(status.assetCount))"
      : ""
    return Diagnostic(
      .binaryRejected,
      severity: .warning,
      location: status.name,
      message: "location \"\(status.name)\": \(rejection.generation) \(what): \(rejection.reason) "
        + "[\(rejection.code)]\(Self.lastWords(rejection.lastStandardError))\(serving)",
      fix: "read its log with `hanse logs \(status.name)`, and mend \(status.executable); "
        + "it is tried when that changes"
    )
  }

  private static func lastWords(_ lines: [String]) -> String {
    lines.last.map { "; last line of its standard error: \($0)" } ?? ""
  }

  private func problems() -> [Diagnostic] {
    configuration.problems.map { problem in
      Diagnostic(
        .invalidEntry,
        severity: problem.severity == .error ? .error : .warning,
        location: problem.location,
        message: problem.message,
        fix: "correct the workspace file",
        source: problem.place
      )
    }
  }
}
