import HanseModel
import HanseSystem

// Finding the lines of a time without reading those before them.

extension LogFiles {
  /// More than the time at the beginning of a line takes.
  private static let stampRoomBytes = 64
  /// So much is gone through line by line.
  private static let scanBytes: Int64 = 16 << 10

  /// The place before the first line whose time satisfies a condition, which all later ones do.
  ///
  /// Halves the file that has it again and again, so it reads some blocks of it and no more.
  func place(
    ofFirst isBehind: (Timestamp) -> Bool
  ) throws(SystemError) -> Place {
    for (index, file) in files.enumerated() {
      guard let first = try firstLine(of: file, from: 0, isLine: true), !isBehind(first.time) else {
        continue
      }
      return Place(index: index, offset: try search(file, from: first.offset, isBehind))
    }
    return Place(index: max(0, files.count - 1), offset: 0)
  }

  private func search(
    _ file: File,
    from start: Int64,
    _ isBehind: (Timestamp) -> Bool
  ) throws(SystemError) -> Int64 {
    // The line at `low` is before what is looked for, the one at `found` is behind; between `high`
    // and that no line begins that is not.
    var (low, high, found) = (start, file.sizeBytes, file.sizeBytes)
    while high - low > Self.scanBytes {
      let middle = low + (high - low) / 2
      let line = try firstLine(of: file, from: middle, isLine: false)
      guard let line, line.offset < high else {
        high = middle
        continue
      }
      if isBehind(line.time) { (high, found) = (middle, line.offset) } else { low = line.offset }
    }
    return try scan(file, from: low, upTo: high, isBehind) ?? found
  }

  /// The first line that is behind, of those that begin after one offset and not after another.
  private func scan(
    _ file: File,
    from low: Int64,
    upTo high: Int64,
    _ isBehind: (Timestamp) -> Bool
  ) throws(SystemError) -> Int64? {
    let bytes = try read(file, from: low, upTo: high + Int64(Self.stampRoomBytes))
    var rest = bytes[...]
    while let newline = rest.firstIndex(of: UInt8(ascii: "\n")), low + Int64(newline) < high {
      rest = bytes[(newline + 1)...]
      if let time = Self.time(in: rest), isBehind(time) { return low + Int64(newline) + 1 }
    }
    return nil
  }

  /// The first line with a time, of those that begin at an offset or behind it.
  ///
  /// - Parameters:
  ///   - file: Of which file.
  ///   - offset: Where to begin.
  ///   - isLine: Whether a line begins there.
  /// - Returns: Where it begins, and its time; nil when there is none.
  /// - Throws: When the file cannot be read.
  private func firstLine(
    of file: File,
    from offset: Int64,
    isLine: Bool
  ) throws(SystemError) -> (offset: Int64, time: Timestamp)? {
    var (from, isLine) = (offset, isLine)
    while from < file.sizeBytes {
      let bytes = try read(file, from: from, upTo: from + 4096)
      if bytes.isEmpty { return nil }
      let isLast = from + Int64(bytes.count) >= file.sizeBytes
      var start: Int? = isLine ? 0 : Self.lineStart(in: bytes[...])
      // A time that the block cuts off is read again, with what follows.
      while let line = start, isLast || line == 0 || line + Self.stampRoomBytes <= bytes.count {
        if let time = Self.time(in: bytes[line...]) { return (from + Int64(line), time) }
        start = Self.lineStart(in: bytes[line...])
      }
      from += Int64(start ?? bytes.count)
      isLine = start != nil
    }
    return nil
  }

  private static func lineStart(in bytes: ArraySlice<UInt8>) -> Int? {
    bytes.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
  }

  /// The time that some bytes begin with, as each line of a log does.
  private static func time(in bytes: ArraySlice<UInt8>) -> Timestamp? {
    let head = bytes.prefix(stampRoomBytes)
    guard let space = head.firstIndex(of: UInt8(ascii: " ")) else { return nil }
    return Timestamp(String(decoding: head[..<space], as: UTF8.self))
  }
}
