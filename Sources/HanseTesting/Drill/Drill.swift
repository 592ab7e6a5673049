package import HanseFaults
import HanseHost
import HanseModel
import HanseSystem
package import HanseWorkspace

/// Commits faults beside somebody's locations and a canary, and checks what each must lead to.
package struct Drill: Sendable {
  package struct Options: Sendable {
    package var faults: [Fault]
    /// Whose locations stand beside; its state directory is never touched.
    package var workspace: Workspace?
    /// Whether several faults share a host and floods are smaller; no time is judged then.
    package var isQuick: Bool
    package var chaosProgram: String
    /// What the canary makes over and over.
    package var canaryAsset: String
    package var patience: ScratchHost.Patience

    package init(
      faults: [Fault],
      workspace: Workspace?,
      isQuick: Bool,
      chaosProgram: String,
      canaryAsset: String = Canary.asset,
      patience: ScratchHost.Patience = ScratchHost.Patience()
    ) {
      self.faults = faults
      self.workspace = workspace
      self.isQuick = isQuick
      self.chaosProgram = chaosProgram
      self.canaryAsset = canaryAsset
      self.patience = patience
    }
  }

  /// Faults that take all of a machine or of a host for a while stand alone even in a quick drill.
  private static let alone: Set<String> = [
    "spin", "allocate", "fork-bomb", "too-many-definitions", "long-line", "many-definitions",
  ]
  private static let batchSize = 8
  private let options: Options
  private let course = DrillCourse()

  package init(_ options: Options) { self.options = options }

  /// Ends the drill early, from any thread; ``run(told:)`` then throws ``DrillInterruption``.
  ///
  /// - Parameter isUrgent: Whether to kill the locations instead of asking them to leave.
  package func interrupt(isUrgent: Bool) { course.interrupt(isUrgent: isUrgent) }

  /// Runs the drill.
  ///
  /// - Parameter told: Called with each fault's result as it comes.
  /// - Returns: What every fault led to.
  /// - Throws: When the canary cannot work even without a fault, or the drill was interrupted.
  package func run(told: (DrillResult) -> Void) throws -> DrillReport {
    let quiet = try inDirectory(measureQuiet)
    var results: [DrillResult] = []
    for batch in batches {
      try course.check()
      let found = try inDirectory { directory in
        try FaultTrial(batch, options, quiet: quiet, directory: directory, course: course).run()
      }
      for result in found { told(result) }
      results += found
    }
    return DrillReport(quiet: quiet, results: results)
  }

  private func inDirectory<Value>(_ body: (String) throws -> Value) throws -> Value {
    let directory = try Files.makeTemporaryDirectory(prefix: "hanse-drill-")
    defer {
      // Teardown: what is left over lies in the temporary directory of the system.
      try? Files.removeTree(directory)
    }
    return try body(directory)
  }

  private var batches: [[Fault]] {
    guard options.isQuick else { return options.faults.map { [$0] } }
    let together = options.faults.filter { !Self.alone.contains($0.name) }
    let groups = stride(from: 0, to: together.count, by: Self.batchSize).map { first in
      Array(together[first..<min(first + Self.batchSize, together.count)])
    }
    return groups + options.faults.filter { Self.alone.contains($0.name) }.map { [$0] }
  }

  /// The canary without any fault beside it.
  private func measureQuiet(_ directory: String) throws -> LatencyFigures {
    let entries = DrillEntries(options, directory: directory)
    let scratch = try ScratchHost(
      base: options.workspace,
      locations: [try entries.canary()],
      directory: directory,
      patience: options.patience
    )
    let record = try course.use(scratch) {
      try scratch.waitUntilRunning(Canary.name)
      _ = scratch.host.waitUntilSettled(for: scratch.patience.limit)
      let canary = Canary(scratch, options.canaryAsset)
      try canary.start()
      canary.wait(for: options.isQuick ? 50 : 300, in: .during)
      return canary.finish()
    }
    if let lost = record.lost.first {
      throw ScratchHost.Failure("the canary cannot work even without a fault: \(lost)")
    }
    return LatencyFigures(record.latencies[.during] ?? [])
  }
}
