import HanseHost
import HanseModel
import HanseSystem

/// A location's log files as they are at one moment, the newest first.
///
/// They stay open, so a rotation meanwhile takes nothing away; what is written meanwhile is not seen.
struct LogFiles {
  private struct File {
    var descriptor: Descriptor
    var inode: UInt64
    var sizeBytes: Int64
  }

  /// Some whole lines of one file.
  private struct Part {
    var file: File
    var offset: Int64
  }

  /// More than a line with its time takes.
  private static let lineRoomBytes = 1 << 16
  private static let chunkBytes = 1 << 20
  /// About what one page may cost in memory.
  private static let pageBytes = 8 << 20

  private let location: LocationName
  private let files: [File]

  init(of location: LocationName, in state: StateDirectory) throws(SystemError) {
    self.location = location
    let path = state.computeLog(of: location)
    var files: [File] = []
    var number = 0
    // From the newest on: a rotation in between shows a file a second time, and hides none.
    while let file = try Self.open(number == 0 ? path : "\(path).\(number)") {
      if !files.contains(where: { $0.inode == file.inode }) { files.append(file) }
      number += 1
    }
    self.files = files
  }

  private static func open(_ path: String) throws(SystemError) -> File? {
    do throws(SystemError) {
      let descriptor = try Files.open(path, for: .reading)
      guard let status = try Files.status("/proc/self/fd/\(descriptor.number)") else { return nil }
      return File(descriptor: descriptor, inode: status.inode, sizeBytes: status.size)
    } catch {
      if error.isNotFound { return nil }
      throw error
    }
  }

  // MARK: Reading backwards

  /// The last lines, oldest first, and the place behind them.
  func last(_ count: Int) throws(SystemError) -> (lines: [ComputeLogLine], end: LogPosition) {
    try reading(atMost: count) { $0.count >= count }
  }

  /// All lines back to the first file that begins before a time, and the place behind them.
  func since(
    _ start: Timestamp
  ) throws(SystemError) -> (lines: [ComputeLogLine], end: LogPosition) {
    try reading { lines in lines.first.map { $0.time < start } ?? false }
  }

  private func reading(
    atMost count: Int = .max,
    until isEnough: ([ComputeLogLine]) -> Bool
  ) throws(SystemError) -> (lines: [ComputeLogLine], end: LogPosition) {
    var kept: [ComputeLogLine] = []
    var end: LogPosition?
    for file in files {
      let whole = Self.wholeLines(try Self.read(file, from: 0, upTo: file.sizeBytes))
      if end == nil, !whole.isEmpty { end = Self.place(in: file, behind: whole, from: 0) }
      kept = parse(whole.split(separator: UInt8(ascii: "\n")).suffix(count - kept.count)) + kept
      if isEnough(kept) { break }
    }
    return (kept, end ?? .start)
  }

  // MARK: Reading on

  /// The lines behind a place, at most about a page of them, and the place behind those.
  func after(
    _ place: LogPosition
  ) throws(SystemError) -> (lines: [ComputeLogLine], end: LogPosition) {
    guard let index = try index(of: place) else { return try afterLosing(place) }
    let parts =
      [Part(file: files[index], offset: place.offset)]
      + files[..<index].reversed().map { Part(file: $0, offset: 0) }
    var lines: [ComputeLogLine] = []
    var end = place
    var left = Self.pageBytes
    for part in parts where left > 0 {
      let limit = min(part.file.sizeBytes, part.offset + Int64(left))
      let bytes = try Self.read(part.file, from: part.offset, upTo: limit)
      let whole = Self.wholeLines(bytes)
      left -= bytes.count
      guard !whole.isEmpty else { continue }
      lines += parse(whole.split(separator: UInt8(ascii: "\n"))[...])
      end = Self.place(in: part.file, behind: whole, from: part.offset)
      // What is left of this file comes before the next file.
      if limit < part.file.sizeBytes { break }
    }
    return (lines, end)
  }

  /// The file of the place is gone or begins anew: what is younger has not been read yet.
  private func afterLosing(
    _ place: LogPosition
  ) throws(SystemError) -> (lines: [ComputeLogLine], end: LogPosition) {
    let (all, end) = try reading { lines in
      lines.first.map { $0.time.milliseconds < place.milliseconds } ?? false
    }
    if place == .start { return (all, end) }
    let lines = all.filter { $0.time.milliseconds > place.milliseconds }
    return lines.isEmpty ? ([], place) : (lines, end)
  }

  private func index(of place: LogPosition) throws(SystemError) -> Int? {
    for (index, file) in files.enumerated() where try Self.holds(place, file) { return index }
    return nil
  }

  /// Whether a place is one of a file: behind a line of the place's time.
  private static func holds(_ place: LogPosition, _ file: File) throws(SystemError) -> Bool {
    guard place.inode == file.inode, place.offset > 0, place.offset <= file.sizeBytes else {
      return false
    }
    let from = max(0, place.offset - Int64(lineRoomBytes))
    let before = try read(file, from: from, upTo: place.offset)
    guard before.last == UInt8(ascii: "\n") else { return false }
    return stamp(of: before) == place.milliseconds
  }

  // MARK: Bytes

  private static func read(
    _ file: File,
    from start: Int64,
    upTo end: Int64
  ) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(max(0, end - start)))
    while start + Int64(bytes.count) < end {
      let left = Int(end - start) - bytes.count
      let place = start + Int64(bytes.count)
      let outcome = try file.descriptor.read(
        into: &bytes,
        upTo: min(chunkBytes, left),
        at: place
      )
      if outcome == .endOfFile { break }
    }
    return bytes
  }

  /// Up to the last newline: the rest is still being written.
  private static func wholeLines(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    bytes.lastIndex(of: UInt8(ascii: "\n")).map { bytes[...$0] } ?? []
  }

  private static func place(
    in file: File,
    behind whole: ArraySlice<UInt8>,
    from offset: Int64
  ) -> LogPosition {
    LogPosition(
      inode: file.inode,
      offset: offset + Int64(whole.count),
      milliseconds: stamp(of: Array(whole.suffix(lineRoomBytes)))
    )
  }

  /// The time of the last line of some bytes that end with it; 0 when it has none.
  private static func stamp(of bytes: [UInt8]) -> Int64 {
    let line = bytes.split(separator: UInt8(ascii: "\n")).last ?? []
    let text = String(decoding: line, as: UTF8.self)
    return ComputeLogLine(text, location: "").map(\.time.milliseconds) ?? 0
  }

  private func parse(_ lines: ArraySlice<ArraySlice<UInt8>>) -> [ComputeLogLine] {
    lines.compactMap { ComputeLogLine(String(decoding: $0, as: UTF8.self), location: location) }
  }
}
