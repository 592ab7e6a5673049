import HanseGraph
import HanseModel
import HanseSystem

/// The commands that are about a workspace.
enum WorkspaceCommands {
  static func run(
    _ invocation: Invocation,
    _ console: Console,
    _ environment: [String: String]
  ) throws -> CommandStatus {
    try checkSelection(invocation)
    let signals = try SignalWatch()
    let source = try WorkspaceSource.find(invocation.value(OptionSyntax.workspace.name))
    let context = CommandContext(
      invocation: invocation,
      console: console,
      environment: environment,
      signals: signals,
      source: source
    )
    switch invocation.command {
    case .dev: return try DevCommand(context).run()
    case .check: return try CheckCommand(context).run()
    case .locations: return try LocationsCommand(context).run()
    case .reload: return try ReloadCommand(context).run()
    case .assets: return try ListCommands.assets(context)
    case .graph: return try GraphCommand.run(context)
    case .materialize: return try MaterializeCommand(context).run()
    case .runs: return try ListCommands.runs(context)
    case .run: return try ListCommands.run(context)
    case .cancel: return try CancelCommand(context).run()
    case .queue: return try QueueCommand(context).run()
    case .events: return try EventsCommand(context).run()
    case .logs: return try LogsCommand(context).run()
    case .drill: return try DrillCommand(context).run()
    case .doctor: return try DoctorCommand(context).run()
    case .`init`, .conform, .version, .help:
      preconditionFailure("\(invocation.command) needs no workspace, and the caller has looked")
    }
  }

  /// Refuses a selection that does not parse before anything is started.
  private static func checkSelection(_ invocation: Invocation) throws {
    switch invocation.command {
    case .assets, .graph, .materialize:
      guard !invocation.text.isEmpty else { return }
      do throws(SelectionError) {
        _ = try AssetSelection.parse(invocation.text)
      } catch {
        throw CommandError(.wrongUsage, "\(error)".visible)
      }
    case .locations: try LocationsCommand.check(invocation)
    case .queue: _ = try QueueRequest(invocation)
    case .`init`, .dev, .check, .reload, .runs, .run, .cancel, .events, .logs, .drill, .conform,
      .doctor, .version, .help:
      return
    }
  }
}

/// What every command about a workspace is given.
struct CommandContext {
  let invocation: Invocation
  let console: Console
  let environment: [String: String]
  let signals: SignalWatch
  let source: WorkspaceSource

  /// Runs a command that needs the locations, and ends afterwards what it started.
  func withLocations<Result>(
    warns: Bool = true,
    _ body: (Session) throws -> Result
  ) throws -> Result {
    let session = try Session.forLocations(source, console, environment, signals, warns: warns)
    defer { session.close() }
    return try body(session)
  }

  func withStored<Result>(_ body: (Session) throws -> Result) throws -> Result {
    let session = try Session.forReading(source, console)
    return try body(session)
  }
}
