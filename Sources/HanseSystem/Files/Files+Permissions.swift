import Glibc

extension Files {
  /// Lets everybody execute a file whom its mode lets read it.
  package static func allowExecution(_ path: String) throws(SystemError) {
    try SystemCall.perform("allow the execution of", path) { unsafe chmod(path, 0o755) }
  }
}
