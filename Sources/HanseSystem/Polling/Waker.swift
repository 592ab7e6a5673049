import CPosix

/// Wakes a thread that waits in a ``Poller``.
package final class Waker: Sendable {
  /// Readable from ``wake()`` until ``drain()``.
  package let descriptor: Descriptor

  package init() throws(SystemError) {
    descriptor = Descriptor(owning: try SystemCall.retrying("make a waker", nil, cposix_eventfd))
  }

  /// Makes the descriptor readable; many wake-ups before a drain count as one.
  package func wake() {
    // A full counter means that the descriptor is readable already.
    _ = cposix_eventfd_add(descriptor.number)
  }

  /// Takes back every wake-up so far.
  package func drain() {
    // Nothing to take back is fine.
    _ = cposix_eventfd_take(descriptor.number)
  }
}
