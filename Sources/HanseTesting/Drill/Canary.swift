import HanseModel
import HanseSystem

/// Steady work beside the faults: one step after another, each measured.
package final class Canary: Sendable {
  static let name: LocationName = "canary"
  package static let asset = "canary/steady"

  /// Where in a trial a step was begun.
  enum Phase: Int, CaseIterable, Sendable {
    case during, after
  }

  struct Record: Sendable {
    var phase = Phase.during
    var latencies: [Phase: [Double]] = [:]
    var lost: [String] = []
    var isEnding = false
  }

  private let record = Monitor(Record())
  private let thread = Monitor<OSThread?>(nil)
  private let scratch: ScratchHost
  private let asset: String

  init(_ scratch: ScratchHost, _ asset: String) {
    self.scratch = scratch
    self.asset = asset
  }

  func start() throws {
    let started = try OSThread.start(name: "drill-canary") { [self] in
      while !record.withLock({ $0.isEnding }) { step() }
    }
    thread.withLock { $0 = started }
  }

  private func step() {
    let phase = record.withLock { $0.phase }
    let begin = MonotonicClock.nanoseconds()
    let problem: String?
    do {
      let course = try scratch.run(asset)
      problem =
        course.status == .succeeded && course.failures.isEmpty
        ? nil : "run \(course.run) \(course.status): \(course.failures.map(\.message))"
    } catch {
      problem = "\(error)"
    }
    let milliseconds = Double(MonotonicClock.nanoseconds() - begin) / 1e6
    record.update { record in
      record.latencies[phase, default: []].append(milliseconds)
      guard let problem else { return }
      record.lost.append(problem)
      // Whoever fails at once would otherwise fail for ever.
      if record.lost.count >= 10 { record.isEnding = true }
    }
  }

  /// Waits until so many steps of a phase have been done.
  func wait(for count: Int, in phase: Phase) {
    let deadline = MonotonicClock.milliseconds(after: .seconds(30))
    record.wait(untilMilliseconds: deadline) {
      ($0.latencies[phase]?.count ?? 0) >= count || $0.isEnding
    }
  }

  func enter(_ phase: Phase) { record.withLock { $0.phase = phase } }

  /// Ends the work and waits for the step in flight.
  func finish() -> Record {
    record.update { $0.isEnding = true }
    thread.withLock { $0 }?.join()
    return record.withLock { $0 }
  }
}

/// Latencies in short.
package struct LatencyFigures: Hashable, Sendable {
  package var count = 0
  package var p50 = 0.0
  package var p99 = 0.0
  /// Steps in a second of the time that they took together.
  package var perSecond = 0.0

  init(_ milliseconds: [Double]) {
    let sorted = milliseconds.sorted()
    guard let last = sorted.last else { return }
    count = sorted.count
    p50 = sorted[(count - 1) / 2]
    p99 = count < 100 ? last : sorted[(count * 99 - 1) / 100]
    let total = sorted.reduce(0, +)
    perSecond = total > 0 ? Double(count) * 1000 / total : 0
  }
}
