import HanseModel

/// What has come from the locations and is not on disk yet, and who is held back for it.
///
/// A disk that is slower than a location would otherwise fill the host's memory with that location's
/// events. So each location has a share of its own. The processes of one that is over it are not read
/// from until half of it is on disk: their pipes fill, and they wait in their own writes. Nobody else
/// does.
///
/// The bound is soft by what one turn reads of a process, or by one line.
struct EventBacklog {
  /// What some turn has brought, and the last event that came of it.
  private struct Part {
    var process: HostLoop.ProcessKey
    var bytes: Int
    var sequence: Int64
  }

  /// What an event takes in memory beside the bytes of its line.
  static let eventBytes = 512
  /// The most and the least that a location's share is.
  static let shareBytes = (least: 256 << 10, most: 4 << 20)

  /// What may wait of one location.
  let limitBytes: Int
  private var parts: [Part] = []
  /// Where those begin that are not on disk.
  private var head = 0
  private var waiting: [LocationName: Int] = [:]
  /// The processes that are not read from.
  private(set) var held: Set<HostLoop.ProcessKey> = []

  /// An empty one.
  ///
  /// - Parameters:
  ///   - totalBytes: What may wait of all locations together.
  ///   - locations: How many there are.
  init(totalBytes: Int, locations: Int) {
    let share = totalBytes / max(1, locations)
    limitBytes = min(max(share, Self.shareBytes.least), Self.shareBytes.most)
  }

  func waitingBytes(of location: LocationName) -> Int { waiting[location] ?? 0 }

  func isHeldBack(_ location: LocationName) -> Bool { held.contains { $0.name == location } }

  /// Notes what a process has sent.
  ///
  /// - Parameters:
  ///   - bytes: What that takes.
  ///   - process: Who sent it.
  ///   - sequence: The last event that came of it, or a later one.
  /// - Returns: Whether the process is held back from now on.
  mutating func note(
    _ bytes: Int,
    of process: HostLoop.ProcessKey,
    upTo sequence: Int64
  ) -> Bool {
    parts.append(Part(process: process, bytes: bytes, sequence: sequence))
    waiting[process.name, default: 0] += bytes
    guard waitingBytes(of: process.name) > limitBytes else { return false }
    return held.insert(process).inserted
  }

  /// Notes how far the log is on disk.
  ///
  /// - Parameter sequence: The last event that is.
  /// - Returns: The processes that are to be read from again.
  mutating func advance(to sequence: Int64) -> [HostLoop.ProcessKey] {
    while head < parts.count, parts[head].sequence <= sequence {
      let part = parts[head]
      let left = waitingBytes(of: part.process.name) - part.bytes
      waiting[part.process.name] = left == 0 ? nil : left
      head += 1
    }
    if head == parts.count {
      parts.removeAll(keepingCapacity: head <= 4096)
      head = 0
    } else if head > 4096, head * 2 > parts.count {
      parts.removeSubrange(..<head)
      head = 0
    }
    let released = held.filter { waitingBytes(of: $0.name) <= limitBytes / 2 }
    held.subtract(released)
    return released.sorted()
  }

  /// Forgets a process that has ended; what it has sent waits all the same.
  mutating func forget(_ process: HostLoop.ProcessKey) { held.remove(process) }
}
