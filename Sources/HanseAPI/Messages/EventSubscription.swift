import HanseHost
package import HanseModel
package import HanseStore
import HanseSystem

/// The events from a place in the log on, as they become durable.
package struct EventSubscription: Sendable {
  let backend: Backend
  let after: Int64
  let filter: EventFilter

  /// Has everybody who waits for events of the host look whether to give up.
  func wake() {
    if case .host(let host) = backend { host.feed.wake() }
  }

  /// Begins reading; the cursor belongs to the calling thread.
  package func open() throws(EventLogError) -> EventCursor { try EventCursor(self) }
}

/// Where one reader of a subscription is.
package final class EventCursor {
  package enum Outcome: Hashable, Sendable {
    /// At least one, oldest first.
    case events([Event])
    /// Nothing came in time.
    case idle
    /// Nothing more will come: the host has ended, or there is none.
    case ended
  }

  /// What is in memory of one stream at once.
  private static let batch = 500
  package static let batchBytes = 1 << 20

  private let filter: EventFilter
  private let feed: EventFeed?
  private let reader: EventReader?
  /// Up to here all is delivered, or does not fit the filter.
  private var position: Int64

  fileprivate init(_ subscription: EventSubscription) throws(EventLogError) {
    filter = subscription.filter
    position = subscription.after
    if case .host(let host) = subscription.backend { feed = host.feed } else { feed = nil }
    reader = try subscription.backend.makeReader()
  }

  /// Waits for the next events.
  ///
  /// - Parameters:
  ///   - limit: How long to wait.
  ///   - isStopped: Looked at after each wake-up of the feed; when it holds, the stream ends.
  /// - Returns: What came of it.
  /// - Throws: When the event log cannot be read.
  package func next(
    for limit: Duration,
    unless isStopped: () -> Bool = { false }
  ) throws(EventLogError) -> Outcome {
    guard let reader else { return .ended }
    let deadline = MonotonicClock.nanoseconds() + UInt64(max(0, limit.wholeNanoseconds))
    while !isStopped() {
      // Closed first: what was durable when the feed closed is still to be delivered.
      let isClosed = feed?.isClosed ?? true
      let durable = if let feed { feed.durable } else { try reader.lastSequence() }
      if durable > position {
        let page = try reader.page(
          after: position,
          limit: Self.batch,
          limitBytes: Self.batchBytes,
          filter: filter
        )
        let last = page.events.last?.sequence ?? position
        position = page.hasMore ? last : max(durable, last)
        if !page.events.isEmpty { return .events(page.events) }
        continue
      }
      guard !isClosed, let feed else { return .ended }
      let now = MonotonicClock.nanoseconds()
      guard now < deadline else { return .idle }
      let left = Duration.nanoseconds(Int64(deadline - now))
      _ = feed.wait(after: position, for: left, unless: isStopped)
    }
    return .ended
  }
}
