import HanseModel
import HanseSystem

/// What `hanse dev` prints while the host runs, for as long as it can be printed.
///
/// A host is not to end because a `tee` has died, or because the disk of a log is full: so it goes on
/// without output then, and says so once.
final class DevOutput {
  private let console: Console
  /// Whether standard output takes nothing any more.
  private(set) var isMute = false

  init(_ console: Console) { self.console = console }

  /// Prints a line for people.
  func line(_ text: String) {
    print { () throws(OutputClosed) in
      if !console.isJSON { try console.line(text) }
    }
  }

  func event(_ event: Event) {
    print { () throws(OutputClosed) in
      if console.isJSON {
        try console.document(event)
      } else if !console.isQuiet {
        try console.line(EventText.line(event, console.paint))
      }
    }
  }

  private func print(_ body: () throws(OutputClosed) -> Void) {
    guard !isMute else { return }
    do throws(OutputClosed) {
      try body()
    } catch {
      isMute = true
      console.warn(DevMessages.goesOnMute(error.cause, SelfProcess.pid))
    }
  }
}
