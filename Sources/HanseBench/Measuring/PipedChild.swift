import HanseSystem

/// A child with its standard input and output on pipes.
struct PipedChild {
  private let process: ChildProcess
  private let input: Descriptor
  private let output: Descriptor

  init(
    executable: String,
    _ arguments: [String],
    adding environment: [String: String] = [:]
  ) throws(SystemError) {
    let input = try Pipe.make()
    let output = try Pipe.make()
    process = try ChildProcess.spawn(
      SpawnRequest(
        executable: executable,
        arguments: arguments,
        environment: Environment.all().merging(environment) { _, new in new },
        standardInput: input.reading,
        standardOutput: output.writing,
        standardError: StandardStreams.standardError
      )
    )
    input.reading.close()
    output.writing.close()
    self.input = input.writing
    self.output = output.reading
  }

  func write(_ bytes: [UInt8]) throws(SystemError) { try input.writeAll(bytes) }

  /// Appends what comes next.
  func read(into bytes: inout [UInt8]) throws {
    guard case .bytes = try output.read(into: &bytes, upTo: 1 << 16) else {
      throw BenchFailure("the child has ended early")
    }
  }

  /// All that it writes until it ends.
  func readToEnd() throws -> [UInt8] {
    input.close()
    let bytes = try output.readAll(limitBytes: 1 << 20)
    let status = try process.waitForExit()
    guard status == .exited(0) else { throw BenchFailure("a repetition ended with \(status)") }
    return bytes
  }

  /// Ends it with SIGKILL, as a machine's want of memory does.
  func kill() throws(SystemError) {
    process.signal(.kill)
    _ = try process.waitForExit()
    output.close()
  }

  /// Closes its input and waits until it has ended.
  func end() throws(SystemError) {
    input.close()
    _ = try process.waitForExit()
  }
}

/// The other end of the bare pipe: what comes in goes out.
enum Echo {
  static func run() throws(SystemError) {
    var bytes: [UInt8] = []
    while true {
      bytes.removeAll(keepingCapacity: true)
      guard case .bytes = try StandardStreams.standardInput.read(into: &bytes, upTo: 1 << 16)
      else { return }
      try StandardStreams.standardOutput.writeAll(bytes)
    }
  }
}
