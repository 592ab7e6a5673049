import HanseSystem
import Testing

@testable import HanseCLI

/// A host that stays, and what happens around it.
@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct StayingHostTests {
  // MARK: Its output

  private func warning(_ reason: String, _ dev: RunningTool) -> String {
    "warning: standard output cannot be written: \(reason), so nothing more is printed; the host "
      + "goes on, until Ctrl-C or SIGTERM to process \(dev.process.pid), and `hanse events --follow` "
      + "shows what happens\n"
  }

  @Test(arguments: [([String](), Signal.interrupt), (["--json"], .terminate)])
  func `a host goes on when the reader of its output has left, and says so once`(
    options: [String],
    signal: Signal
  ) throws {
    let workspace = try TemporaryWorkspace()
    let dev = try RunningTool(["dev"] + options, in: workspace.path)
    try #require(try dev.line(with: "location.loaded") != nil)
    dev.stopReading()
    // The next events find nobody there to read them, and these commands need a running host.
    #expect(try workspace.hanse("locations", "restart", "fixture").status == .exited(0))
    try #require(dev.errorsHold("the host goes on"))
    #expect(try workspace.hanse("locations", "stop", "fixture").status == .exited(0))
    #expect(try workspace.hanse("locations", "start", "fixture").status == .exited(0))
    #expect(try workspace.hanse("materialize", "fixture/left", "--detach").status == .exited(0))
    dev.process.signal(signal)
    let outcome = try dev.finish()
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors == warning("Broken pipe (EPIPE)", dev))
  }

  @Test func `a host serves with a full disk under its output`() throws {
    let workspace = try TemporaryWorkspace()
    let dev = try RunningTool(
      ["-c", "exec \"$0\" dev >/dev/full", try RunningTool.path],
      in: workspace.path,
      executable: "/bin/sh"
    )
    try #require(dev.errorsHold("the host goes on"))
    // Which waits until the location serves.
    #expect(try workspace.hanse("locations").status == .exited(0))
    #expect(try workspace.hanse("locations", "restart", "fixture").status == .exited(0))
    dev.process.signal(.hangUp)
    let outcome = try dev.finish()
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors == warning("No space left on device (ENOSPC)", dev))
  }

  // MARK: Its state directory

  @Test func `a host whose state directory is removed says so and ends with status 1`() throws {
    let workspace = try TemporaryWorkspace()
    let dev = try workspace.start("dev")
    try #require(try dev.line(with: "location.loaded") != nil)
    try workspace.shell("rm -rf .hanse")
    let outcome = try dev.finish()
    #expect(outcome.status == .exited(1))
    #expect(
      outcome.errors
        == "error: the state directory \(workspace.path)/.hanse was removed or moved away while the "
        + "host ran, so the host stopped: nothing that happens could be found there again; put it "
        + "back, or start the host again with an empty one\n"
    )
  }

  // MARK: Its port

  private func taken(_ port: String, _ setting: String) -> String {
    "error: port \(port) of 127.0.0.1 is taken, and \(setting) names it; stop what listens there, or "
      + "name another port there, 0 for any free one\n"
  }

  private func port(of dev: RunningTool) throws -> String {
    let line = try #require(try dev.line(with: "runs at http://127.0.0.1:"))
    return String(try #require(line.split(separator: ":").last?.prefix { $0.isNumber }))
  }

  @Test func `a port that is named is served or told as taken, and no other is tried`() throws {
    let first = try TemporaryWorkspace([])
    let dev = try first.start("dev")
    let port = try port(of: dev)

    let other = try TemporaryWorkspace([])
    let option = try other.hanse("dev", "--port", port)
    #expect(option.status == .exited(1))
    #expect(option.errors == taken(port, "--port"))
    #expect(option.output.isEmpty)

    try other.write("{ \"version\": 1,\n  \"server\": { \"port\": \(port) } }\n")
    let member = try other.hanse("dev", "--workspace", "workspace.json")
    #expect(member.status == .exited(1))
    #expect(member.errors == taken(port, "workspace.json:2:23 (\"server.port\")"))
    // The option goes before the file, and a command that serves nobody needs no port.
    #expect(try other.hanse("locations").status == .exited(0))
    let any = try other.start("dev", "--port", "0")
    #expect(try self.port(of: any) != port)

    for host in [dev, any] {
      host.process.signal(.interrupt)
      #expect(try host.finish().status == .exited(0))
    }
  }

  @Test func `without a port that somebody has named the next free one is served`() throws {
    let hosts = try (1...2).map { _ in
      let workspace = try TemporaryWorkspace([])
      try workspace.write("{ \"version\": 1, \"server\": {} }")
      return (workspace, try workspace.start("dev"))
    }
    let ports = try hosts.map { try #require(Int(try port(of: $0.1))) }
    #expect(Set(ports).count == 2 && ports.allSatisfy { $0 >= 4747 }, "\(ports)")
    for (_, dev) in hosts {
      dev.process.signal(.interrupt)
      #expect(try dev.finish().status == .exited(0))
    }
  }

  // MARK: Its workspace file

  @Test func `a running host is asked beside a file that cannot be used any more`() throws {
    let workspace = try TemporaryWorkspace()
    let good = try workspace.text()
    let dev = try workspace.start("dev")
    let port = try port(of: dev)
    try #require(try dev.line(with: "location.loaded") != nil)
    #expect(try workspace.hanse("materialize", "fixture/print", "--quiet").status == .exited(0))
    try workspace.write("{ \"version\": 1,\n  \"locations\": [ }\n")

    let problem = try #require(
      try workspace.hanse("reload", "-w", "workspace.json").errors.split(separator: "\n").last
    )
    #expect(problem.hasPrefix("workspace.json:2:"))
    let warning = """
      warning: workspace.json cannot be used
      \(problem)
      the host at http://127.0.0.1:\(port) goes on with what it read before, and answers

      """
    for command in [
      ["locations"], ["assets"], ["graph"], ["runs"], ["events", "--lines", "1"], ["queue"],
      ["logs", "fixture"],
    ] {
      let line = command + ["-w", "workspace.json"]
      let outcome = try RunningTool.run(line, in: workspace.path)
      #expect(outcome.status == .exited(0), "\(command)")
      #expect(outcome.errors == warning, "\(command)")
      #expect(!outcome.output.isEmpty, "\(command)")
    }
    // What needs the file, and a file that the host does not run, are refused as ever.
    #expect(try workspace.hanse("reload").status == .exited(3))
    #expect(try workspace.hanse("check").status == .exited(3))
    try workspace.write("{", to: "other.json")
    #expect(try workspace.hanse("locations", "-w", "other.json").status == .exited(3))

    try workspace.write(good)
    #expect(try workspace.hanse("locations").errors.isEmpty)
    dev.process.signal(.interrupt)
    #expect(try dev.finish().status == .exited(0))
  }
}
