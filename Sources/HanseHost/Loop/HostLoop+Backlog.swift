import HanseCore
import HanseSystem

/// Holding back the locations whose events come faster than the disk takes them.
extension HostLoop {
  /// Counts what a process has just sent among what is not on disk yet.
  ///
  /// One whose location has too much of it is not watched until some of that is written.
  func noteBacklog(of process: LocationProcess) {
    let bytes = process.takeEventBytes()
    guard bytes > 0, gate.recorded > gate.durable else { return }
    guard backlog.note(bytes, of: process.key, upTo: gate.recorded) else { return }
    unread.remove(process.key)
    unwatch(.output, of: process)
    tellHold(of: process)
    notePublishing()
  }

  /// Reads again from those of whose events enough is on disk.
  func releaseHeld(at sequence: Int64) {
    for key in backlog.advance(to: sequence) {
      notePublishing()
      guard let process = processes[key] else { continue }
      tellHold(of: process)
      resumeReading(of: process)
    }
  }

  /// Reads on from a process that was not read from for a while.
  func resumeReading(of process: LocationProcess) {
    guard !cannotHear(process) else { return }
    if !process.errors.isClosed { watch(.errors, of: process) }
    guard !process.isAway, !process.output.isClosed else { return }
    watch(.output, of: process)
    // What it had sent before may be here already, and the poller knows nothing of it.
    unread.insert(process.key)
  }

  /// Whether the answer to a ping cannot be seen, because it is the host that does not read.
  func cannotHear(_ process: LocationProcess) -> Bool {
    backlog.held.contains(process.key) || books.held.contains(process.name)
  }
}
