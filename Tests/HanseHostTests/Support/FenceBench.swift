import Glibc
import HanseHost
import HanseModel
import HanseSystem
import HanseWorkspace
import Testing

/// A workspace with a location under test and a healthy one beside it, which must not notice.
struct FenceBench {
  let bench: Bench

  init() throws { bench = try Bench() }

  /// A program that serves properly, after a few lines of shell.
  ///
  /// The shell has no script open while it runs them.
  func wrapped(
    _ name: String,
    _ before: String,
    environment: [String: String] = [:],
    members: String = ""
  ) throws -> String {
    let script = "\(before)\nexec /bin/sh \(bench.path("location.sh"))\n"
    let text = script.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\n", with: "\\n")
    var variables = ["FAULT": "", "NAME": name, "MARK": bench.path("\(name).mark")]
    variables.merge(environment) { _, new in new }
    let arguments = "\"arguments\":[\"-c\",\"\(text)\"],"
    return bench.entry(name, "/bin/sh", arguments, variables, members)
  }

  /// Runs a host with the location and a healthy one, and sees that the healthy one is not even
  /// restarted.
  func withHealthy(_ location: String, _ body: (Host) throws -> Void) throws {
    try withHealthy(location, { _ in }, body)
  }

  /// The same, with a host that is configured in another way.
  func withHealthy(
    _ location: String,
    _ change: (inout HostConfiguration) -> Void,
    _ body: (Host) throws -> Void
  ) throws {
    var configuration = try bench.configuration([try bench.fixture("beta"), location])
    configuration.watchInterval = .milliseconds(50)
    change(&configuration)
    let host = try Host.start(configuration)
    defer {
      host.stop()
      if !host.waitUntilStopped(for: .seconds(30)) { Issue.record("the host does not stop") }
    }
    let before = try host.awaits("a healthy neighbour") {
      $0.location("beta")?.state == .running && $0.has("beta/left")
    }
    try body(host)
    #expect(try host.run("beta/left").status == .succeeded)
    let pid = before.location("beta")?.processID
    #expect(host.snapshot.location("beta")?.processID == pid, "the neighbour was restarted")
  }

  /// A pipe in the file system, through which a location tells a test something at once.
  func news(_ name: String) throws -> News { try News(bench.path(name)) }

  /// What a location has written to its standard error, before its last step ended.
  func said(_ host: Host, _ location: LocationName) throws -> [String] {
    let bytes = try Files.read(host.state.computeLog(of: location), limitBytes: 4 << 20)
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
      line.firstRange(of: " | ").map { String(line[$0.upperBound...]) }
    }
  }
}

/// A named pipe that a test reads line by line.
final class News {
  let path: String
  private let reading: Descriptor
  private let poller: Poller
  private var bytes: [UInt8] = []

  init(_ path: String) throws {
    self.path = path
    try #require(unsafe mkfifo(path, 0o600) == 0)
    // Open for both, so that it never ends when a writer does.
    reading = try Files.open(path, for: .updating)
    try reading.setNonBlocking(true)
    poller = try Poller()
    try poller.add(reading, token: 0, interest: .read)
  }

  /// Waits for the next line.
  func line(sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    var ready: [Poller.Ready] = []
    while true {
      if let newline = bytes.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: bytes[..<newline], as: UTF8.self)
        bytes.removeSubrange(...newline)
        return line
      }
      try poller.wait(upToMilliseconds: 30_000, into: &ready)
      try #require(!ready.isEmpty, "no news", sourceLocation: sourceLocation)
      _ = try reading.read(into: &bytes, upTo: 4096)
    }
  }

  /// Writes a line, for a location to read.
  func say(_ text: String) throws { try reading.writeAll(Array("\(text)\n".utf8)) }

  func pid(sourceLocation: SourceLocation = #_sourceLocation) throws -> Int32 {
    try #require(Int32(try line(sourceLocation: sourceLocation)), sourceLocation: sourceLocation)
  }
}
