import HanseSystem

/// What the process of a drill, in which its hosts run, has of the machine.
struct HostUse: Sendable {
  var descriptors: Int
  var residentBytes: Int

  static func now() throws -> HostUse {
    HostUse(
      descriptors: try Files.list("/proc/self/fd").count,
      residentBytes: try memory("VmRSS:")
    )
  }

  /// What it has once the threads of the last host are gone: they close what they hold after the
  /// host has said that it ended.
  static func settled(after before: HostUse) throws -> HostUse {
    let end = MonotonicClock.milliseconds(after: .seconds(5))
    let never = Monitor(false)
    while true {
      let use = try now()
      if use.descriptors <= before.descriptors || MonotonicClock.milliseconds() >= end {
        return use
      }
      never.wait(untilMilliseconds: MonotonicClock.milliseconds(after: .milliseconds(10))) { $0 }
    }
  }

  /// Forgets the most memory that was held so far, where the kernel can.
  static func forgetPeak() {
    do throws(SystemError) {
      let file = try Files.open("/proc/self/clear_refs", for: .appending)
      defer { file.close() }
      try file.writeAll([UInt8(ascii: "5")])
    } catch {
      // Then the peak is that of the whole drill so far.
    }
  }

  /// The most memory that was held since that was forgotten.
  static func peakBytes() throws -> Int { try memory("VmHWM:") }

  private static func memory(_ name: String) throws -> Int {
    let bytes = try Files.read("/proc/self/status", limitBytes: 1 << 16)
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    where line.hasPrefix(name) {
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      if words.count >= 2, let kibibytes = Int(words[1]) { return kibibytes * 1024 }
    }
    throw ScratchHost.Failure("/proc/self/status does not say \(name)")
  }

  func check(against after: HostUse) -> DrillCheck {
    DrillCheck(
      "the host's descriptors are back",
      after.descriptors <= descriptors,
      "\(descriptors) before, \(after.descriptors) after"
    )
  }
}

/// The memory of the process in which the host runs, around one fault.
package struct HostMemory: Hashable, Sendable {
  package var beforeBytes: Int
  package var peakBytes: Int
  package var afterBytes: Int
}
