import Glibc

/// What this process has used of the processors.
package enum ProcessorTime {
  /// The time of all of its threads so far, in nanoseconds.
  package static func nanoseconds() -> Int64 {
    var time = timespec()
    guard unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return 0 }
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
