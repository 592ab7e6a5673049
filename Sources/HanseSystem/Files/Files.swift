import CPosix
import Glibc

/// Single calls on single files; see also `Files+Trees.swift` and `Files+Writing.swift`.
package enum Files {
  /// How to open a file.
  package enum Access: Hashable, Sendable {
    case reading
    /// Read and write, the file being there.
    case updating
    /// Write from the beginning, the file being there: what the kernel's own files want.
    case overwriting
    /// Read and write, made if missing.
    case updatingOrCreating
    /// Write at the end, made if missing.
    case appending
    /// Write, and fail if it is there already.
    case creating
    /// A directory, to be listed or synchronized.
    case listing

    fileprivate var flags: Int32 {
      switch self {
      case .reading: O_RDONLY
      case .updating: O_RDWR
      case .overwriting: O_WRONLY
      case .updatingOrCreating: O_RDWR | O_CREAT
      case .appending: O_WRONLY | O_CREAT | O_APPEND
      case .creating: O_WRONLY | O_CREAT | O_EXCL
      case .listing: O_RDONLY | O_DIRECTORY
      }
    }
  }

  /// Opens a file; children do not inherit it.
  package static func open(
    _ path: String,
    for access: Access
  ) throws(SystemError) -> Descriptor {
    try SystemCall.refuseZeroByte(in: path, "open")
    let number = try SystemCall.retrying("open", path) {
      unsafe cposix_open(path, access.flags, 0o666)
    }
    return Descriptor(owning: number)
  }

  /// The whole of a file.
  ///
  /// - Throws: `EFBIG` if it has more than `limitBytes`.
  package static func read(_ path: String, limitBytes: Int) throws(SystemError) -> [UInt8] {
    let file = try open(path, for: .reading)
    do {
      return try file.readAll(limitBytes: limitBytes)
    } catch {
      throw SystemError(operation: "read", number: error.number, subject: path)
    }
  }

  /// How much an ordinary user may still write to the file system of `path`.
  package static func freeBytes(_ path: String) throws(SystemError) -> Int64 {
    try SystemCall.retrying("look at the free space of", path) { unsafe cposix_free_bytes(path) }
  }

  package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// What is at `path`, or nil if there is nothing.
  package static func status(_ path: String) throws(SystemError) -> FileStatus? {
    var info = Glibc.stat()
    do {
      try SystemCall.perform("look at", path) { unsafe stat(path, &info) }
    } catch {
      if error.number == ENOENT || error.number == ENOTDIR { return nil }
      throw error
    }
    return FileStatus(
      size: Int64(info.st_size),
      modifiedNanoseconds: Int64(info.st_mtim.tv_sec) * 1_000_000_000
        + Int64(info.st_mtim.tv_nsec),
      device: UInt64(info.st_dev),
      inode: UInt64(info.st_ino),
      isDirectory: info.st_mode & S_IFMT == S_IFDIR,
      isRegular: info.st_mode & S_IFMT == S_IFREG,
      isExecutable: unsafe access(path, X_OK) == 0
    )
  }

  /// Removes a file.
  ///
  /// - Returns: False if there was none.
  @discardableResult
  package static func remove(_ path: String) throws(SystemError) -> Bool {
    if unsafe unlink(path) == 0 { return true }
    if errno == ENOENT { return false }
    throw SystemError.current("remove", subject: path)
  }

  /// Moves `source` to `destination` in one step, replacing what is there.
  package static func rename(
    _ source: String,
    to destination: String
  ) throws(SystemError) {
    try SystemCall.perform("rename \"\(source)\" to", destination) {
      unsafe Glibc.rename(source, destination)
    }
  }

  /// The absolute path without symbolic links, `.` and `..`; everything on it must exist.
  package static func realPath(_ path: String) throws(SystemError) -> String {
    guard let resolved = unsafe realpath(path, nil) else {
      throw SystemError.current("resolve", subject: path)
    }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// Where a symbolic link leads, as it is written in it; nil for anything else, or nothing.
  package static func linkTarget(_ path: String) -> String? {
    let limit = Int(PATH_MAX)
    var bytes = [CChar](repeating: 0, count: limit)
    let count = unsafe readlink(path, &bytes, limit)
    guard count >= 0 else { return nil }
    return String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Makes a symbolic link at `path`; `target` is written in it as it is.
  ///
  /// - Throws: `EEXIST` if there is something at `path`.
  package static func linkSymbolically(_ path: String, to target: String) throws(SystemError) {
    try SystemCall.perform("make symbolic link", path) { unsafe symlink(target, path) }
  }

  /// Whether somebody has a file open for writing; nil where that cannot be known.
  ///
  /// The kernel tells the file's owner and nobody else, and not on every file system.
  package static func isOpenForWriting(_ file: Descriptor) -> Bool? {
    switch cposix_is_open_for_writing(file.number) {
    case 0: false
    case 1: true
    default: nil
    }
  }

  package static func currentDirectory() throws(SystemError) -> String {
    guard let path = unsafe getcwd(nil, 0) else {
      throw SystemError.current("find the current directory")
    }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }
}
