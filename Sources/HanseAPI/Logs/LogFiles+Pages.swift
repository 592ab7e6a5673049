import HanseModel
import HanseSystem

extension LogFiles {
  /// The lines behind a place, and the place behind those.
  ///
  /// - Parameters:
  ///   - position: Where a reader had come to.
  ///   - start: From when on lines are wanted if the log is new to the reader; nil for all.
  ///   - limitBytes: About what the lines may take, at least what one line does.
  /// - Returns: The lines, oldest first, and where to go on.
  /// - Throws: When a file cannot be read.
  func after(
    _ position: LogPosition,
    since start: Timestamp? = nil,
    limitBytes: Int
  ) throws(SystemError) -> (lines: [ComputeLogLine], end: LogPosition) {
    let known = try place(of: position)
    // The file of the place is gone or begins anew: what is younger has not been read yet.
    let place =
      if let known { known } else {
        try place { time in
          position == .start
            ? start.map { time >= $0 } ?? true : time.milliseconds > position.milliseconds
        }
      }
    var lines: [ComputeLogLine] = []
    var end = position
    var left = Int64(max(limitBytes, Int(Self.lineRoomBytes)))
    for index in stride(from: min(place.index, files.count - 1), through: 0, by: -1) where left > 0
    {
      let file = files[index]
      let from = index == place.index ? place.offset : 0
      let limit = min(file.sizeBytes, from + left)
      let bytes = try read(file, from: from, upTo: limit)
      // What is behind the last newline is still being written.
      let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { bytes[...$0] } ?? []
      left -= Int64(bytes.count)
      guard !whole.isEmpty else { continue }
      lines += parse(whole)
      end = self.position(in: file, behind: whole, from: from)
      // What is left of this file comes before the next file.
      if limit < file.sizeBytes { break }
    }
    return (lines, end)
  }
}
