import HanseCore
import HanseModel
import HanseSystem

/// Looks once a second at what the processes of the locations use, on a thread of its own.
///
/// It decides nothing but which of them is over a limit, and which does not run at all; the control
/// plane ends the one as it does any other that breaks a rule, and tells people of the other. It
/// lets go of a process once that was reaped.
final class ResourceWatch: Sendable {
  /// A process to look at, and what it may use with all that it started.
  struct Subject: Sendable {
    var name: LocationName
    var generation: Generation
    var child: ChildProcess
    var memoryBytes: Int64?
    /// Processes and threads.
    var tasks: Int?
    /// Whether both limits are for all processes of the location together: it has workers.
    var isShared = false
    var cgroup: Cgroup?
  }

  enum Finding: Hashable, Sendable {
    /// More than it may use, in words.
    case overLimit(String)
    /// Whether it is stopped, by SIGSTOP or a debugger; said at each look while it is, and once
    /// when it no longer is.
    case suspended(Bool)
  }

  typealias Report = @Sendable (LocationName, Generation, Finding) -> Void

  private struct State {
    var subjects: [Subject] = []
    /// What each of them had started and was there at the last look, by its number.
    var started: [Int32: [ProcessIdentity]] = [:]
    var isClosed = false
  }

  private let state = Monitor(State())
  private let thread = Monitor<OSThread?>(nil)
  /// The kernel's kills at the last look and at the one before it: a process that was killed just
  /// before a look may be collected just after it.
  private let kills: Monitor<(earlier: Int?, last: Int?)>

  /// Starts to look.
  ///
  /// - Parameters:
  ///   - interval: How often.
  ///   - collectsOrphans: Whether to collect, too, what this process has adopted and has ended.
  ///   - report: Called from the watching thread with the verdict on a process.
  /// - Throws: If the thread cannot be started.
  init(
    every interval: Duration,
    collectsOrphans: Bool,
    report: @escaping Report
  ) throws(SystemError) {
    let present = OutOfMemoryKills.count()
    kills = Monitor((present, present))
    let (state, kills) = (state, kills)
    let started = try OSThread.start(name: "hanse-watch") {
      var looks = Looks(state: state, report: report)
      while let subjects = Self.next(state, after: interval) {
        kills.update { $0 = ($0.last, OutOfMemoryKills.count()) }
        looks.look(at: subjects)
        if collectsOrphans { Self.collectOrphans() }
      }
    }
    thread.update { $0 = started }
  }

  deinit { state.update { $0.isClosed = true } }

  /// Ends the thread, which ends what is left in the cgroups, and waits for that.
  func close() {
    state.update { $0.isClosed = true }
    thread.withLock { $0 }?.join()
  }

  func add(_ subject: Subject) { state.update { $0.subjects.append(subject) } }

  /// How many processes the kernel has just killed for want of memory: of the child's own cgroup if
  /// it has one, else anywhere on this machine.
  func outOfMemoryKills(of child: ChildProcess) -> Int {
    let subject = state.withLock { $0.subjects.first { $0.child === child } }
    if let cgroup = subject?.cgroup { return cgroup.outOfMemoryKills }
    guard let before = kills.withLock({ $0.earlier }), let now = OutOfMemoryKills.count() else {
      return 0
    }
    return max(0, now - before)
  }

  /// What the child has started and was there at the last look, wherever it has gone since.
  func processesStarted(by child: ChildProcess) -> [ProcessIdentity] {
    state.withLock { $0.started[child.pid] ?? [] }
  }

  private static func collectOrphans() {
    do throws(SystemError) {
      try AdoptedProcesses.collect()
    } catch {
      // Without /proc nobody knows which they are.
    }
  }

