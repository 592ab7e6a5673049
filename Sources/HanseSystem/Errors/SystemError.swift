import CPosix
import Glibc

/// A system call that failed.
///
/// `number` is for programs, `description` for people: it names what was being done, on what, and
/// the system's own reason.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was being done, as a verb: `open`, `change to directory`.
  package var operation: String
  /// The value of `errno`.
  package var number: Int32
  /// The path, port or process it was done to.
  package var subject: String?

  package init(operation: String, number: Int32, subject: String? = nil) {
    self.operation = operation
    self.number = number
    self.subject = subject
  }

  /// The error of the call that has just failed on this thread.
  package static func current(_ operation: String, subject: String? = nil) -> SystemError {
    SystemError(operation: operation, number: errno, subject: subject)
  }

  /// The error of what somebody did not want done to its end.
  package static func canceled(_ operation: String, subject: String? = nil) -> SystemError {
    SystemError(operation: operation, number: ECANCELED, subject: subject)
  }

  package var isNotFound: Bool { number == ENOENT }

  package var isPermission: Bool { number == EACCES || number == EPERM }

  package var isNoSuchProcess: Bool { number == ESRCH }

  /// Whether the kernel does not know how to run the file.
  package var isNotAProgram: Bool { number == ENOEXEC }

  package var isTooLarge: Bool { number == EFBIG }

  package var isBrokenPipe: Bool { number == EPIPE }

  /// The symbol of the number, such as `ENOENT`.
  package var symbol: String {
    guard let name = unsafe cposix_error_name(number) else { return "errno \(number)" }
    return unsafe String(cString: name)
  }

  /// The system's sentence for the number, such as `No such file or directory`.
  package var reason: String {
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
  }

  package var description: String {
    let target = subject.map { " \"\($0)\"" } ?? ""
    return "\(operation)\(target): \(reason) (\(symbol))"
  }
}
