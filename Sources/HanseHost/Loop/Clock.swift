import HanseModel
import HanseSystem

/// The host's two clocks, in the domain's types.
enum Clock {
  static func now() -> HostInstant {
    HostInstant(nanoseconds: Int64(MonotonicClock.nanoseconds()))
  }

  static func wall() -> Timestamp {
    Timestamp(milliseconds: WallClock.millisecondsSince1970())
  }
}
