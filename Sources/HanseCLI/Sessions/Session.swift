import HanseAPI
import HanseHost
import HanseModel
import HanseSystem
import HanseWorkspace

/// What a command talks to: a running host, one of its own, or what an earlier one left behind.
struct Session {
  enum Kind {
    case remote
    /// A host that this command runs for as long as it takes.
    case own(Host)
    case stored
  }

  let kind: Kind
  let client: any APIClient
  let state: StateDirectory

  /// Whether anything is made or changes here.
  var isLive: Bool {
    if case .stored = kind { false } else { true }
  }

  /// Whether the host is another process, which stays when this one ends.
  var isRemote: Bool {
    if case .remote = kind { true } else { false }
  }

  // MARK: Opening

  /// For commands that need the locations.
  ///
  /// - Parameters:
  ///   - source: The workspace.
  ///   - console: For notes and warnings.
  ///   - environment: What the locations' environments are taken from.
  ///   - signals: Who hears of Ctrl-C.
  ///   - warns: Whether locations that do not serve are told.
  /// - Returns: The session; to be closed.
  /// - Throws: ``CommandError`` when the workspace cannot be used.
  static func forLocations(
    _ source: WorkspaceSource,
    _ console: Console,
    _ environment: [String: String],
    _ signals: SignalWatch,
    warns: Bool = true
  ) throws -> Session {
    if let (session, remote) = besideUnusable(source, console) {
      return try session.settled(remote, console, warns: warns)
    }
    let workspace = try source.usable(console)
    let state = StateDirectory(path: workspace.storage.path)
    var search = HostSearch(state, console, signals)
    while true {
      if let remote = try search.find() {
        let session = Session(kind: .remote, client: remote.client, state: state)
        return try session.settled(remote, console, warns: warns)
      }
      // Somebody else may be quicker: that one is waited for.
      guard let host = try startHost(workspace, source.load.problems, environment) else { continue }
      let session = try Session(host, console)
      if warns { try session.warnOfFailing(console) }
      return session
    }
  }

  /// What a host of one's own knows once its locations serve or have failed to.
  ///
  /// - Throws: ``CommandError`` when the host has failed before that.
  init(_ host: Host, _ console: Console) throws {
    self.init(kind: .own(host), client: DirectClient(Router(host)), state: host.state)
    Self.waitUntilSettled(host, console)
    let last = host.snapshot
    if last.isStopping, !last.isSettled, let failure = host.waitUntilStopped() {
      throw CommandError(.failed, failure.description)
    }
  }

  private init(kind: Kind, client: any APIClient, state: StateDirectory) {
    self.kind = kind
    self.client = client
    self.state = state
  }

  /// For commands that only read what is stored.
  static func forReading(_ source: WorkspaceSource, _ console: Console) throws -> Session {
    if let (session, _) = besideUnusable(source, console) { return session }
    let workspace = try source.usable(console)
    let state = StateDirectory(path: workspace.storage.path)
    if let remote = RunningHost.find(state) {
      return Session(kind: .remote, client: remote.client, state: state)
    }
    return Session(kind: .stored, client: DirectClient(Router(.stored(state))), state: state)
  }

  /// A host that goes on with what it has read of a file that cannot be used any more.
  private static func besideUnusable(
    _ source: WorkspaceSource,
    _ console: Console
  ) -> (Session, RunningHost)? {
    guard let remote = source.hostBesideUnusable else { return nil }
    console.warn(SessionMessages.goesOnBeside(source, remote.address))
    return (Session(kind: .remote, client: remote.client, state: remote.state), remote)
  }

  private func settled(
    _ remote: RunningHost,
    _ console: Console,
    warns: Bool
  ) throws -> Session {
    try waitUntilRemoteIsSettled(remote, console)
    if warns { try warnOfFailing(console) }
    return self
  }

  /// Starts a host that a signal ends before this process.
  ///
  /// - Returns: Nil when somebody else has the state directory.
  static func startHost(
    _ workspace: Workspace,
    _ problems: [WorkspaceProblem],
    _ environment: [String: String],
    resumesRuns: Bool = false
  ) throws(CommandError) -> Host? {
    var configuration = HostConfiguration(
      workspace: workspace,
      problems: problems,
      version: Tool.version,
      environment: environment
    )
    configuration.resumesRuns = resumesRuns
    configuration.keepsGenerations = resumesRuns
    MachineFences.take().apply(to: &configuration)
    do throws(HostError) {
      return try SignalWatch.begin { () throws(HostError) in
        let host = try Host.start(configuration)
        SignalWatch.beforeEarlyEnd { host.endNow() }
        return host
      }
    } catch {
      if error.code == .inUse { return nil }
      throw CommandError(.unusableWorkspace, error.description)
    }
  }

