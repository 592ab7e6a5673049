import CPosix
import Glibc

/// A program in this process's own group, with this process's own three streams.
///
/// That is how most programs start others, and unlike ``ChildProcess``: nobody can wait for it, and
/// it ends when it likes, or when somebody ends the group.
package enum Helper {
  /// Starts the program.
  ///
  /// - Parameters:
  ///   - executable: Its path.
  ///   - arguments: What follows its own name.
  /// - Returns: Its process id.
  /// - Throws: When it cannot be run.
  @discardableResult
  package static func start(
    _ executable: String,
    _ arguments: [String] = []
  ) throws(SystemError) -> Int32 {
    let texts = CStringArray([executable] + arguments)
    var pid: Int32 = 0
    let number = unsafe posix_spawn(
      &pid,
      executable,
      nil,
      nil,
      texts.pointer,
      cposix_environment()
    )
    withExtendedLifetime(texts) {}
    try SystemCall.check("run", executable, number: number)
    return pid
  }
}

extension SelfProcess {
  /// Sends a signal to this process.
  package static func raise(_ signal: Signal) { _ = Glibc.kill(getpid(), signal.number) }
}
