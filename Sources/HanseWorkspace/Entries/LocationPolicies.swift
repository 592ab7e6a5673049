package import HanseModel

/// What one location may use.
package struct LocationLimits: Hashable, Sendable {
  package var concurrentSteps = 32
  package var rate: RateLimit?
  /// Over it, a run with steps of the location is refused.
  package var waitingSteps = 100_000
  /// The resident memory of all its processes together; looked at each second.
  package var memoryBytes: Int64?
  /// The address space of each of its processes.
  package var addressSpaceBytes: Int64?
  /// Processes and threads, all together; looked at each second.
  package var processes: Int? = 1024
  /// Of each of its processes, as everything below.
  package var openFiles: Int? = 4096
  package var cpuTime: Duration?
  package var coreBytes: Int64 = 0
  package var fileBytes: Int64?
  /// What is added to the host's own nice value.
  package var nice = 5

  package init() {}
}

/// How long a location may take over what is asked of it.
package struct LocationTimeouts: Hashable, Sendable {
  /// From the start of the process to its first message.
  package var handshake = Duration.seconds(10)
  package var definitions = Duration.seconds(30)
  /// One attempt of a step that sets no limit itself; nil for no limit.
  package var step: Duration? = .seconds(3600)
  /// One evaluation of a schedule or sensor.
  package var tick = Duration.seconds(60)
  /// The steps in flight of a process that gives way to another, or is to stop, until it ends.
  package var drain = Duration.seconds(30)
  /// From the request to end until the process is made to.
  package var shutdown = Duration.seconds(5)

  package init() {}
}

/// When a location that ended by itself is started again.
package struct RestartPolicy: Hashable, Sendable {
  package var initialDelay = Duration.milliseconds(100)
  /// The delay doubles with each crash until it reaches this.
  package var maxDelay = Duration.seconds(30)
  /// So many crashes within `window` put the location into quarantine.
  package var maxCrashes = 5
  package var window = Duration.seconds(180)
  /// Whether a new binary that crashes too often soon after it took over gives way to the one before.
  package var rollback = false

  package init() {}

  /// The least time that `maxCrashes` crashes can take: all the delays between them.
  package var leastTimeToLimit: Duration {
    var total = Duration.zero
    var delay = initialDelay
    for _ in 1..<max(1, maxCrashes) {
      total += delay
      delay = min(delay * 2, maxDelay)
    }
    return total
  }
}
