import HanseModel

/// An event of the log in one line.
enum EventText {
  static func line(_ event: Event, _ paint: Paint) -> String {
    let record = event.record
    var parts = [
      paint("\(event.sequence)", .faint), TimeText.clock(record.time),
      paint(record.payload.kind.visibleLine, style(of: record.payload)),
    ]
    if let location = record.location { parts.append(location.text.visibleLine) }
    if let run = record.run { parts.append(paint("run \(run.text.visibleLine)", .faint)) }
    if let step = record.step {
      let attempt = record.attempt.map { $0 > 1 ? " (attempt \($0))" : "" } ?? ""
      parts.append("\(step.text.visibleLine)\(attempt)")
    }
    let text = detail(record.payload)
    if !text.isEmpty { parts.append(text.visibleLine) }
    return parts.joined(separator: "  ")
  }

  private static func style(of payload: EventPayload) -> Style {
    switch payload {
    case .locationFailed, .locationSwapFailed, .workerFailed, .stepFailed: return .bad
    case .locationExited(_, let expected, _, _), .workerExited(_, let expected, _, _):
      return expected ? .plain : .bad
    case .runFinished(let status, _): return RunsTable.style(of: status)
    case .checked(let result): return result.passed ? .good : .bad
    case .stepSucceeded, .stepCoalesced, .materialized, .locationSwapped: return .good
    case .locationPinned, .locationDisabled, .eventsDropped, .reportsIgnored, .logLost,
      .locationLeftProcesses, .stepCanceled,
      .stepSkipped, .stepCanceling, .runCanceling, .limitsChanged:
      return .caution
    case .hostStarted, .hostStopped, .locationStarting, .locationLoaded, .locationEnabled,
      .workerStarting, .limitsDrained, .ratesNoted, .runCreated, .runStarted, .runRequeued,
      .stepStarted,
      .stepCleared, .observed, .logged, .unknown:
      return .plain
    }
  }

  /// What only this kind of event says.
  private static func detail(_ payload: EventPayload) -> String {
    switch payload {
    case .hostStarted(let version, let pid, let epoch):
      return EventMessages.hostStarted(version, pid, epoch)
    case .hostStopped, .locationDisabled, .locationEnabled, .runStarted: return ""
    case .locationStarting(let pid), .workerStarting(let pid): return EventMessages.process(pid)
    case .locationLoaded(let summary): return EventMessages.loaded(summary)
    case .locationExited(let reason, _, _, let code), .workerExited(let reason, _, _, let code),
      .locationFailed(let reason, let code), .workerFailed(let reason, let code):
      return code.map { "\(reason) (\($0))" } ?? reason
    case .locationSwapped(let from, let digest): return EventMessages.swapped(from, digest)
    case .locationSwapFailed(let failure): return EventMessages.swapFailed(failure)
    case .locationPinned(let digest): return EventMessages.pinned(digest)
    case .locationLeftProcesses(let count): return EventMessages.leftProcesses(count)
    case .reportsIgnored(let count, let code, let message):
      return EventMessages.ignored(count, code, message)
    case .logLost(let count, let bytes, let reason):
      return EventMessages.logLost(count, bytes, reason)
    case .runCreated(let creation): return EventMessages.created(creation)
    case .limitsChanged(let change): return EventMessages.limitsChanged(change)
    case .limitsDrained(let target): return EventMessages.drained(target)
    case .ratesNoted(let note): return EventMessages.noted(note)
    case .runCanceling(let forced, let principal), .stepCanceling(let forced, let principal):
      return EventMessages.canceling(forced, principal)
    case .runRequeued(let queue, let priority, let reason, let principal):
      let moved = EventMessages.requeued(queue, priority, principal)
      return reason.map { "\(moved), because \($0)" } ?? moved
    case .runFinished(let status, let message):
      return [status.rawValue, message].compactMap(\.self).joined(separator: ": ")
    case .stepStarted(let queued): return EventMessages.queued(queued)
    case .stepSucceeded(let took): return TimeText.brief(milliseconds: took)
    case .stepFailed(let failure, let retry): return EventMessages.failed(failure, retry)
    case .stepSkipped(let because): return EventMessages.skipped(because)
    case .stepCanceled(let message, let principal):
      return EventMessages.canceled(message, principal)
    case .stepCoalesced(let run): return EventMessages.coalesced(run)
    case .stepCleared(let because): return EventMessages.cleared(because)
    case .materialized(let value), .observed(let value): return EventMessages.materialized(value)
    case .checked(let result): return EventMessages.checked(result)
    case .logged(let record): return EventMessages.logged(record)
    case .eventsDropped(let count, let limit): return EventMessages.dropped(count, limit)
    case .unknown(_, let data): return DisplayWidth.cut(data.text, to: 100)
    }
  }
}
