import Glibc

extension Files {
  /// Asks whether this process may read and write a file, or make entries in a directory; nothing is
  /// written.
  ///
  /// - Throws: Why not, in the system's words.
  package static func checkWritable(_ path: String) throws(SystemError) {
    let isDirectory = try status(path)?.isDirectory ?? false
    let wanted = R_OK | W_OK | (isDirectory ? X_OK : 0)
    try SystemCall.perform("write to", path) {
      // As the effective user, as every other call has it.
      unsafe faccessat(AT_FDCWD, path, wanted, AT_EACCESS)
    }
  }

  /// Makes an empty directory in another and removes it again.
  ///
  /// What permissions say is not all: the kernel's own file systems take no directory from anybody.
  ///
  /// - Throws: Why none can be made there.
  package static func checkTakesDirectories(_ directory: String) throws(SystemError) {
    var name = Array(Paths.join(directory, ".hanse-probe-XXXXXX").utf8CString)
    guard unsafe mkdtemp(&name) != nil else {
      throw SystemError.current("make a directory in", subject: directory)
    }
    try SystemCall.perform("remove directory", directory) { unsafe rmdir(name) }
  }

  /// Lets everybody execute a file whom its mode lets read it.
  package static func allowExecution(_ path: String) throws(SystemError) {
    try SystemCall.perform("allow the execution of", path) { unsafe chmod(path, 0o755) }
  }
}
