package import HanseModel

/// A place in a location's compute log: behind a whole line of one of its files.
///
/// The file is known by its inode, which its renaming leaves as it is, and by the time of the line
/// before the place: another file may get the inode of one that is gone, and a file may be cut off.
package struct LogPosition: Hashable, Sendable {
  package var inode: UInt64
  /// In bytes.
  package var offset: Int64
  /// Of the line that ends there, in milliseconds since 1970; 0 for a line without one.
  package var milliseconds: Int64

  package init(inode: UInt64, offset: Int64, milliseconds: Int64) {
    self.inode = inode
    self.offset = offset
    self.milliseconds = milliseconds
  }

  /// Before everything there is.
  package static let start = LogPosition(inode: 0, offset: 0, milliseconds: 0)
}

/// Where a reader of compute logs is, in each location's.
package struct LogCursor: Hashable, Sendable {
  package var positions: [LocationName: LogPosition]

  package init(positions: [LocationName: LogPosition] = [:]) { self.positions = positions }

  /// `NAME:INODE-OFFSET-MILLISECONDS` for each location, separated by commas.
  package var text: String {
    positions.sorted { $0.key < $1.key }.map { name, place in
      "\(name):\(place.inode)-\(place.offset)-\(place.milliseconds)"
    }.joined(separator: ",")
  }

  /// Reads ``text``; nil for anything else.
  package init?(_ text: String) {
    positions = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: true) {
      let sides = part.split(separator: ":", omittingEmptySubsequences: false)
      guard sides.count == 2, !sides[0].isEmpty else { return nil }
      let numbers = sides[1].split(separator: "-", omittingEmptySubsequences: false)
      guard numbers.count == 3, let inode = UInt64(numbers[0]), let offset = Int64(numbers[1]),
        let milliseconds = Int64(numbers[2]), offset >= 0
      else { return nil }
      positions[LocationName(String(sides[0]))] = LogPosition(
        inode: inode,
        offset: offset,
        milliseconds: milliseconds
      )
    }
  }
}

/// Lines of compute logs, and where to go on reading.
package struct LogLines: Hashable, Sendable {
  package var lines: [ComputeLogLine]
  package var cursor: LogCursor
  /// What was read of the files for it.
  package var readBytes = 0
}
