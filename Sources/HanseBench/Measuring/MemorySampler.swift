import HanseHost
import HanseSystem

/// Looks at the memory of a host and its children again and again, and keeps the most it saw.
///
/// Linux keeps no high-water mark of the proportional set size, so a peak between two looks is
/// missed; a look is taken every few milliseconds, and one when everything is loaded.
final class MemorySampler: Sendable {
  struct Peak: Sendable {
    var all = 0
    var host = 0
    var child = 0
  }

  private static let intervalMilliseconds: UInt64 = 3
  private let host: Host
  private let isFinished = Monitor(false)
  private let peak = Monitor(Peak())

  init(_ host: Host) throws(SystemError) {
    self.host = host
    try OSThread.start(name: "bench-memory") { [self] in
      repeat {
        look()
      } while !isFinished.wait(
        untilMilliseconds: MonotonicClock.milliseconds() + Self.intervalMilliseconds
      ) { $0 }
    }
  }

  /// Looks once more and ends.
  func finish() throws -> Peak {
    look()
    isFinished.update { $0 = true }
    return peak.withLock { $0 }
  }

  private func look() {
    let own = size(of: SelfProcess.pid)
    let children = host.snapshot.locations.compactMap(\.processID).map { size(of: Int32($0)) }
    let all = children.reduce(own, +)
    peak.withLock { peak in
      peak.all = max(peak.all, all)
      peak.host = max(peak.host, own)
      peak.child = max(peak.child, children.max() ?? 0)
    }
  }

  /// A process that has ended has no memory.
  private func size(of process: Int32) -> Int {
    (try? SelfProcess.proportionalSetSizeBytes(process)) ?? 0  // gone between the list and the look
  }
}
