import HanseCore
import HanseModel

/// What is told of a location only once what it wrote before that is in its compute log: the answers
/// to its steps, and the end of a process.
///
/// So whoever reads that a step has ended finds all in the log that it wrote before it did. Of one
/// location nothing overtakes anything.
struct LogGate {
  /// Something that waits.
  struct Entry {
    var inputs: [ControlPlane.Input]
    /// How far the log must be written.
    var place: Int
    /// What it takes in memory.
    var bytes = 0
    /// When it is told whatever the disk does; nil for what waits as long as need be.
    var deadline: HostInstant?
    /// The process whose last word it is.
    var ended: Generation?
  }

  private var waiting: [LocationName: [Entry]] = [:]

  /// The locations of which something waits.
  var locations: [LocationName] { waiting.keys.sorted() }

  /// What waits of a location, in bytes.
  func waitingBytes(of location: LocationName) -> Int {
    (waiting[location] ?? []).reduce(0) { $0 + $1.bytes }
  }

  /// How far the log must be written for the next thing to be told; nil when nothing waits.
  func nextPlace(of location: LocationName) -> Int? { waiting[location]?.first?.place }

  /// When something is told whatever the disk does.
  var nextDeadline: HostInstant? { waiting.values.joined().compactMap(\.deadline).min() }

  mutating func add(_ entry: Entry, of location: LocationName) {
    waiting[location, default: []].append(entry)
  }

  /// Takes what may be told now.
  ///
  /// - Parameters:
  ///   - location: Whose.
  ///   - isWritten: Whether the log is written up to a place.
  ///   - now: Deadlines up to then are over; what came before such a thing goes with it.
  /// - Returns: That, in order.
  mutating func release(
    _ location: LocationName,
    isWritten: (Int) -> Bool,
    at now: HostInstant
  ) -> [Entry] {
    guard let entries = waiting[location] else { return [] }
    var count = entries.lastIndex { $0.deadline.map { $0 <= now } ?? false }.map { $0 + 1 } ?? 0
    while count < entries.count, isWritten(entries[count].place) { count += 1 }
    waiting[location] = count == entries.count ? nil : Array(entries[count...])
    return Array(entries[..<count])
  }
}
