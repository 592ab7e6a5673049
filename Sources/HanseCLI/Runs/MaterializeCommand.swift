import HanseAPI
import HanseGraph
import HanseHost
import HanseModel
import HanseSystem

/// `hanse materialize SELECTION`: launches a run and watches it to its end.
struct MaterializeCommand {
  private let context: CommandContext
  private var console: Console { context.console }

  init(_ context: CommandContext) { self.context = context }

  func run() throws -> CommandStatus {
    let request = try RunArguments.request(context.invocation)
    return try context.withLocations { session in
      if context.invocation.has("detach") { return try detach(request, session) }
      // From here on Ctrl-C means the run, not this program.
      context.signals.beginCounting()
      try tellOfEarlierRuns(session)
      let locations = try session.all(APIPath.locations, of: LocationDocument.self)
      let launched: RunDocument = try session.post(APIPath.runs, request)
      var watch = try RunWatch(launched.id, session, context)
      try watch.untilFinished()
      return try conclude(launched.id, locations, session)
    }
  }

  private func detach(_ request: RunRequest, _ session: Session) throws -> CommandStatus {
    guard case .remote = session.kind else {
      throw CommandError(.wrongUsage, RunMessages.detachNeedsHost)
    }
    let launched: RunDocument = try session.post(APIPath.runs, request)
    if console.isJSON {
      try console.document(launched)
    } else {
      try console.line(
        console.isQuiet ? launched.id.text : RunMessages.detached(launched.id)
      )
    }
    return .good
  }

  /// A host of one's own leaves alone what the last one left: it would not live to end it.
  private func tellOfEarlierRuns(_ session: Session) throws {
    guard case .own = session.kind else { return }
    let query = ["status": "queued,running,canceling"]
    let earlier = try session.all(APIPath.runs, query: query, of: RunDocument.self)
    if !earlier.isEmpty { console.note(RunMessages.earlierRuns(earlier.count)) }
  }

  private func conclude(
    _ id: RunID,
    _ locations: [LocationDocument],
    _ session: Session
  ) throws -> CommandStatus {
    let run: RunDetailDocument = try session.get(APIPath.run(id.text))
    let selection = try AssetSelection.parse(run.run.selection)
    let missing = MissingLocations(locations, for: selection, in: run)
    let isWhole = missing.named.isEmpty
    if console.isJSON {
      try console.document(run)
      for location in missing.named { console.fail(RunMessages.namedButMissing(location)) }
    } else if run.run.status != .succeeded || !isWhole || !console.isQuiet {
      let lines = RunSummary.lines(
        run,
        hostStays: session.isRemote,
        missing: missing,
        paint: console.paint
      )
      try console.lines(lines)
    }
    if run.run.status == .succeeded { return isWhole ? .good : .failed }
    return run.isRefusedForItsConfiguration ? .wrongUsage : .failed
  }
}

extension RunDetailDocument {
  /// Whether the request was wrong, and nothing else: every step that failed did not get to run,
  /// because its configuration does not fit.
  fileprivate var isRefusedForItsConfiguration: Bool {
    let failed = steps.filter { $0.status == .failed }
    return !failed.isEmpty && failed.allSatisfy { $0.failure?.code == .config }
  }
}
