import HanseCore
import HanseGraph
package import HanseHost
package import HanseModel
import HanseStore
import HanseSystem
package import HanseWorkspace

/// A host on a scratch directory of its own, with ways to wait for what it does.
///
/// Everything here blocks its thread; ``TestHost`` is for tasks.
package final class ScratchHost: Sendable {
  package struct Failure: Error, Hashable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
  }

  /// How a run went.
  package struct Course: Sendable {
    package var run: RunID
    package var status: RunStatus
    package var message: String?
    /// The failed attempts of all its steps, in order.
    package var failures: [StepFailure]
  }

  /// How much time the locations get; short, so that a drill does not wait.
  package struct Patience: Hashable, Sendable {
    /// Long enough that a busy machine does not make a sound location look hung.
    package var ping = Duration.seconds(1)
    package var missedPings = 3
    package var shutdown = Duration.milliseconds(500)
    /// Between the cancellation of a step and its end by force.
    package var grace = Duration.seconds(1)
    /// So few that a flood is one on a slow machine too.
    package var eventsPerSecond = 200
    /// For anything that a test or a drill waits for, as a whole.
    package var limit = Duration.seconds(60)

    package init() {}
  }

  package let directory: String
  package let host: Host
  package let patience: Patience

  /// Starts a host on the locations of a workspace and on further ones.
  ///
  /// - Parameters:
  ///   - base: Whose locations are started too; its state and its values are not touched.
  ///   - locations: Further entries, as JSON objects of workspace.json; they come first.
  ///   - directory: An empty directory for the state and the values.
  ///   - patience: The time limits.
  /// - Throws: When an entry is wrong, or the host cannot start.
  package init(
    base: Workspace?,
    locations: [String],
    directory: String,
    patience: Patience = Patience()
  ) throws {
    self.directory = directory
    self.patience = patience
    let text = "{\"version\":1,\"locations\":[\(locations.joined(separator: ",\n"))]}\n"
    let file = Paths.join(directory, "workspace.json")
    try Files.writeAtomically(file, Array(text.utf8), durably: false)
    let load = WorkspaceFile.load(path: file)
    guard var workspace = load.workspace, load.errors.isEmpty else {
      let problems = load.errors.map(\.description).joined(separator: "\n")
      throw Failure("the scratch workspace cannot be used: \(problems)")
    }
    for index in workspace.locations.indices {
      workspace.locations[index].timeouts.shutdown = patience.shutdown
    }
    let guests = Self.guests(from: base, io: workspace.io)
    let own = Set(workspace.locations.map(\.name))
    if let clash = guests.first(where: { own.contains($0.name) }) {
      throw Failure(
        "the workspace has a location \"\(clash.name)\", as the drill does; leave it out"
          + " by naming another one with --location"
      )
    }
    workspace.locations += guests
    workspace.limits = base?.limits ?? workspace.limits
    var configuration = HostConfiguration(
      workspace: workspace,
      version: "drill",
      environment: Environment.all(),
      limits: LocationStateMachine.Limits(
        pingInterval: patience.ping,
        missedPings: patience.missedPings
      ),
      runRules: RunCoordinator.Rules(grace: patience.grace)
    )
    configuration.eventsPerSecond = patience.eventsPerSecond
    host = try Host.start(configuration)
  }

  /// The locations of somebody's workspace, with their values kept in the scratch directory.
  private static func guests(from base: Workspace?, io: IOEntry) -> [LocationEntry] {
    (base?.locations ?? []).map { entry in
      var entry = entry
      entry.io = io
      return entry
    }
  }

  /// Stops the host and waits for its end; the directory stays.
  package func stop() throws {
    host.stop()
    guard host.waitUntilStopped(for: patience.limit) else {
      host.endNow()
      throw Failure("the host does not stop within \(patience.limit.briefDescription)")
    }
  }

  /// Begins to stop the host, or ends it at once; whoever waits for something else then gets an
  /// error.
  package func interrupt(isUrgent: Bool) {
    if isUrgent { host.endNow() } else { host.stop() }
  }

  // MARK: Waiting

  package func status(_ name: LocationName) -> LocationStatus? {
    host.snapshot.locations.first { $0.name == name }
  }

  /// Waits until a location's state satisfies a condition.
  @discardableResult
  package func wait(
    for what: String,
    of name: LocationName,
    until condition: (LocationStatus) -> Bool
  ) throws -> LocationStatus {
    let found = host.wait(for: patience.limit) { snapshot in
      snapshot.isStopping || snapshot.locations.first { $0.name == name }.map(condition) ?? false
    }
    if let status = found?.locations.first(where: { $0.name == name }), condition(status) {
      return status
    }
    let now = status(name).map { "\($0.state.rawValue) \($0.reason ?? "")" } ?? "not there"
    throw Failure("location \"\(name)\" is never \(what); it is \(now)")
  }

  /// Waits until it is known of a location whether it serves.
  func waitUntilTold(_ name: LocationName) throws -> LocationStatus {
    try wait(for: "running or failing", of: name) { status in
      switch status.state {
      case .starting, .loading, .draining: status.isFailing
      case .disabled, .stopped, .running, .backingOff, .quarantined, .invalid: true
      }
    }
  }

  /// Waits until a location serves, and something that it defines is in the graph.
  @discardableResult
  package func waitUntilRunning(_ name: LocationName) throws -> LocationStatus {
    try wait(for: "running", of: name) { $0.state == .running }
    let isThere = host.wait(for: patience.limit) { $0.isStopping || $0.hasAssets(of: name) }
    guard isThere?.hasAssets(of: name) == true, let status = status(name) else {
      throw Failure("nothing that location \"\(name)\" defines comes into the graph")
    }
    return status
  }

  /// Waits for the first event that fits, from the beginning of the log.
  ///
  /// The limit is one for the whole wait: on a host with steady work there is always news.
  @discardableResult
  package func event(_ what: String, where fits: (EventRecord) -> Bool) throws -> Event {
    let reader = try host.makeReader()
    let end = MonotonicClock.milliseconds(after: patience.limit)
    var seen: Int64 = 0
    while true {
      let durable = host.feed.durable
      while true {
        let page = try reader.events(after: seen, limit: 1000)
        if let found = page.first(where: { fits($0.record) }) { return found }
        guard let last = page.last else { break }
        seen = last.sequence
      }
      if !host.feed.wait(after: durable, for: Self.rest(until: end)) {
        throw Failure("there is no event: \(what)")
      }
    }
  }

  // MARK: Runs

  /// Runs what a selection names and waits for the end.
  package func run(_ selection: String) throws -> Course {
    try course(of: host.launch(RunRequest(selection: selection, trigger: "test")))
  }

  /// Waits for the end of a run.
  package func course(of run: RunID) throws -> Course {
    let reader = try host.makeReader()
    let end = MonotonicClock.milliseconds(after: patience.limit)
    while true {
      let durable = host.feed.durable
      let events = try reader.runEvents(run, limit: .max)
      var course = Course(run: run, status: .running, failures: [])
      for event in events {
        switch event.record.payload {
        case .stepFailed(let failure, retryInMilliseconds: _): course.failures.append(failure)
        case .runFinished(let status, let message):
          (course.status, course.message) = (status, message)
        default: break
        }
      }
      if course.status != .running { return course }
      if !host.feed.wait(after: durable, for: Self.rest(until: end)) {
        let last = events.last.map { "; the last of it is \($0.record.payload.kind)" } ?? ""
        throw Failure("run \(run) does not end within \(patience.limit.briefDescription)\(last)")
      }
    }
  }

  private static func rest(until end: UInt64) -> Duration {
    let now = MonotonicClock.milliseconds()
    return .milliseconds(now < end ? Int64(end - now) : 0)
  }
}

extension HostSnapshot {
  fileprivate func hasAssets(of name: LocationName) -> Bool {
    graph.locations.contains { $0.name == name && $0.assetCount > 0 }
  }
}
