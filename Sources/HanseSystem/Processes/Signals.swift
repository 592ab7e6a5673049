import CPosix
import Glibc

/// How this process takes signals.
package enum Signals {
  /// Makes a write to a pipe without a reader an outcome rather than the end of the process.
  ///
  /// To be called once, early: it holds for the whole process.
  package static func ignoreBrokenPipe() {
    _ = cposix_ignore_signal(SIGPIPE)
  }

  /// Keeps `signals` from this thread, and from every thread it starts afterwards.
  ///
  /// To be called first thing, before any other thread exists; a ``SignalReader`` then receives
  /// them.
  package static func block(_ signals: [Signal]) throws(SystemError) {
    var set = set(of: signals)
    try SystemCall.check("block signals", number: unsafe pthread_sigmask(SIG_BLOCK, &set, nil))
  }

  static func set(of signals: [Signal]) -> sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for signal in signals { unsafe sigaddset(&set, signal.number) }
    return set
  }
}
