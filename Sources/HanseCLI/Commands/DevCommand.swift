import HanseAPI
import HanseHost
import HanseModel
import HanseStore
import HanseSystem
import HanseWorkspace

/// `hanse dev`: runs the workspace until Ctrl-C.
struct DevCommand {
  private static let eventsPerPage = 1000
  private static let pageBytes = 1 << 20

  private let context: CommandContext

  init(_ context: CommandContext) { self.context = context }

  func run() throws -> CommandStatus {
    let workspace = try context.source.usable(context.console)
    let state = StateDirectory(path: workspace.storage.path)
    let (host, last) = try start(workspace, state)
    context.signals.onSignal { count in
      // The second one is for somebody who does not want to wait for the locations.
      if count > 1 { SelfProcess.exitNow(CommandStatus.interrupted.rawValue) }
      host.stop()
    }
    context.signals.beginCounting()
    do {
      return try serve(host, workspace, from: last)
    } catch {
      host.stop()
      _ = host.waitUntilStopped()
      throw error
    }
  }

  /// Starts the host as soon as nobody else has the state directory.
  ///
  /// - Returns: The host, and the last event that was there before it.
  private func start(
    _ workspace: Workspace,
    _ state: StateDirectory
  ) throws -> (Host, last: Int64) {
    var search = HostSearch(state, context.console, context.signals)
    while true {
      if let running = try search.find() {
        throw CommandError(
          .unusableWorkspace,
          DevMessages.runsAlready(running.processID, running.address)
        )
      }
      let last = try lastSequence(in: state)
      let host = try Session.startHost(
        workspace,
        context.source.load.problems,
        context.environment,
        resumesRuns: true
      )
      if let host { return (host, last) }
    }
  }

  private func serve(_ host: Host, _ workspace: Workspace, from last: Int64) throws -> CommandStatus
  {
    let server = try HTTPServer.start(host, options: options(workspace))
    defer { server.stop() }
    let output = DevOutput(context.console)
    output.line(DevMessages.serving(workspace.name, server.endpoint.url))
    try tell(host, from: last, to: output)
    if let failure = host.waitUntilStopped() { throw CommandError(.failed, "\(failure)") }
    if !context.console.isQuiet { output.line(DevMessages.stopped) }
    return .good
  }

  /// Where to serve: a port that somebody has named, or the next free one from the default on.
  private func options(_ workspace: Workspace) -> HTTPServer.Options {
    let named = context.invocation.number("port")
    // The option and the workspace's member are both within the range.
    var options = HTTPServer.Options(port: UInt16(clamping: named ?? workspace.server.port))
    if named != nil {
      options.portSetting = DevMessages.portOption
    } else if let position = workspace.portPosition {
      options.portSetting = DevMessages.portMember(context.source.path, position)
    }
    return options
  }

  /// Says what happens until the host has ended, or nobody can be told any more.
  private func tell(_ host: Host, from start: Int64, to output: DevOutput) throws {
    let reader = try host.makeReader()
    var last = start
    while !output.isMute {
      // Looked at before reading: what is written before the end is read after it.
      let isClosed = host.feed.isClosed
      let page = try reader.page(
        after: last,
        limit: Self.eventsPerPage,
        limitBytes: Self.pageBytes
      )
      for event in page.events where event.record.payload.isNews { output.event(event) }
      last = page.events.last?.sequence ?? last
      if page.events.isEmpty {
        if isClosed { return }
        // The end of the host ends the wait too.
        _ = host.feed.wait(after: last, for: .seconds(24 * 3600))
      }
    }
  }

  private func lastSequence(in state: StateDirectory) throws(CommandError) -> Int64 {
    guard Files.exists(state.eventLog) else { return 0 }
    do throws(EventLogError) {
      return try EventReader.open(path: state.eventLog).lastSequence()
    } catch {
      throw CommandError(.unusableWorkspace, "\(error)")
    }
  }
}

extension EventPayload {
  /// Whether somebody who watches the host wants to know: changes of locations, and runs as wholes.
  fileprivate var isNews: Bool {
    switch self {
    case .workerExited(_, let expected, _, _): !expected
    case .locationLoaded, .locationExited, .locationFailed, .locationSwapped,
      .locationSwapFailed, .locationPinned, .locationDisabled, .locationEnabled,
      .locationLeftProcesses, .workerFailed, .eventsDropped, .reportsIgnored, .logLost,
      .limitsChanged, .limitsDrained, .runCreated, .runCanceling, .runRequeued, .runFinished:
      true
    case .hostStarted, .hostStopped, .locationStarting, .workerStarting, .runStarted, .stepStarted,
      .stepSucceeded, .stepFailed, .stepSkipped, .stepCanceled, .stepCanceling, .stepCleared,
      .stepCoalesced,
      .ratesNoted, .materialized, .observed, .checked, .logged,
      .unknown:
      false
    }
  }
}
