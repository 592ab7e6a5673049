import HanseAPI
import HanseHost
import HanseModel
import HanseSystem

/// `hanse cancel RUN`: what Ctrl-C is to a run that is watched, for one that nobody watches.
struct CancelCommand {
  private let context: CommandContext
  private var console: Console { context.console }

  init(_ context: CommandContext) { self.context = context }

  func run() throws -> CommandStatus {
    let id = context.invocation.operands[0]
    let forced = context.invocation.has("force")
    try context.withStored { session in
      guard session.isLive else { throw try refusal(of: id, session) }
      let run: RunDocument = try session.post(APIPath.cancel(id), CancelOrder(forced: forced))
      if console.isJSON { return try console.document(run) }
      try console.line(RunMessages.canceled(run, forced: forced))
    }
    return .good
  }

  /// Why nobody can be told to cancel it.
  private func refusal(of id: String, _ session: Session) throws -> CommandError {
    let run: RunDetailDocument = try session.get(APIPath.run(id))
    if run.run.status.isFinished {
      return CommandError(.failed, RunMessages.nothingToCancel(run.run))
    }
    return switch try FileLock.holder(of: session.state.lock) {
    case .nobody: CommandError(.failed, RunMessages.cancelNeedsHost(run.run.id))
    case .process(let pid): CommandError(.failed, RunMessages.cancelHeld(run.run.id, by: pid))
    }
  }
}
