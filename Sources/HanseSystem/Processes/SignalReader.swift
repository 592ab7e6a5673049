import CPosix
import Glibc

/// Receives blocked signals as something to poll.
package final class SignalReader: Sendable {
  /// Readable while a signal is pending.
  package let descriptor: Descriptor

  /// Receives `signals`, which must be blocked already in every thread.
  package init(_ signals: [Signal]) throws(SystemError) {
    var set = Signals.set(of: signals)
    let number = try SystemCall.retrying("receive signals") { unsafe cposix_signalfd(&set) }
    descriptor = Descriptor(owning: number)
  }

  /// The next pending signal, or nil when there is none; never waits.
  package func next() throws(SystemError) -> Signal? {
    let number = try descriptor.use("read a signal", nil, cposix_signalfd_next)
    return number == 0 ? nil : Signal(number: number)
  }
}
