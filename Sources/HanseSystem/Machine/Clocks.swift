import CPosix

/// Time that only goes forward, from an arbitrary start; it means nothing to another process.
package enum MonotonicClock {
  package static func nanoseconds() -> UInt64 { cposix_monotonic_nanoseconds() }

  package static func milliseconds() -> UInt64 { nanoseconds() / 1_000_000 }

  /// The time of ``milliseconds()`` that lies `duration` ahead, rounded up.
  package static func milliseconds(after duration: Duration) -> UInt64 {
    let (seconds, attoseconds) = duration.components
    let ahead = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    return (nanoseconds() + UInt64(max(0, ahead)) + 999_999) / 1_000_000
  }
}

/// The time of day, which people and programs may set back.
package enum WallClock {
  package static func millisecondsSince1970() -> Int64 { cposix_wall_milliseconds() }
}
