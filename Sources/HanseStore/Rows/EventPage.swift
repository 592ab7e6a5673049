package import HanseModel

/// Some events in order, and whether there are more behind the last.
///
/// Ends with the number that was asked for, or with as many bytes as it may have, whatever comes
/// first; but it has one event at least, if there is one, however long that is.
package struct EventPage: Hashable, Sendable {
  package var events: [Event]
  package var hasMore: Bool

  package init(events: [Event] = [], hasMore: Bool = false) {
    self.events = events
    self.hasMore = hasMore
  }
}
