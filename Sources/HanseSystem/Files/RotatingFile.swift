import Glibc

/// Appends to a file that starts anew when it is full, keeping a few of its predecessors.
///
/// `name` becomes `name.1`, that becomes `name.2`, and so on; together they never hold more than
/// `limitBytesPerFile * keptFiles`.
package final class RotatingFile: Sendable {
  private struct State: Sendable {
    var file: Descriptor
    var sizeBytes: Int
  }

  /// The path of the current file.
  package let path: String
  private let limitBytesPerFile: Int
  private let keptFiles: Int
  private let state: Monitor<State>

  /// Goes on with what is there; makes the directory if needed.
  ///
  /// - Parameters:
  ///   - directory: Where the files lie.
  ///   - name: The name of the current file.
  ///   - limitBytesPerFile: The most one file may hold, at least 1.
  ///   - keptFiles: How many files there may be, the current one included, at least 1.
  /// - Throws: If the directory or the file cannot be made.
  package init(
    directory: String,
    name: String,
    limitBytesPerFile: Int,
    keptFiles: Int
  ) throws(SystemError) {
    precondition(limitBytesPerFile >= 1 && keptFiles >= 1, "a rotating file needs room")
    path = Paths.join(directory, name)
    self.limitBytesPerFile = limitBytesPerFile
    self.keptFiles = keptFiles
    try Files.createDirectories(directory)
    let file = try Files.open(path, for: .appending)
    state = Monitor(State(file: file, sizeBytes: try Self.size(of: file)))
  }

  /// The size of the current file.
  package var currentSizeBytes: Int { state.withLock { $0.sizeBytes } }

  /// Appends `bytes`, in one file if they fit into one.
  ///
  /// - Parameter bytes: What to append.
  /// - Returns: How many bytes of the oldest file had to make room.
  /// - Throws: If they cannot be written; a part of them may have been.
  @discardableResult
  package func append(_ bytes: [UInt8]) throws(SystemError) -> Int {
    try state.withLock { (state) throws(SystemError) in
      var removed = 0
      var rest = bytes[...]
      while !rest.isEmpty {
        while state.sizeBytes > 0, state.sizeBytes + rest.count > limitBytesPerFile {
          removed += try rotate(&state)
        }
        let part = rest.prefix(limitBytesPerFile)
        try write(Array(part), to: &state)
        rest = rest.dropFirst(part.count)
      }
      return removed
    }
  }

  private func write(_ bytes: [UInt8], to state: inout State) throws(SystemError) {
    do {
      try state.file.writeAll(bytes)
      state.sizeBytes += bytes.count
    } catch {
      throw SystemError(operation: "write", number: error.number, subject: path)
    }
  }

  /// Begins a new file, and says how large the one was that is gone for it.
  private func rotate(_ state: inout State) throws(SystemError) -> Int {
    // Where it has made room already and the next one could not be opened, the history is not to be
    // pushed out for that.
    let isThere = try Files.status(path)?.inode == Self.status(of: state.file)?.inode
    let removed = isThere ? try makeRoom() : 0
    let file = try Files.open(path, for: .appending)
    state = State(file: file, sizeBytes: try Self.size(of: file))
    return removed
  }

  private static func status(of file: Descriptor) throws(SystemError) -> FileStatus? {
    try Files.status("/proc/self/fd/\(file.number)")
  }

  private static func size(of file: Descriptor) throws(SystemError) -> Int {
    Int(try status(of: file)?.size ?? 0)
  }

  private func makeRoom() throws(SystemError) -> Int {
    let oldest = keptFiles == 1 ? path : "\(path).\(keptFiles - 1)"
    let removed = Int(try Files.status(oldest)?.size ?? 0)
    for number in stride(from: keptFiles - 1, through: 1, by: -1) {
      let older = number == 1 ? path : "\(path).\(number - 1)"
      if Files.exists(older) { try Files.rename(older, to: "\(path).\(number)") }
    }
    if keptFiles == 1 { try Files.remove(path) }
    return removed
  }
}
