import CPosix
import Glibc

extension Files {
  /// Makes a directory and those above it; nothing happens if it is there already.
  package static func createDirectories(_ path: String) throws(SystemError) {
    var missing: [String] = []
    var current = path
    while true {
      if unsafe mkdir(current, 0o777) == 0 { break }
      if errno == ENOENT, Paths.directory(of: current) != current {
        missing.append(current)
        current = Paths.directory(of: current)
        continue
      }
      try acceptDirectory(current, number: errno)
      break
    }
    for path in missing.reversed() where unsafe mkdir(path, 0o777) != 0 {
      try acceptDirectory(path, number: errno)
    }
  }

  /// Makes a directory and those above it; the last one is for this user alone.
  package static func createPrivateDirectories(_ path: String) throws(SystemError) {
    try createDirectories(path)
    try SystemCall.perform("set permissions of", path) { unsafe chmod(path, 0o700) }
  }

  /// Accepts that `path` could not be made if it is a directory by now.
  private static func acceptDirectory(_ path: String, number: Int32) throws(SystemError) {
    if try status(path)?.isDirectory == true { return }
    // Something else has the name: that it exists is not what is wrong.
    let why = number == EEXIST ? ENOTDIR : number
    throw SystemError(operation: "make directory", number: why, subject: path)
  }

  /// The names in a directory, sorted by their bytes, without `.` and `..`.
  package static func list(_ directory: String) throws(SystemError) -> [String] {
    guard let stream = unsafe opendir(directory) else {
      throw SystemError.current("list", subject: directory)
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else { break }
      guard let text = unsafe cposix_entry_name(entry) else { continue }
      let name = unsafe String(cString: text)
      if name != "." && name != ".." { names.append(name) }
    }
    if errno != 0 { throw SystemError.current("list", subject: directory) }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Removes a file, or a directory with all it holds.
  ///
  /// Symbolic links are removed, not followed. Nothing at `path` is fine, and so is what others
  /// remove meanwhile.
  package static func removeTree(_ path: String) throws(SystemError) {
    var unvisited = [path]
    var directories: [String] = []
    while let next = unvisited.popLast() {
      if try isRealDirectory(next) {
        directories.append(next)
        for name in try list(next) { unvisited.append(Paths.join(next, name)) }
      } else {
        try remove(next)
      }
    }
    for directory in directories.reversed() where unsafe rmdir(directory) != 0 {
      if errno != ENOENT { throw SystemError.current("remove directory", subject: directory) }
    }
  }

  private static func isRealDirectory(_ path: String) throws(SystemError) -> Bool {
    try entry(path)?.isDirectory ?? false
  }

  /// What is at `path` itself, or nil if there is nothing: a link is a link, wherever it leads.
  package static func entry(
    _ path: String
  ) throws(SystemError) -> (isDirectory: Bool, sizeBytes: Int64)? {
    var info = Glibc.stat()
    if unsafe lstat(path, &info) != 0 {
      if errno == ENOENT { return nil }
      throw SystemError.current("look at", subject: path)
    }
    return (info.st_mode & S_IFMT == S_IFDIR, Int64(info.st_size))
  }

  /// Makes an empty directory of an unused name below `TMPDIR` (or `/tmp`), for this user alone.
  package static func makeTemporaryDirectory(prefix: String) throws(SystemError) -> String {
    let template = Paths.join(Environment.value("TMPDIR") ?? "/tmp", prefix + "XXXXXX")
    var bytes = Array(template.utf8CString)
    guard unsafe mkdtemp(&bytes) != nil else {
      throw SystemError.current("make temporary directory", subject: template)
    }
    return String(decoding: bytes.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
