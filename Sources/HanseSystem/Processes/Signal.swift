import CPosix
import Glibc

/// A signal by number.
package struct Signal: Hashable, Sendable, CustomStringConvertible {
  package let number: Int32

  package init(number: Int32) { self.number = number }

  package static let hangUp = Signal(number: SIGHUP)
  package static let interrupt = Signal(number: SIGINT)
  package static let quit = Signal(number: SIGQUIT)
  package static let abort = Signal(number: SIGABRT)
  package static let kill = Signal(number: SIGKILL)
  package static let user1 = Signal(number: SIGUSR1)
  package static let user2 = Signal(number: SIGUSR2)
  package static let brokenPipe = Signal(number: SIGPIPE)
  package static let terminate = Signal(number: SIGTERM)
  package static let child = Signal(number: SIGCHLD)
  package static let `continue` = Signal(number: SIGCONT)
  package static let stop = Signal(number: SIGSTOP)
  package static let windowChange = Signal(number: SIGWINCH)

  /// The usual name, such as `SIGTERM`.
  package var name: String {
    guard let short = unsafe cposix_signal_abbreviation(number) else { return "signal \(number)" }
    return unsafe "SIG" + String(cString: short)
  }

  package var description: String { name }
}
