import HanseCore
import HanseModel
import HanseSystem
import HanseWorkspace

/// Builds what holds for a location's process from before its program begins.
struct LocationFences {
  /// Locations are killed before the host when the machine has no memory left.
  static let outOfMemoryScore = 500
  /// What a location makes is its owner's alone.
  static let fileModeMask = 0o077
  /// From the warning to the kill of a process that used up its processor time.
  static let processorGraceSeconds: UInt64 = 5

  var entry: LocationEntry
  var executable: String
  var state: StateDirectory
  /// The directory of the values of assets, if they are in the file system.
  var values: String?
  /// What the kernel has to build a sandbox with.
  var landlock: LandlockRuleset.Version

  /// The share of the processor that a group of processes gets (`cpu.weight`).
  ///
  /// Between groups the kernel does not look at the nice values of the processes in them. So each step of
  /// nice is a factor of 1.25 here, as it is between processes; the host's own group has 100.
  ///
  /// - Parameters:
  ///   - weight: The location's weight, 1 for most.
  ///   - nice: What is added to the host's nice value.
  /// - Returns: From 1 to 10,000.
  static func processorWeight(_ weight: Double, nice: Int) -> Int {
    var share = 100 * weight
    for _ in 0..<abs(nice) { share *= nice > 0 ? 0.8 : 1.25 }
    return Int(min(max(share.rounded(), 1), 10_000))
  }

  func make() throws(LaunchFailure) -> SpawnFences {
    var fences = SpawnFences()
    fences.leadsSession = true
    // The loop's thread starts all locations, and lives as long as the host does.
    fences.diesWithThread = true
    fences.hasNoNewPrivileges = true
    fences.niceness = entry.limits.nice
    fences.fileModeMask = Self.fileModeMask
    fences.outOfMemoryScore = Self.outOfMemoryScore
    fences.limits = resourceLimits
    fences.sandbox = try sandbox()
    return fences
  }

  private var resourceLimits: [ResourceLimit] {
    let limits = entry.limits
    var result = [ResourceLimit(.core, UInt64(clamping: limits.coreBytes))]
    if let bytes = limits.addressSpaceBytes {
      result.append(ResourceLimit(.addressSpace, UInt64(clamping: bytes)))
    }
    if let count = limits.openFiles {
      result.append(ResourceLimit(.openFiles, UInt64(clamping: count)))
    }
    if let time = limits.cpuTime {
      let seconds = UInt64(clamping: (time.wholeMilliseconds + 999) / 1000)
      let hard = seconds + Self.processorGraceSeconds
      result.append(ResourceLimit(.processorTime, seconds, hard: hard))
    }
    if let bytes = limits.fileBytes {
      result.append(ResourceLimit(.file, UInt64(clamping: bytes)))
    }
    return result
  }

  // MARK: The sandbox

  /// What a location finds as TMPDIR in its sandbox, where it may not write to `/tmp`.
  var temporaryDirectory: String { Paths.join(state.folder(of: entry.name), "tmp") }

  private func sandbox() throws(LaunchFailure) -> LandlockRuleset? {
    guard let sandbox = entry.sandbox else { return nil }
    guard try isPossible(sandbox) else { return nil }
    do throws(SystemError) {
      try Files.createDirectories(temporaryDirectory)
      if let values { try Files.createDirectories(values) }
      let plan = try SandboxPlan(
        entry,
        executable: try Files.realPath(executable),
        state: StateDirectory(path: try Files.realPath(state.path)),
        values: values
      )
      return try plan.ruleset(sandbox, version: landlock)
    } catch {
      throw LaunchFailure(reason: "its sandbox cannot be made: \(error)", code: .fence)
    }
  }

  private func isPossible(_ sandbox: SandboxEntry) throws(LaunchFailure) -> Bool {
    if landlock.number < 1 {
      guard sandbox.isRequired else { return false }
      throw LaunchFailure(
        reason: "location \"\(entry.name)\" asks for a sandbox, this kernel has no Landlock (ABI 0)"
          + "; remove \"sandbox\" or use a kernel >= 5.13",
        code: .fence
      )
    }
    if sandbox.network != .unrestricted, !landlock.fencesPorts, sandbox.isRequired {
      throw LaunchFailure(
        reason: "location \"\(entry.name)\" asks for \"sandbox.network\", the Landlock of this "
          + "kernel (\(landlock)) cannot fence TCP; remove \"network\" or use a kernel >= 6.7",
        code: .fence
      )
    }
    return true
  }
}
