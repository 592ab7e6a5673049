import HanseAPI
import HanseHost
import HanseModel
import HanseStore
import HanseSystem
import HanseWorkspace

/// A host on a workspace file, for the tests that kill one.
///
/// `HostFixture WORKSPACE SELECTION` starts it, launches the selection, and writes a line to
/// standard output for each event of the run once that is durable: `KIND STEP`. A location's
/// process is a line `pid NUMBER`. It ends when the run has.
///
/// `HostFixture WORKSPACE COUNT` starts and stops so many hosts and writes after each what the
/// process holds.
///
/// `HostFixture WORKSPACE crashes COUNT` kills the first location's process so often, waits for the
/// next one each time, and writes what the process holds.
///
/// `HostFixture WORKSPACE calls COUNT` calls a host's API so often and writes what the process
/// holds after the first call and at the end.
///
/// `HostFixture WORKSPACE port NUMBER` serves a host's API on a port and writes where, or why not.
///
/// `HostFixture WORKSPACE scarce host`, and `HostFixture FOLDER scarce rotation` or `watch`, do without
/// descriptors: see ``Scarce``.
@main enum HostFixture {
  static func main() {
    do {
      try run()
    } catch {
      say("error \(error)")
      SelfProcess.exitNow(1)
    }
  }

  private static func run() throws {
    let arguments = CommandLine.arguments
    let special = arguments.count == 4 ? arguments[2] : nil
    guard special != nil || arguments.count == 3 else { SelfProcess.exitNow(2) }
    switch (special, arguments.last) {
    case ("scarce", "rotation"): return try Scarce.rotation(arguments[1], say)
    case ("scarce", "watch"): return try Scarce.watch(arguments[1], say)
    default: break
    }
    let load = WorkspaceFile.load(path: arguments[1])
    guard let workspace = load.workspace else { SelfProcess.exitNow(3) }
    var configuration = HostConfiguration(
      workspace: workspace,
      version: "test",
      environment: Environment.all()
    )
    configuration.adoptsOrphans = true
    if special == "scarce" { return Scarce.host(configuration, say) }
    if special == "port" {
      guard let port = UInt16(arguments[3]) else { SelfProcess.exitNow(2) }
      return try serve(configuration, on: port)
    }
    if special == "crashes" {
      guard let count = Int(arguments[3]) else { SelfProcess.exitNow(2) }
      try Cycles.crash(configuration, count: count) { say("left \($0)") }
      return say("done")
    }
    if special == "calls" {
      guard let count = Int(arguments[3]) else { SelfProcess.exitNow(2) }
      try Calls.run(configuration, count: count) { say("left \($0)") }
      return say("done")
    }
    if let count = Int(arguments[2]) {
      try Cycles.run(configuration, count: count) { say("left \($0)") }
      return say("done")
    }
    let host = try Host.start(configuration)
    let settled = host.waitUntilSettled(for: .seconds(30))
    for location in settled?.locations ?? [] {
      if let pid = location.processID { say("pid \(pid)") }
    }
    let id = try host.launch(RunRequest(selection: arguments[2]))
    say("run \(id)")
    let reader = try host.makeReader()
    var (seen, durable): (Int64, Int64) = (0, 0)
    while host.feed.wait(after: durable, for: .seconds(60)) {
      durable = host.feed.durable
      for event in try reader.runEvents(id, after: seen, limit: 10_000) {
        seen = event.sequence
        say("\(event.record.payload.kind) \(event.record.step?.text ?? "-")")
        if case .runFinished = event.record.payload {
          host.stop()
          _ = host.waitUntilStopped()
          return
        }
      }
    }
  }

  private static func serve(_ configuration: HostConfiguration, on port: UInt16) throws {
    let host = try Host.start(configuration)
    defer {
      host.stop()
      _ = host.waitUntilStopped()
    }
    var options = HTTPServer.Options(port: port)
    options.portAttempts = 1
    let server = try HTTPServer.start(host, options: options)
    say("serves \(server.endpoint.port)")
    server.stop()
  }

  private static func say(_ text: String) {
    do {
      try StandardStreams.standardOutput.writeAll(Array("\(text)\n".utf8))
    } catch {
      SelfProcess.exitNow(4)
    }
  }
}