  /// Waits until every location serves or has failed to.
  private static func waitUntilSettled(_ host: Host, _ console: Console) {
    let bound = Duration.seconds(24 * 3600)
    if host.waitUntilSettled(for: .seconds(1)) == nil {
      let waiting = host.snapshot.locations.filter { $0.state.isOnItsWay }.map(\.name.text)
      if console.isErrorsTerminal { console.note(SessionMessages.waiting(forLocations: waiting)) }
      _ = host.waitUntilSettled(for: bound)
    }
  }

  /// A host that has just started knows its locations' assets a little later.
  private func waitUntilRemoteIsSettled(_ remote: RunningHost, _ console: Console) throws {
    var limit = Duration.seconds(1)
    while true {
      let query = ["settledWithinMilliseconds": "\(limit.wholeMilliseconds)"]
      let health = try get(APIPath.health, query: query, as: HealthDocument.self)
      if health.isSettled { return }
      if health.status == .stopping {
        throw CommandError(.failed, SessionMessages.isStopping(remote.address))
      }
      if limit == .seconds(1), console.isErrorsTerminal {
        let locations = try all(APIPath.locations, of: LocationDocument.self)
        let waiting = locations.filter { $0.state.isOnItsWay }.map(\.name.text)
        console.note(SessionMessages.waiting(forLocations: waiting))
      }
      limit = .seconds(10)
    }
  }

  private func warnOfFailing(_ console: Console) throws {
    for location in try all(APIPath.locations, of: LocationDocument.self)
    where location.state.isFailing {
      console.warn(
        SessionMessages.doesNotServe(
          location.name,
          state: location.state.rawValue,
          reason: location.reason
        )
      )
    }
  }

  /// Ends what the session has started.
  func close() {
    guard case .own(let host) = kind else { return }
    host.stop()
    _ = host.waitUntilStopped()
  }

  // MARK: Calls

  func get<Value: JSONCodable>(
    _ path: String,
    query: [String: String] = [:],
    as type: Value.Type = Value.self
  ) throws -> Value {
    try asking { () throws(APIFailure) in try client.get(path, query: query) }
  }

  func all<Item: JSONCodable>(
    _ path: String,
    query: [String: String] = [:],
    of type: Item.Type = Item.self
  ) throws -> [Item] {
    try asking { () throws(APIFailure) in try client.all(path, query: query) }
  }

  func post<Value: JSONCodable>(
    _ path: String,
    _ body: some JSONCodable,
    as type: Value.Type = Value.self
  ) throws -> Value {
    try asking { () throws(APIFailure) in try client.post(path, body) }
  }

  /// The document of an answer.
  func document<Value: JSONCodable>(
    _ response: APIResponse,
    as type: Value.Type = Value.self
  ) throws -> Value {
    try asking { () throws(APIFailure) in try response.document() }
  }

  /// Makes a call whose refusal the caller looks at itself.
  func send(_ request: APIRequest) throws -> APIResponse {
    try asking { () throws(APIFailure) in try client.send(request) }
  }

  func stream(
    _ path: String,
    query: [String: String],
    _ pace: StreamPace,
    _ each: (Event?) -> Bool
  ) throws {
    try asking { () throws(APIFailure) in
      try client.stream(.stream(path, query: query), pace, each)
    }
  }

  private func asking<Value>(_ call: () throws(APIFailure) -> Value) throws -> Value {
    do throws(APIFailure) {
      return try call()
    } catch {
      throw CommandError(Self.status(of: error), error.description.visible)
    }
  }

  /// Something that is not there, or does not parse, is wrong usage; the rest is a failure.
  static func status(of failure: APIFailure) -> CommandStatus {
    guard case .problem(let problem) = failure else { return .failed }
    return switch problem.status {
    case 400, 404, 422: .wrongUsage
    default: .failed
    }
  }
}

extension LocationStatus.State {
  fileprivate var isOnItsWay: Bool { self == .starting || self == .loading }

  fileprivate var isFailing: Bool {
    switch self {
    // An entry with an error has been told as a problem of the file.
    case .backingOff, .quarantined: true
    case .invalid, .disabled, .stopped, .starting, .loading, .running, .draining: false
    }
  }
}
