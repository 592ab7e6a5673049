import HanseModel
import HanseSystem

/// Ends what the processes of locations leave behind, on a thread of its own.
///
/// The end of a process group is the loop's doing. This finds what has left the group: by the mark
/// in its environment (``ProcessMark``), by what the watch saw of it while its location lived, and,
/// where this process adopts orphans, among its children. What an earlier host on the same state
/// directory left, because it was killed, is ended when this one begins.
final class LeftoverSweep: Sendable {
  /// Processes that one of a location had left, and that were ended.
  struct Leftovers: Sendable {
    var location: LocationName
    var generation: Generation
    var count: Int
  }

  private struct Job {
    var location: LocationName
    var generation: Generation
    /// What is known to be its own without a mark.
    var seen: [ProcessIdentity]
  }

  private struct State {
    var jobs: [Job] = []
    var found: [Leftovers] = []
    var isClosing = false
  }

  /// More rounds than that only a process can make that starts others faster than they are killed.
  private static let rounds = 64
  private static let killMilliseconds = 2000

  private let state = Monitor(State())
  private let host: String
  private let directory: String
  private let adoptsOrphans: Bool
  private let notify: @Sendable () -> Void
  private let thread = Monitor<OSThread?>(nil)

  /// Starts the thread, which at once looks for what an earlier host has left.
  ///
  /// - Parameters:
  ///   - directory: The state directory, which this host has to itself.
  ///   - adoptsOrphans: Whether this process is the subreaper of all that it starts.
  ///   - notify: Called from the sweeping thread when there is something to take.
  /// - Throws: If the thread cannot be started.
  init(
    directory: String,
    adoptsOrphans: Bool,
    notify: @escaping @Sendable () -> Void
  ) throws(SystemError) {
    self.directory = try Files.realPath(directory)
    self.adoptsOrphans = adoptsOrphans
    self.notify = notify
    host = String(Random.uint64(), radix: 16)
    let started = try OSThread.start(name: "hanse-sweep") { [self] in run() }
    thread.update { $0 = started }
  }

  func mark(_ location: LocationName, _ generation: Generation) -> ProcessMark {
    ProcessMark(host: host, location: location, generation: generation, state: directory)
  }

  /// Ends, soon, what a process that has ended has left.
  ///
  /// - Parameters:
  ///   - location: Whose it was.
  ///   - generation: Which process of it.
  ///   - seen: What the watch knows to have been started by it.
  func sweep(_ location: LocationName, _ generation: Generation, seen: [ProcessIdentity]) {
    state.update { state in
      state.jobs.append(Job(location: location, generation: generation, seen: seen))
    }
  }

  /// What was ended since the last call.
  func takeFound() -> [Leftovers] {
    state.withLock { state in
      defer { state.found = [] }
      return state.found
    }
  }

  /// Ends whatever is left of all of them, and waits for that; to be called once none runs.
  func close() {
    state.update { $0.isClosing = true }
    thread.withLock { $0 }?.join()
  }

  // MARK: On the thread

  private func run() {
    endAll { [host, directory] in $0.state == directory && $0.host != host }
    while true {
      let next = state.wait(taking: { state -> (jobs: [Job], isLast: Bool)? in
        guard !state.jobs.isEmpty || state.isClosing else { return nil }
        defer { state.jobs = [] }
        return (state.jobs, state.isClosing)
      })
      for job in next?.jobs ?? [] { end(job) }
      if next?.isLast ?? true { break }
    }
    endAll { [host] in $0.host == host }
    endAdopted()
  }

  private func end(_ job: Job) {
    let mark = mark(job.location, job.generation)
    var ended = Set<ProcessIdentity>()
    for process in job.seen where process.kill(waitingMilliseconds: Self.killMilliseconds) {
      ended.insert(process)
    }
    kill(&ended) { $0 == mark }
    if adoptsOrphans { collect() }
    if !ended.isEmpty { report(job.location, job.generation, ended.count) }
  }

  /// Ends all whose mark fits, and reports them by location and generation.
  private func endAll(where fits: (ProcessMark) -> Bool) {
    var ended = Set<ProcessIdentity>()
    let marks = kill(&ended, where: fits)
    let keys = marks.map { HostLoop.ProcessKey(name: $0.location, generation: $0.generation) }
    for (key, count) in Dictionary(keys.map { ($0, 1) }, uniquingKeysWith: +).sorted(by: {
      $0.key < $1.key
    }) {
      report(key.name, key.generation, count)
    }
    if adoptsOrphans { collect() }
  }

  /// Kills until nobody is left, for some may have started others meanwhile.
  @discardableResult
  private func kill(
    _ ended: inout Set<ProcessIdentity>,
    where fits: (ProcessMark) -> Bool
  ) -> [ProcessMark] {
    var marks: [ProcessMark] = []
    do throws(SystemError) {
      for _ in 0..<Self.rounds {
        var isDone = true
        for (process, value) in try MarkedProcesses.list(variable: ProcessMark.variable) {
          guard !ended.contains(process), let mark = ProcessMark(value: value), fits(mark),
            process.kill(waitingMilliseconds: Self.killMilliseconds)
          else { continue }
          ended.insert(process)
          marks.append(mark)
          isDone = false
        }
        if isDone { break }
      }
    } catch {
      // Without /proc nobody can be found; the end of the process group holds all the same.
    }
    return marks
  }

  /// Ends the orphans that nobody can be named for: those that were started with an environment of
  /// their own, and lost their parent before the watch saw them.
  private func endAdopted() {
    guard adoptsOrphans else { return }
    do throws(SystemError) {
      for _ in 0..<Self.rounds {
        let orphans = try AdoptedProcesses.list()
        if orphans.isEmpty { break }
        for orphan in orphans { orphan.kill(waitingMilliseconds: Self.killMilliseconds) }
        try AdoptedProcesses.collect()
      }
    } catch {
      // As above.
    }
  }

  private func report(_ location: LocationName, _ generation: Generation, _ count: Int) {
    state.withLock { state in
      state.found.append(Leftovers(location: location, generation: generation, count: count))
    }
    notify()
  }

  private func collect() {
    do throws(SystemError) {
      try AdoptedProcesses.collect()
    } catch {
      // As above.
    }
  }
}
