import HanseSystem
import Testing

/// A child whose input and output the test holds; it ends with the test at the latest.
///
/// It is always reaped: the tests that end their own process watch every child of this one, and do
/// not get past one that nobody collects.
final class RunningShell: Sendable {
  let process: ChildProcess
  let input: Descriptor
  let output: Descriptor

  /// Runs `script` with `/bin/sh`.
  convenience init(
    _ script: String,
    environment: [String: String] = [:],
    workingDirectory: String? = nil,
    fences: SpawnFences = SpawnFences()
  ) throws {
    try self.init(
      executable: "/bin/sh",
      arguments: ["-c", script],
      environment: environment,
      workingDirectory: workingDirectory,
      fences: fences
    )
  }

  init(
    executable: String,
    arguments: [String] = [],
    environment: [String: String] = [:],
    workingDirectory: String? = nil,
    fences: SpawnFences = SpawnFences()
  ) throws {
    let toChild = try Pipe.make()
    let fromChild = try Pipe.make()
    var request = SpawnRequest(
      executable: executable,
      arguments: arguments,
      environment: environment,
      workingDirectory: workingDirectory,
      standardInput: toChild.reading,
      standardOutput: fromChild.writing,
      standardError: StandardStreams.standardError
    )
    request.fences = fences
    process = try ChildProcess.spawn(request)
    toChild.reading.close()
    fromChild.writing.close()
    input = toChild.writing
    output = fromChild.reading
  }

  deinit {
    process.signalGroup(.kill)
    do {
      _ = try process.waitForExit()
    } catch {
      // Teardown: there is nothing left to collect.
    }
  }

  /// All it writes, up to its end.
  func text() throws -> String {
    String(decoding: try output.readAll(limitBytes: 1 << 20), as: UTF8.self)
  }

  func lines() throws -> [String] {
    try text().split(separator: "\n").map(String.init)
  }

  /// Waits for the next line of its output.
  func nextLine() throws -> String {
    var line: [UInt8] = []
    while line.last != UInt8(ascii: "\n") {
      if try output.read(into: &line, upTo: 1) == .endOfFile { break }
    }
    return String(decoding: line.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}

extension Tag {
  @Tag static var process: Self
}
