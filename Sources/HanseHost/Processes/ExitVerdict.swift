import HanseCore
import HanseModel
import HanseSystem
import HanseWorkspace

/// Says in words how a location's process ended, and which of its limits it had come to.
struct ExitVerdict {
  /// The reason of the end, for people, and the stable name of the fault where that is known.
  struct Verdict: Hashable {
    var reason: String
    var code: FaultCode?
  }

  /// What is known of an ended process.
  struct Circumstances {
    /// What it had used.
    var usage: ProcessUsage?
    /// Whether it was this host that killed it.
    var wasKilled = false
    /// Whether it had answered the handshake.
    var hasAnswered = true
    /// Its last lines on standard error.
    var tail: [String] = []
    /// Whether the kernel keeps its memory within the limit, by a cgroup.
    var isInCgroup = false
    /// Whether that limit is for all processes of the location together.
    var sharesLimits = false
    /// How many processes the kernel has just killed for want of memory: of its cgroup, or anywhere.
    var outOfMemoryKills: () -> Int = { 0 }
  }

  var limits: LocationLimits
  /// What the kernel killed it with: numbers that the C library gives a name.
  private static let kill: Int32 = 9
  private static let processorTime: Int32 = 24
  private static let fileSize: Int32 = 25

  /// Describes an end.
  ///
  /// - Parameters:
  ///   - status: How it ended.
  ///   - circumstances: What is known beside that.
  /// - Returns: The reason, for people, and its name.
  func verdict(on status: ExitStatus, _ circumstances: Circumstances) -> Verdict {
    switch status {
    case .exited:
      if !circumstances.hasAnswered,
        let complaint = LoaderComplaint(status: status, tail: circumstances.tail)
      {
        return Verdict(reason: "\(complaint.words); \(status)", code: .loader)
      }
      return Verdict(reason: "\(status)")
    case .signaled(let number, coreDumped: _):
      return limit(reached: number, status, circumstances) ?? Verdict(reason: "\(status)")
    }
  }

  private func limit(
    reached signal: Int32,
    _ status: ExitStatus,
    _ circumstances: Circumstances
  ) -> Verdict? {
    switch signal {
    case Self.processorTime where limits.cpuTime != nil:
      return overProcessorTime(status, circumstances.usage)
    case Self.fileSize:
      guard let limit = limits.fileBytes else { return nil }
      let text = "killed: wrote a file beyond its limit of \(ByteText.text(limit)) (\(status))"
      return Verdict(reason: text, code: .overLimit)
    case Self.kill where !circumstances.wasKilled:
      // A process that ignores the warning is killed some seconds of processor time later.
      if let limit = limits.cpuTime, let usage = circumstances.usage, usage.processorTime > limit {
        return overProcessorTime(status, usage)
      }
      return wantOfMemory(status, circumstances)
    default: return nil
    }
  }

  private func wantOfMemory(
    _ status: ExitStatus,
    _ circumstances: Circumstances
  ) -> Verdict? {
    let kills = circumstances.outOfMemoryKills()
    guard kills > 0 else { return nil }
    if circumstances.isInCgroup, let limit = limits.memoryBytes {
      let whose =
        circumstances.sharesLimits ? "the processes of its location are over their" : "over its"
      let text = "killed by the kernel: \(whose) limit of \(ByteText.text(limit)) of memory"
      return Verdict(reason: "\(text) (\(status))", code: .overLimit)
    }
    let peak =
      circumstances.usage.map { " it held up to \(ByteText.text($0.peakResidentBytes)), and" } ?? ""
    return Verdict(
      reason: "\(status), most likely from the kernel for want of memory:\(peak) the kernel has "
        + "just killed \(kills == 1 ? "a process" : "\(kills) processes") for that reason",
      code: .outOfMemory
    )
  }

  private func overProcessorTime(_ status: ExitStatus, _ usage: ProcessUsage?) -> Verdict {
    let limit = limits.cpuTime?.briefDescription ?? ""
    let used = usage.map { "\($0.processorTime.briefDescription) of processor time" }
    let text = "killed: \(used ?? "more processor time"), over its limit of \(limit) (\(status))"
    return Verdict(reason: text, code: .overLimit)
  }
}

/// What the dynamic loader says when it cannot make a program ready to run.
struct LoaderComplaint: Hashable {
  var words: String

  /// Finds it among the last lines of standard error; nil when the loader has not spoken.
  init?(status: ExitStatus, tail: [String]) {
    // glibc's loader ends with 127 for a missing library, and with 1 for one that is too old.
    guard status == .exited(127) || status == .exited(1) else { return nil }
    let missing = ": error while loading shared libraries: "
    for line in tail {
      if let place = line.firstRange(of: missing) {
        let rest = line[place.upperBound...]
        let library = rest.prefix { $0 != ":" }
        words =
          "its shared library \"\(library)\" is missing or cannot be loaded (\(rest)); install it, "
          + "or build the location with -static-stdlib"
        return
      }
      if line.contains(": version `"), line.contains("' not found (required by ") {
        words =
          "a shared library here is too old for it (\(line)); build the location on this system, "
          + "or one that is as old"
        return
      }
    }
    return nil
  }
}
