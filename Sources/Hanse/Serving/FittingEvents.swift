import HanseModel
import HanseWire

extension StepEvent {
  /// The event's line, or one that says less where the whole would pass the host's limit.
  ///
  /// A line over the limit would cost the location its process.
  func line(of attempt: AttemptID, limitBytes: Int) -> LocationLine {
    let line = notice(self, attempt)
    guard line.byteCount > limitBytes else { return line }
    let size = "\(line.byteCount) bytes, and the host takes lines of \(limitBytes)"
    switch self {
    case .materialized(let value):
      return notice(.materialized(value.shortened(size)), attempt)
    case .observed(let value): return notice(.observed(value.shortened(size)), attempt)
    case .checked(var result):
      result.metadata = ["left out": .text("the metadata had \(size)")]
      result.description = result.description.map { String($0.prefix(1000)) }
      return notice(.checked(result), attempt)
    case .logged(let record):
      let message = "\(record.message.prefix(1000))… (cut: it had \(size))"
      return notice(.logged(LogRecord(level: record.level, message: message)), attempt)
    case .progress(let fraction, _):
      return notice(.progress(fraction: fraction, message: nil), attempt)
    case .unknown: return line
    }
  }

  private func notice(_ event: StepEvent, _ attempt: AttemptID) -> LocationLine {
    .notification(
      WireProtocol.Method.stepEvent,
      StepEventNotice(attempt: attempt, event: event)
    )
  }
}

extension Materialization {
  fileprivate func shortened(_ size: String) -> Materialization {
    var copy = self
    copy.metadata = ["left out": .text("the metadata had \(size)")]
    return copy
  }
}

extension StepOutcome {
  /// The outcome with a message that fits a line.
  func fitting(_ limitBytes: Int) -> StepOutcome {
    guard case .failed(var failure) = self else { return self }
    // Escaping makes a byte six at worst.
    let room = max(100, limitBytes / 12)
    guard failure.message.utf8.count > room else { return self }
    failure.message = String(decoding: failure.message.utf8.prefix(room), as: UTF8.self) + "…"
    return .failed(failure)
  }
}
