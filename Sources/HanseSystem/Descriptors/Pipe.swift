import CPosix

/// Makes anonymous pipes.
package enum Pipe {
  /// A pipe whose ends no child inherits unless it is spawned with them.
  package static func make() throws(SystemError) -> (reading: Descriptor, writing: Descriptor) {
    var reading: Int32 = -1
    var writing: Int32 = -1
    try SystemCall.perform("make a pipe") { unsafe cposix_pipe(&reading, &writing) }
    return (Descriptor(owning: reading), Descriptor(owning: writing))
  }

  /// Asks for room for `bytes` in the pipe of `end`.
  ///
  /// - Returns: Whether the kernel agreed. It refuses beyond `/proc/sys/fs/pipe-max-size`, and the
  ///   pipe then keeps its size: nothing depends on it but the number of wake-ups.
  @discardableResult
  package static func grow(_ end: Descriptor, toBytes bytes: Int) -> Bool {
    cposix_set_pipe_size(end.number, Int32(clamping: bytes)) >= 0
  }
}
