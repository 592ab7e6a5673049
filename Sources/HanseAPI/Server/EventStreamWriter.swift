import HanseModel
import HanseStore

/// Turns a subscription into the bytes of server-sent events.
///
/// Belongs to the thread of its connection.
final class EventStreamWriter {
  private let subscription: EventSubscription
  private let heartbeat: Duration
  private let isStopped: () -> Bool
  private var cursor: EventCursor?
  /// Begins with something at once, so that the client sees the headers before the first event.
  private var pending: ArraySlice<UInt8> = Array(": events of hanse\n\n".utf8)[...]
  private var isEnded = false

  init(
    _ subscription: EventSubscription,
    heartbeat: Duration,
    unless isStopped: @escaping () -> Bool
  ) {
    self.subscription = subscription
    self.heartbeat = heartbeat
    self.isStopped = isStopped
  }

  /// The next bytes, at least one and at most `limit`; nil at the end.
  func next(_ limit: Int) -> ArraySlice<UInt8>? {
    while pending.isEmpty {
      guard !isEnded else { return nil }
      fill()
    }
    let part = pending.prefix(limit)
    pending = pending.dropFirst(part.count)
    return part
  }

  private func fill() {
    do throws(EventLogError) {
      let cursor = if let open = self.cursor { open } else { try subscription.open() }
      self.cursor = cursor
      switch try cursor.next(for: heartbeat, unless: isStopped) {
      case .events(let events): pending = events.reduce(into: []) { $0 += Self.frame($1) }[...]
      case .idle: pending = Array(": still here\n\n".utf8)[...]
      case .ended: isEnded = true
      }
    } catch {
      // The status is sent already: the reason goes where an event would.
      pending = Array("event: problem\ndata: \(JSONWriter.text(Problem(error)))\n\n".utf8)[...]
      isEnded = true
    }
  }

  static func frame(_ event: Event) -> [UInt8] {
    var bytes = Array("id: \(event.sequence)\nevent: \(event.record.payload.kind)\ndata: ".utf8)
    bytes += JSONWriter.encode(event)
    bytes += [UInt8(ascii: "\n"), UInt8(ascii: "\n")]
    return bytes
  }
}