  /// Waits for the next look; nil when there is none any more.
  private static func next(_ state: Monitor<State>, after interval: Duration) -> [Subject]? {
    // Nobody to look at, nothing to wake up for.
    state.wait { $0.isClosed || !$0.subjects.isEmpty }
    let deadline = MonotonicClock.milliseconds(after: interval)
    state.wait(untilMilliseconds: deadline) { $0.isClosed }
    let (subjects, ended, isClosed) = state.update { state in
      let ended = state.subjects.filter { state.isClosed || $0.child.isReaped }
      for subject in ended { state.started[subject.child.pid] = nil }
      state.subjects.removeAll { $0.child.isReaped }
      return (state.subjects, ended, state.isClosed)
    }
    for subject in ended { subject.cgroup?.discard() }
    return isClosed ? nil : subjects
  }

  /// The thread's own part: what it remembers from look to look.
  private struct Looks {
    let state: Monitor<State>
    let report: Report
    var census = ProcessCensus()
    var suspended: Set<Int32> = []

    init(state: Monitor<State>, report: @escaping Report) {
      self.state = state
      self.report = report
    }

    mutating func look(at subjects: [Subject]) {
      let uses: [Int32: ProcessCensus.Use]
      do throws(SystemError) {
        uses = try census.count(subjects.map(\.child.pid))
      } catch {
        // Without /proc there is nothing to see; the limits that the kernel keeps hold all the same.
        return
      }
      state.withLock { state in
        for (pid, use) in uses { state.started[pid] = use.processes.filter { $0.pid != pid } }
      }
      for subject in subjects {
        guard let use = uses[subject.child.pid], !subject.child.isReaped else { continue }
        if !subject.isShared, let verdict = verdict(on: use, of: subject) {
          report(subject.name, subject.generation, .overLimit(verdict))
        }
        noteSuspension(use, of: subject)
      }
      let shared = Dictionary(grouping: subjects.filter(\.isShared), by: \.name)
      for subjects in shared.values { look(at: SharedUse(subjects, uses)) }
      suspended.formIntersection(uses.keys)
    }

    /// Ends the process that has the most of what a location has too much of.
    private func look(at use: SharedUse) {
      guard let (worst, verdict) = use.verdict else { return }
      report(worst.name, worst.generation, .overLimit(verdict))
    }

    private mutating func noteSuspension(_ use: ProcessCensus.Use, of subject: Subject) {
      let wasSuspended = suspended.remove(subject.child.pid) != nil
      if use.isStopped { suspended.insert(subject.child.pid) }
      guard use.isStopped || wasSuspended else { return }
      report(subject.name, subject.generation, .suspended(use.isStopped))
    }
  }

  private static func verdict(on use: ProcessCensus.Use, of subject: Subject) -> String? {
    if let limit = subject.tasks, use.tasks > limit {
      return "killed: \(use.tasks) processes and threads, over its limit of \(limit)"
    }
    guard let limit = subject.memoryBytes, use.residentBytes > limit else { return nil }
    let own = ProcessCensus.ownBytes(of: use.pids)
    guard own > limit else { return nil }
    let place = use.pids.count == 1 ? "" : " in \(use.pids.count) processes"
    return "killed: \(ByteText.text(own))\(place), over its limit of \(ByteText.text(limit))"
      + " of memory"
  }
}

/// How often the kernel of this machine has killed a process because there was no memory left.
enum OutOfMemoryKills {
  /// Nil where it does not say.
  static func count(in path: String = "/proc/vmstat") -> Int? {
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try Files.read(path, limitBytes: 1 << 20)
    } catch {
      return nil
    }
    let name = Array("oom_kill ".utf8)
    for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: name) {
      return Int(String(decoding: line.dropFirst(name.count), as: UTF8.self))
    }
    return nil
  }
}

/// Amounts of memory for people.
enum ByteText {
  /// As `512 B`, `1 GiB` or `1.2 GiB`: one digit after the point, unless that is 0.
  static func text(_ bytes: Int64) -> String {
    var (value, unit) = (Double(bytes), 0)
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    let tenths = Int64((value * 10).rounded())
    let fraction = tenths % 10 == 0 ? "" : ".\(tenths % 10)"
    return "\(tenths / 10)\(fraction) \(units[unit])"
  }
}
