import HanseHost
import HanseModel
import HanseSystem

/// A location's log files as they are at one moment, the newest first.
///
/// They stay open, so a rotation meanwhile takes nothing away; what is written meanwhile is not seen.
/// Whatever is asked reads only the blocks that it needs: a log is as long as its quota, and an
/// answer is a page. Times are taken to rise along the log; where the clock was set back, lines of
/// about that time may be passed over.
final class LogFiles {
  struct File {
    var descriptor: Descriptor
    var inode: UInt64
    var sizeBytes: Int64
  }

  /// A place between two lines: which of the files, and where in it.
  struct Place: Hashable {
    var index: Int
    var offset: Int64
  }

  /// More than a line with its time takes.
  static let lineRoomBytes: Int64 = 1 << 16
  private static let chunkBytes = 1 << 20

  let location: LocationName
  let files: [File]
  /// What was read of them so far.
  private(set) var readBytes = 0

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

  // MARK: Blocks

  /// The bytes of a file from one offset up to another, or up to its end.
  func read(_ file: File, from start: Int64, upTo end: Int64) throws(SystemError) -> [UInt8] {
    let end = min(end, file.sizeBytes)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(max(0, end - start)))
    while start + Int64(bytes.count) < end {
      let left = Int(end - start) - bytes.count
      let place = start + Int64(bytes.count)
      let outcome = try file.descriptor.read(
        into: &bytes,
        upTo: min(Self.chunkBytes, left),
        at: place
      )
      if outcome == .endOfFile { break }
    }
    readBytes += bytes.count
    return bytes
  }

  /// Whole lines that end at a place, about a block of them.
  ///
  /// - Parameter place: Behind a line, or at the end of a file.
  /// - Returns: The lines, and the place before them: in the same file, or at the end of the next
  ///   older one; nil when there is nothing before the place.
  /// - Throws: When a file cannot be read.
  func lines(before place: Place) throws(SystemError) -> (bytes: ArraySlice<UInt8>, start: Place)? {
    guard place.index < files.count else { return nil }
    let file = files[place.index]
    var room = Self.lineRoomBytes
    while true {
      let start = max(0, place.offset - room)
      let bytes = try read(file, from: start, upTo: place.offset)
      // What is behind the last newline is still being written.
      let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { bytes[...$0] } ?? []
      if start == 0 {
        let older = place.index + 1
        let size = older < files.count ? files[older].sizeBytes : 0
        return (whole, Place(index: older, offset: size))
      }
      if let first = whole.firstIndex(of: UInt8(ascii: "\n")), first < whole.endIndex - 1 {
        let offset = start + Int64(first) + 1
        return (whole[(first + 1)...], Place(index: place.index, offset: offset))
      }
      room *= 2
    }
  }

  func parse(_ bytes: some Collection<UInt8>) -> [ComputeLogLine] {
    bytes.split(separator: UInt8(ascii: "\n")).compactMap {
      ComputeLogLine(String(decoding: $0, as: UTF8.self), location: location)
    }
  }

  // MARK: Places

  /// Behind everything that is there.
  var end: Place { Place(index: 0, offset: files.first?.sizeBytes ?? 0) }

  /// Where to go on reading behind the last whole line there is.
  func endPosition() throws(SystemError) -> LogPosition {
    var place = end
    while let (bytes, start) = try lines(before: place) {
      if !bytes.isEmpty {
        // The lines end where the block ended, but for half a line behind them.
        let file = files[place.index]
        let from = start.index == place.index ? start.offset : 0
        return position(in: file, behind: bytes, from: from)
      }
      place = start
    }
    return .start
  }

  func position(
    in file: File,
    behind whole: ArraySlice<UInt8>,
    from offset: Int64
  ) -> LogPosition {
    LogPosition(
      inode: file.inode,
      offset: offset + Int64(whole.count),
      milliseconds: Self.stamp(of: Array(whole.suffix(Int(Self.lineRoomBytes))))
    )
  }

  /// The place that a reader had come to; nil when its file is gone or begins anew.
  func place(of position: LogPosition) throws(SystemError) -> Place? {
    for (index, file) in files.enumerated() where try holds(position, file) {
      return Place(index: index, offset: position.offset)
    }
    return nil
  }

  /// Whether a place is one of a file: behind a line of the place's time.
  private func holds(_ place: LogPosition, _ file: File) throws(SystemError) -> Bool {
    guard place.inode == file.inode, place.offset > 0, place.offset <= file.sizeBytes else {
      return false
    }
    let from = max(0, place.offset - Self.lineRoomBytes)
    let before = try read(file, from: from, upTo: place.offset)
    guard before.last == UInt8(ascii: "\n") else { return false }
    return Self.stamp(of: before) == place.milliseconds
  }

  /// The time of the last line of some bytes that end with it; 0 when it has none.
  private static func stamp(of bytes: [UInt8]) -> Int64 {
    let line = bytes.split(separator: UInt8(ascii: "\n")).last ?? []
    let text = String(decoding: line, as: UTF8.self)
    return ComputeLogLine(text, location: "").map(\.time.milliseconds) ?? 0
  }
}
