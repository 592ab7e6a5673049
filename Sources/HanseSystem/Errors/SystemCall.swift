import Glibc

/// Runs system calls that return -1 and set `errno` on failure.
enum SystemCall {
  /// Calls `body` until it is no longer interrupted by a signal.
  static func retrying<Count: FixedWidthInteger & SignedInteger>(
    _ operation: String,
    _ subject: String? = nil,
    _ body: () -> Count
  ) throws(SystemError) -> Count {
    while true {
      let result = body()
      if result >= 0 { return result }
      if errno != EINTR { throw SystemError.current(operation, subject: subject) }
    }
  }

  /// Calls `body` for its effect, as ``retrying(_:_:_:)`` does.
  static func perform(
    _ operation: String,
    _ subject: String? = nil,
    _ body: () -> Int32
  ) throws(SystemError) {
    _ = try retrying(operation, subject, body)
  }

  /// Throws if `number`, the result of a pthread or posix_spawn call, is an error.
  static func check(
    _ operation: String,
    _ subject: String? = nil,
    number: Int32
  ) throws(SystemError) {
    if number != 0 {
      throw SystemError(operation: operation, number: number, subject: subject)
    }
  }

  /// Refuses text that C would cut at its first zero byte.
  static func refuseZeroByte(
    in text: String,
    _ operation: String
  ) throws(SystemError) {
    if text.utf8.contains(0) {
      throw SystemError(operation: operation, number: EINVAL, subject: text)
    }
  }
}
