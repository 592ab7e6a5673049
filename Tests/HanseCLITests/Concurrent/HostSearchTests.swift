import HanseAPI
import HanseHost
import HanseModel
import HanseSystem
import HanseWorkspace
import Testing

@testable import HanseCLI

/// Between the moment a host has its state directory and the one it can be called.
@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct HostSearchTests {
  private let workspace: TemporaryWorkspace
  private let state: StateDirectory

  init() throws {
    workspace = try TemporaryWorkspace()
    state = StateDirectory(path: Paths.join(workspace.path, ".hanse"))
  }

  private var note: String {
    "process \(SelfProcess.pid) has the state directory and cannot be called yet; waiting for it\n"
  }

  /// Has the state directory as a host has it that is just starting.
  private func hold() throws -> FileLock {
    try Files.createDirectories(state.path)
    guard case .locked(let lock) = try FileLock.acquire(state.lock) else {
      throw CommandError(.failed, "somebody else has the lock of a new directory")
    }
    return lock
  }

  /// Starts a host in this process, which has the state directory but no address yet.
  private func startHost() throws -> Host {
    let load = WorkspaceFile.load(path: Paths.join(workspace.path, "workspace.json"))
    return try Host.start(
      HostConfiguration(
        workspace: try #require(load.workspace),
        version: Tool.version,
        environment: ["PATH": Environment.value("PATH") ?? "", "SWIFT_BACKTRACE": "enable=no"]
      )
    )
  }

  @Test func `a command waits for the address of a host that is starting, and talks to it`() throws
  {
    let host = try startHost()
    let waiting = try workspace.start("materialize", "fixture/left", "--detach", "--json")
    #expect(waiting.errorsHold(note))
    let server = try HTTPServer.start(host, options: HTTPServer.Options(port: 0))
    let outcome = try waiting.finish()
    #expect(outcome.status == .exited(0), "\(outcome.errors)")
    #expect(outcome.errors == note)
    let run = try RunDocument.decode(outcome.output)
    #expect(host.feed.wait(after: run.sequence, for: .seconds(30)))
    host.stop()
    #expect(host.waitUntilStopped() == nil)
    server.stop()
  }

  @Test func `a command waits for another that runs the locations itself, and then does so`() throws
  {
    let lock = try hold()
    let waiting = try workspace.start("locations", "--json")
    #expect(waiting.errorsHold(note))
    lock.release()
    let outcome = try waiting.finish()
    #expect(outcome.status == .exited(0), "\(outcome.errors)")
    let page = try Page<LocationDocument>.decode(outcome.output)
    #expect(page.items.map(\.state) == [.running])
  }

  @Test func `dev waits for a host that is starting, and says where it is`() throws {
    let host = try startHost()
    let waiting = try workspace.start("dev")
    #expect(waiting.errorsHold(note))
    let server = try HTTPServer.start(host, options: HTTPServer.Options(port: 0))
    let outcome = try waiting.finish()
    #expect(outcome.status == .exited(3))
    #expect(
      outcome.errors
        == note
        + "error: a host runs on this state directory already: process \(SelfProcess.pid), at "
        + "\(server.endpoint.url); the other commands talk to it\n"
    )
    server.stop()
    host.stop()
    #expect(host.waitUntilStopped() == nil)
  }

  @Test func `who waits in vain is told who has the state directory`() throws {
    let lock = try hold()
    let pipe = try Pipe.make()
    let console = Console(output: pipe.writing, errors: pipe.writing, environment: [:])
    // Already over: the wait itself is what the others are about.
    var search = HostSearch(state, console, try SignalWatch(), patience: .zero)
    let error = try #require(throws: CommandError.self) { try search.find() }
    #expect(
      error
        == CommandError(
          .unusableWorkspace,
          """
          the state directory \(state.path) is in use by process \(SelfProcess.pid), which cannot \
          be called
          it is a host that is not up yet, or a command that runs the locations itself: try again \
          when it is up or done, or end that process
          """
        )
    )
    lock.release()
    #expect(try search.find() == nil)
  }

  @Test func `Ctrl-C ends a command that waits for a host`() throws {
    let lock = try hold()
    let waiting = try workspace.start("assets")
    #expect(waiting.errorsHold(note))
    waiting.process.signal(.interrupt)
    #expect(try waiting.finish().status == .exited(130))
    lock.release()
  }

  @Test func `doctor looks at the lock without taking it or writing to it`() throws {
    try Files.createDirectories(state.path)
    try workspace.write("4711\n", to: ".hanse/host.lock")
    let free = try workspace.hanse("doctor", "--json")
    let findings = try Page<Finding>.decode(free.output).items
    #expect(findings.contains(.ok("host", "none runs on this state directory")))
    let text = try Files.read(state.lock, limitBytes: 100)
    #expect(String(decoding: text, as: UTF8.self) == "4711\n")
    let lock = try hold()
    let held = try workspace.hanse("doctor", "--json")
    #expect(
      try Page<Finding>.decode(held.output).items.contains(
        Finding(
          level: .warning,
          subject: "host",
          message: "process \(SelfProcess.pid) holds the state directory, but does not answer",
          fix: "wait until it is up, or end that process"
        )
      )
    )
    lock.release()
  }
}
