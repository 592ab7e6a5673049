import CPosix
import Glibc
import Synchronization

extension Files {
  private static let temporaryNumber = Atomic<UInt64>(0)

  /// Puts `bytes` at `path` so that readers see the old file or the new one, never a part.
  ///
  /// The permissions of a file that is replaced are kept. `durably` also makes the new file survive
  /// a loss of power once the call has returned.
  package static func writeAtomically(
    _ path: String,
    _ bytes: [UInt8],
    durably: Bool
  ) throws(SystemError) {
    try replacing(path) { (temporary) throws(SystemError) in
      let file = try open(temporary, for: .creating)
      try keepPermissions(of: path, on: file)
      try writeAll(bytes, to: file, path: path)
      if durably { try synchronize(file, path) }
    }
    if durably {
      let directory = Paths.directory(of: path)
      try synchronize(open(directory, for: .listing), directory)
    }
  }

  /// Chooses who may do what with a file.
  package static func setPermissions(
    of file: Descriptor,
    _ permissions: UInt32
  ) throws(SystemError) {
    try file.use("set permissions") { fchmod($0, mode_t(permissions)) }
  }

  /// Waits until what was written to a file survives a loss of power.
  package static func synchronize(_ file: Descriptor) throws(SystemError) {
    try file.use("synchronize") { fsync($0) }
  }

  /// Makes `destination` the same file as `source`, or a copy where that cannot be.
  ///
  /// What is at `destination` is replaced in one step. The two may share their bytes: write to
  /// neither in place.
  package static func hardLinkOrCopy(
    _ source: String,
    to destination: String
  ) throws(SystemError) {
    try replacing(destination) { (temporary) throws(SystemError) in
      if unsafe link(source, temporary) == 0 { return }
      switch errno {
      case EXDEV, EPERM, EMLINK, EOPNOTSUPP, ENOSYS: try copy(source, to: temporary)
      default: throw SystemError.current("link \"\(source)\" to", subject: destination)
      }
    }
  }

  /// Runs `make` with a temporary path beside `path`, and renames what it made to `path`.
  ///
  /// The temporary file is gone afterwards, whatever happens.
  private static func replacing(
    _ path: String,
    _ make: (String) throws(SystemError) -> Void
  ) throws(SystemError) {
    let temporary = temporaryPath(beside: path)
    do {
      try make(temporary)
      try rename(temporary, to: path)
    } catch {
      // Teardown: the first error is the one to tell.
      _ = unsafe unlink(temporary)
      throw error
    }
    // A rename between two links of one file does nothing, and says it has succeeded.
    _ = unsafe unlink(temporary)
  }

  private static func temporaryPath(beside path: String) -> String {
    var name = Paths.name(of: path)
    // Room for the rest of the name within the 255 bytes that file systems allow.
    while name.utf8.count > 200 { name.removeLast() }
    while true {
      let number = temporaryNumber.wrappingAdd(1, ordering: .relaxed).newValue
      let temporary = Paths.join(
        Paths.directory(of: path),
        ".\(name).\(SelfProcess.pid).\(number).tmp"
      )
      // An earlier process of the same number may have been killed in the middle of a write.
      if !exists(temporary) { return temporary }
    }
  }

  private static func keepPermissions(
    of path: String,
    on file: Descriptor
  ) throws(SystemError) {
    var info = Glibc.stat()
    if unsafe stat(path, &info) == 0 {
      try file.use("set permissions of", path) { fchmod($0, info.st_mode & 0o7777) }
    }
  }

  private static func copy(_ source: String, to destination: String) throws(SystemError) {
    let input = try open(source, for: .reading)
    let output = try open(destination, for: .creating)
    try keepPermissions(of: source, on: output)
    var chunk: [UInt8] = []
    while true {
      chunk.removeAll(keepingCapacity: true)
      switch try input.read(into: &chunk, upTo: 1 << 18) {
      case .bytes, .wouldBlock: try writeAll(chunk, to: output, path: destination)
      case .endOfFile: return
      }
    }
  }

  private static func writeAll(
    _ bytes: [UInt8],
    to file: Descriptor,
    path: String
  ) throws(SystemError) {
    do {
      try file.writeAll(bytes)
    } catch {
      throw SystemError(operation: "write", number: error.number, subject: path)
    }
  }

  static func synchronize(_ file: Descriptor, _ path: String) throws(SystemError) {
    try file.use("synchronize", path) { fsync($0) }
  }
}
