import HanseCore
import HanseHost
import HanseSystem
import HanseWorkspace
import Testing

/// A temporary directory with a workspace, and hosts on it.
final class Bench {
  let directory: String
  /// What all locations have in their environment, beside what the host passes on.
  private static let quiet = #""SWIFT_BACKTRACE":"enable=no""#
  var limits = LocationStateMachine.Limits()
  /// The time for each stage of a teardown.
  var shutdown = Duration.milliseconds(300)
  var eventsPerSecond: Int?
  var definitionsBytes: Int?
  var eventBacklogBytes: Int?
  var logBacklogBytes: Int?
  var grace = Duration.milliseconds(300)
  var inherited = Environment.all()
  var keepsGenerations = false
  /// More members of each location's `restart`, each after a comma.
  var crashes = ""

  init() throws {
    directory = try Files.makeTemporaryDirectory(prefix: "host-tests-")
    try write("location.sh", ScriptedLocation.text)
  }

  deinit {
    do {
      try Files.removeTree(directory)
    } catch {
      // Teardown: what is left over lies in the temporary directory of the system.
    }
  }

  func path(_ name: String) -> String { Paths.join(directory, name) }

  func write(_ name: String, _ text: String) throws {
    try Files.writeAtomically(path(name), Array(text.utf8), durably: false)
  }

  func text(_ name: String) throws -> String {
    String(decoding: try Files.read(path(name), limitBytes: 64 << 20), as: UTF8.self)
  }

  // MARK: Entries of the workspace

  /// A program that stands beside the running test.
  static func program(_ name: String) throws -> String {
    Paths.join(Paths.directory(of: try SelfProcess.executablePath()), name)
  }

  /// A Swift location that misbehaves as told; its keys begin with its name.
  func fixture(
    _ name: String,
    _ mode: String = "",
    environment: [String: String] = [:],
    members: String = ""
  ) throws -> String {
    var variables = ["FIXTURE": mode, "FIXTURE_NAME": name]
    variables.merge(environment) { _, new in new }
    return entry(name, try Self.program("FixtureLocation"), "", variables, members)
  }

  /// A location written for the shell, with one asset `NAME/one`, that does one thing wrong.
  func script(
    _ name: String,
    _ fault: String = "",
    environment: [String: String] = [:],
    members: String = ""
  ) -> String {
    var variables = ["FAULT": fault, "NAME": name, "MARK": path("\(name).mark")]
    variables.merge(environment) { _, new in new }
    let arguments = #""arguments":["\#(path("location.sh"))"],"#
    return entry(name, "/bin/sh", arguments, variables, members)
  }

  func entry(
    _ name: String,
    _ executable: String,
    _ arguments: String = "",
    _ variables: [String: String] = [:],
    _ members: String = ""
  ) -> String {
    let pairs = variables.sorted { $0.key < $1.key }.map { #""\#($0.key)":"\#($0.value)""# }
    let environment = ([Self.quiet] + pairs).joined(separator: ",")
    let more = members.isEmpty ? "" : ",\(members)"
    return #"{"name":"\#(name)","executable":"\#(executable)",\#(arguments)"#
      + #""restart":{"initialDelay":"20ms","maxDelay":"100ms"\#(crashes)},"#
      + #""environment":{\#(environment)}\#(more)}"#
  }

  // MARK: Hosts

  /// Writes workspace.json and reads it, as a person's is.
  func configuration(
    _ locations: [String],
    members: String = ""
  ) throws -> HostConfiguration {
    let more = members.isEmpty ? "" : ",\(members)"
    let text = "{\"version\":1,\"locations\":[\n\(locations.joined(separator: ",\n"))\n]\(more)}\n"
    try write("workspace.json", text)
    let load = WorkspaceFile.load(path: path("workspace.json"))
    let errors = load.errors.map(\.description)
    var workspace = try #require(load.workspace, "\(errors)")
    try #require(errors.isEmpty, "\(errors)")
    for index in workspace.locations.indices {
      workspace.locations[index].timeouts.shutdown = shutdown
    }
    var configuration = HostConfiguration(
      workspace: workspace,
      version: "test",
      environment: inherited,
      limits: limits,
      runRules: RunCoordinator.Rules(grace: grace)
    )
    configuration.keepsGenerations = keepsGenerations
    configuration.settlingTime = .milliseconds(20)
    if let eventsPerSecond { configuration.eventsPerSecond = eventsPerSecond }
    if let eventBacklogBytes { configuration.eventBacklogBytes = eventBacklogBytes }
    if let logBacklogBytes { configuration.logBacklogBytes = logBacklogBytes }
    if let definitionsBytes { configuration.definitionsBytes = definitionsBytes }
    return configuration
  }

  /// Runs a host for as long as `body` takes, and waits for its end; `faults` are the machine's.
  @discardableResult
  func withHost<Result>(
    _ locations: [String],
    members: String = "",
    faults: MachineFaults = MachineFaults(),
    _ body: (Host) throws -> Result
  ) throws -> Result {
    var configuration = try configuration(locations, members: members)
    configuration.faults = faults
    let host = try Host.start(configuration)
    defer {
      host.stop()
      if !host.waitUntilStopped(for: .seconds(30)) { Issue.record("the host does not stop") }
    }
    return try body(host)
  }

  /// Ends a process that the host has started, as somebody with the rights would.
  func kill(_ processID: Int) throws { try signal("KILL", processID) }

  /// Sends a signal to a process that the host has started.
  func signal(_ name: String, _ processID: Int) throws {
    try shell("kill -\(name) \(processID)")
  }

  func shell(_ command: String) throws {
    let null = try StandardStreams.nullDevice()
    let process = try ChildProcess.spawn(
      SpawnRequest(
        executable: "/bin/sh",
        arguments: ["-c", command],
        environment: inherited,
        workingDirectory: nil,
        standardInput: null,
        standardOutput: null,
        standardError: null
      )
    )
    #expect(try process.waitForExit() == .exited(0), "\(command)")
  }
}
