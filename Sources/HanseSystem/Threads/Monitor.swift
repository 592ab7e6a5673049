import Glibc

/// A value behind a lock that threads can wait on.
///
/// For handing work between threads that may block. Waiting holds the thread, so it is not for
/// Swift's cooperative ones.
@safe package final class Monitor<Value: Sendable>: Sendable {
  // Written in `init` only. What the pointers lead to lives as long as this object; `value` is
  // touched only by the thread that holds `mutex`.
  private nonisolated(unsafe) let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private nonisolated(unsafe) let condition: UnsafeMutablePointer<pthread_cond_t>
  private nonisolated(unsafe) let value: UnsafeMutablePointer<Value>

  package init(_ initial: Value) {
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    unsafe value = .allocate(capacity: 1)
    unsafe value.initialize(to: initial)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe condition.initialize(to: pthread_cond_t())
    unsafe pthread_mutex_init(mutex, nil)
    // A deadline must not move when somebody sets the wall clock.
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_cond_init(condition, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe value.deinitialize(count: 1)
    unsafe value.deallocate()
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Reads or changes the value without waking anybody.
  package func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return try unsafe body(&value.pointee)
  }

  /// Changes the value and wakes everybody who waits, to look at it again.
  package func update<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let result = try withLock(body)
    notifyAll()
    return result
  }

  /// Waits until `predicate` holds.
  ///
  /// - Parameters:
  ///   - deadline: A time of ``MonotonicClock/milliseconds()``, or nil to wait for ever.
  ///   - predicate: Looked at now and after each wake-up.
  /// - Returns: Whether it came to hold in time.
  @discardableResult
  package func wait(
    untilMilliseconds deadline: UInt64? = nil,
    until predicate: (Value) -> Bool
  ) -> Bool {
    wait(untilMilliseconds: deadline) { predicate($0) ? true : nil } ?? false
  }

  /// Waits until `take` finds what it looks for, and lets it take that out of the value.
  ///
  /// - Parameters:
  ///   - deadline: A time of ``MonotonicClock/milliseconds()``, or nil to wait for ever.
  ///   - take: Called now and after each wake-up; nil means not yet.
  /// - Returns: What `take` returned, or nil when the time was over.
  package func wait<Result>(
    untilMilliseconds deadline: UInt64? = nil,
    taking take: (inout Value) -> Result?
  ) -> Result? {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let result = unsafe take(&value.pointee) { return result }
      guard let deadline else {
        unsafe pthread_cond_wait(condition, mutex)
        continue
      }
      var time = timespec(tv_sec: Int(deadline / 1000), tv_nsec: Int(deadline % 1000) * 1_000_000)
      if unsafe pthread_cond_timedwait(condition, mutex, &time) == ETIMEDOUT {
        return unsafe take(&value.pointee)
      }
    }
  }

  /// Wakes everybody who waits.
  package func notifyAll() { unsafe pthread_cond_broadcast(condition) }

  /// Wakes one of those who wait.
  ///
  /// Enough when any of them can do what is to be done.
  package func notifyOne() { unsafe pthread_cond_signal(condition) }
}
