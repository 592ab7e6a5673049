import CPosix
import Glibc

/// The three descriptors every process is born with.
package enum StandardStreams {
  package static let standardInput = Descriptor(borrowing: 0)
  package static let standardOutput = Descriptor(borrowing: 1)
  package static let standardError = Descriptor(borrowing: 2)

  /// Opens the null device in the place of each standard stream that the process was born without.
  ///
  /// The kernel gives the lowest free number to the next file that is opened: without this a
  /// database could become standard error, and a message would be written into it. To be called
  /// before anything else is opened.
  package static func openMissing() throws(SystemError) {
    try SystemCall.perform("open the missing standard streams", nil, cposix_open_missing_streams)
  }

  /// Moves standard output to a private descriptor and points descriptor 1 at standard error.
  ///
  /// A protocol can then own what was standard output: whatever the program prints becomes a log
  /// line, and no child inherits the protocol's stream.
  package static func takeStandardOutput() throws(SystemError) -> Descriptor {
    let kept = try standardOutput.duplicate()
    try SystemCall.perform("point standard output at standard error") { dup2(2, 1) }
    return kept
  }

  /// Has `print` write out each line as it ends, as a person who reads along expects.
  ///
  /// To be called before anything was printed.
  package static func bufferOutputByLine() { cposix_buffer_stdout_by_line() }

  /// Writes out what was printed and is still in memory.
  package static func flushOutput() { cposix_flush_stdout() }

  /// Moves standard input to a private descriptor and points descriptor 0 at the null device.
  package static func takeStandardInput() throws(SystemError) -> Descriptor {
    let kept = try standardInput.duplicate()
    let null = try nullDevice()
    try null.use("point standard input at the null device") { dup2($0, 0) }
    return kept
  }

  /// Reads nothing and swallows everything.
  package static func nullDevice() throws(SystemError) -> Descriptor {
    try Files.open("/dev/null", for: .updating)
  }
}
