import CPosix
import Glibc

/// Waits for many descriptors at once.
///
/// Level triggered: a descriptor is reported for as long as it is ready. Any thread may add and
/// remove while another waits.
package final class Poller: Sendable {
  /// What a descriptor is watched for; hang-ups are always reported.
  package struct Interest: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let read = Interest(rawValue: 1)
    package static let write = Interest(rawValue: 2)

    fileprivate var events: UInt32 {
      (contains(.read) ? EPOLLIN.rawValue : 0) | (contains(.write) ? EPOLLOUT.rawValue : 0)
    }
  }

  /// One descriptor that is ready.
  package struct Ready: Hashable, Sendable {
    /// What the descriptor was added with.
    package var token: UInt64
    package var readable: Bool
    package var writable: Bool
    /// The other side is gone, or the descriptor is in error.
    ///
    /// There may still be bytes to read.
    package var hangUp: Bool

    package init(token: UInt64, readable: Bool, writable: Bool, hangUp: Bool) {
      self.token = token
      self.readable = readable
      self.writable = writable
      self.hangUp = hangUp
    }
  }

  private static let eventsPerWait = 64
  private let descriptor: Descriptor

  package init() throws(SystemError) {
    descriptor = Descriptor(
      owning: try SystemCall.retrying("make a poller", nil, cposix_epoll_create)
    )
  }

  /// Watches `target`, to be reported as `token`.
  ///
  /// The caller keeps `target` open, and removes it before closing it.
  package func add(
    _ target: Descriptor,
    token: UInt64,
    interest: Interest
  ) throws(SystemError) {
    try control("watch", EPOLL_CTL_ADD, target, token, interest)
  }

  package func modify(
    _ target: Descriptor,
    token: UInt64,
    interest: Interest
  ) throws(SystemError) {
    try control("change the watch of", EPOLL_CTL_MOD, target, token, interest)
  }

  package func remove(_ target: Descriptor) throws(SystemError) {
    try control("stop watching", EPOLL_CTL_DEL, target, 0, [])
  }

  /// Replaces `ready` with the descriptors that are ready, waiting for the first.
  ///
  /// At most 64 at a time; the others follow with the next call. Empty after `limit` milliseconds;
  /// nil waits for ever.
  package func wait(
    upToMilliseconds limit: Int?,
    into ready: inout [Ready]
  ) throws(SystemError) {
    ready.removeAll(keepingCapacity: true)
    let deadline = limit.map { MonotonicClock.milliseconds() + UInt64(max(0, $0)) }
    while true {
      let number = collect(waitMilliseconds: Self.remaining(until: deadline), into: &ready)
      if number == 0 { return }
      if number != EINTR { throw SystemError(operation: "poll", number: number) }
    }
  }

  /// Waits once; the result is `errno`, or 0.
  private func collect(waitMilliseconds: Int32, into ready: inout [Ready]) -> Int32 {
    unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.eventsPerWait) {
      events -> Int32 in
      let count = unsafe epoll_wait(
        descriptor.number,
        events.baseAddress,
        Int32(Self.eventsPerWait),
        waitMilliseconds
      )
      if count < 0 { return errno }
      for index in 0..<Int(count) {
        let flags = unsafe events[index].events
        ready.append(
          Ready(
            token: unsafe events[index].data.u64,
            readable: flags & EPOLLIN.rawValue != 0,
            writable: flags & EPOLLOUT.rawValue != 0,
            hangUp: flags & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0
          )
        )
      }
      return 0
    }
  }

  private static func remaining(until deadline: UInt64?) -> Int32 {
    guard let deadline else { return -1 }
    let now = MonotonicClock.milliseconds()
    return deadline > now ? Int32(clamping: deadline - now) : 0
  }

  private func control(
    _ operation: String,
    _ code: Int32,
    _ target: Descriptor,
    _ token: UInt64,
    _ interest: Interest
  ) throws(SystemError) {
    let subject = "descriptor \(target.number)"
    try target.use(operation, subject) {
      cposix_epoll_control(descriptor.number, code, $0, interest.events, token)
    }
  }
}
