import HanseHost
import HanseSystem

/// Finds the host of a state directory, or the moment when there is none.
///
/// A host holds the directory a little before it can be called, and a command that runs the
/// locations itself holds it without ever being called. Both are waited for, by the files that they
/// write, instead of being told as errors.
struct HostSearch {
  /// More than a host takes from the lock to the address.
  static let patience = Duration.seconds(20)

  private let state: StateDirectory
  private let console: Console
  private let signals: SignalWatch
  private let patience: Duration
  private var wait: Wait?

  private struct Wait {
    var changes: FileChanges
    var deadline: UInt64
  }

  init(
    _ state: StateDirectory,
    _ console: Console,
    _ signals: SignalWatch,
    patience: Duration = Self.patience
  ) {
    self.state = state
    self.console = console
    self.signals = signals
    self.patience = patience
  }

  /// The host that answers; nil as soon as nobody holds the state directory.
  ///
  /// - Throws: ``CommandError`` when somebody holds it for longer than the patience, and does not
  ///   answer.
  mutating func find() throws -> RunningHost? {
    while true {
      if let host = RunningHost.find(state) { return host }
      guard case .process(let pid) = holder else { return nil }
      // Watched first, then looked at once more: nothing is missed in between.
      guard let wait else {
        console.note(SessionMessages.waiting(forHolder: pid))
        wait = try begin()
        continue
      }
      if try wait.changes.wait(untilMilliseconds: wait.deadline) == .timeIsUp {
        throw CommandError(.unusableWorkspace, SessionMessages.isHeld(state.path, by: pid))
      }
    }
  }

  /// Who has the state directory.
  private var holder: FileLock.Holder {
    do throws(SystemError) {
      return try FileLock.holder(of: state.lock)
    } catch {
      // What is wrong with the directory, the host that is started next says.
      return .nobody
    }
  }

  /// Begins to watch what a host writes when it can be called, and when it ends.
  private func begin() throws(SystemError) -> Wait {
    Wait(
      // The address is renamed into place; the lock's file is closed when its holder ends.
      changes: try FileChanges([state.endpoint, state.lock], of: [.appeared, .written], signals),
      deadline: MonotonicClock.milliseconds(after: patience)
    )
  }
}
