import HanseModel
import HanseSystem
import HanseWorkspace

/// Says in words how a location's process ended, and which of its limits it had come to.
struct ExitVerdict {
  var limits: LocationLimits
  /// What the kernel killed it with: numbers that the C library gives a name.
  private static let kill: Int32 = 9
  private static let processorTime: Int32 = 24
  private static let fileSize: Int32 = 25

  /// Describes an end.
  ///
  /// - Parameters:
  ///   - status: How it ended.
  ///   - usage: What it had used, if that is known.
  ///   - wasKilled: Whether it was this host that killed it.
  ///   - outOfMemoryKills: How many processes the kernel has just killed for want of memory.
  /// - Returns: The reason of the end, for people.
  func words(
    for status: ExitStatus,
    usage: ProcessUsage?,
    wasKilled: Bool,
    outOfMemoryKills: () -> Int
  ) -> String {
    guard case .signaled(let number, coreDumped: _) = status else { return "\(status)" }
    switch number {
    case Self.processorTime where limits.cpuTime != nil: return overProcessorTime(status, usage)
    case Self.fileSize:
      guard let limit = limits.fileBytes else { return "\(status)" }
      return "killed: wrote a file beyond its limit of \(ByteText.text(limit)) (\(status))"
    case Self.kill where !wasKilled:
      // A process that ignores the warning is killed some seconds of processor time later.
      if let limit = limits.cpuTime, let usage, usage.processorTime > limit {
        return overProcessorTime(status, usage)
      }
      let kills = outOfMemoryKills()
      guard kills > 0 else { return "\(status)" }
      let peak = usage.map { " it held up to \(ByteText.text($0.peakResidentBytes)), and" } ?? ""
      return "\(status), most likely from the kernel for want of memory:\(peak) the kernel has "
        + "just killed \(kills == 1 ? "a process" : "\(kills) processes") for that reason"
    default: return "\(status)"
    }
  }

  private func overProcessorTime(_ status: ExitStatus, _ usage: ProcessUsage?) -> String {
    let limit = limits.cpuTime?.briefDescription ?? ""
    let used = usage.map { "\($0.processorTime.briefDescription) of processor time" }
    return "killed: \(used ?? "more processor time"), over its limit of \(limit) (\(status))"
  }
}
