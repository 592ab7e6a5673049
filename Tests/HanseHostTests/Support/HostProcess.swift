import HanseSystem
import Testing

/// A host in a process of its own, which can be killed.
final class HostProcess {
  let child: ChildProcess
  private let output: Descriptor
  private let poller: Poller
  private var bytes: [UInt8] = []
  /// What it said so far.
  private(set) var lines: [String] = []

  init(_ bench: Bench, selection: String...) throws {
    let input = try Pipe.make()
    let output = try Pipe.make()
    child = try ChildProcess.spawn(
      SpawnRequest(
        executable: try Bench.program("HostFixture"),
        arguments: [bench.path("workspace.json")] + selection,
        environment: Environment.all(),
        standardInput: input.reading,
        standardOutput: output.writing,
        standardError: StandardStreams.standardError
      )
    )
    output.writing.close()
    self.output = output.reading
    poller = try Poller()
    try poller.add(self.output, token: 0, interest: .read)
  }

  deinit {
    // A test that failed may leave it running.
    child.signalGroup(.kill)
    do {
      // Collected by us, or it stays in the way of whoever waits for any child of this process.
      _ = try child.waitForExit()
    } catch {
      // Teardown: there is nothing left to collect.
    }
  }

  /// Waits until it has said so many lines that begin with the text.
  @discardableResult
  func wait(for beginning: String, count: Int = 1) throws -> [String] {
    var ready: [Poller.Ready] = []
    while true {
      let found = lines.filter { $0.hasPrefix(beginning) }
      if found.count >= count { return found }
      try poller.wait(upToMilliseconds: 30_000, into: &ready)
      try #require(!ready.isEmpty, "no \(beginning); it said \(lines)")
      guard case .bytes = try output.read(into: &bytes, upTo: 4096) else {
        throw HostEnded(lines: lines)
      }
      while let newline = bytes.firstIndex(of: UInt8(ascii: "\n")) {
        lines.append(String(decoding: bytes[..<newline], as: UTF8.self))
        bytes.removeSubrange(...newline)
      }
    }
  }

  /// Kills it as a power cut would, and waits for its end.
  func kill() throws {
    child.signal(.kill)
    _ = try child.waitForExit()
  }
}

struct HostEnded: Error {
  var lines: [String]
}
