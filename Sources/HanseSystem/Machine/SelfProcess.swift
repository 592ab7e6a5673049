import CPosix
import Glibc

/// The process this code runs in.
package enum SelfProcess {
  package static var pid: Int32 { getpid() }

  /// The path of the running program, with no symbolic link in it.
  package static func executablePath() throws(SystemError) -> String {
    try Files.realPath("/proc/self/exe")
  }

  /// Ends the process at once: nothing is flushed, no handler runs.
  package static func exitNow(_ code: Int32) -> Never { _exit(code) }

  /// Ends the process as returning from `main` does.
  package static func exit(_ code: Int32) -> Never { Glibc.exit(code) }

  /// Makes orphans among this process's descendants its own children.
  package static func becomeSubreaper() throws(SystemError) {
    try SystemCall.perform("become a subreaper", nil, cposix_become_subreaper)
  }

  /// Keeps other processes of the same user from looking into this one: its environment, its memory,
  /// its open files.
  ///
  /// It is not traced or dumped any more, either. What it starts is not hidden.
  package static func hide() throws(SystemError) {
    try SystemCall.perform("hide this process", nil, cposix_hide_process)
  }

  package static var isHidden: Bool { cposix_is_process_hidden() != 0 }

  /// How many descriptors this process may have open: now, and at most if it asks for more.
  package static func openFileLimit() throws(SystemError) -> (soft: UInt64, hard: UInt64) {
    var limit = rlimit()
    try SystemCall.perform("look at the limit of open files") {
      unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
    return (UInt64(limit.rlim_cur), UInt64(limit.rlim_max))
  }

  /// The most memory this process ever held.
  package static var peakResidentBytes: Int { Int(max(0, cposix_peak_resident_kibibytes())) * 1024 }

  /// The memory of a process, with shared pages counted in proportion (PSS).
  ///
  /// The figures of several processes can be added up.
  package static func proportionalSetSizeBytes(_ pid: Int32) throws(SystemError) -> Int {
    let path = "/proc/\(pid)/smaps_rollup"
    let text = String(decoding: try Files.read(path, limitBytes: 1 << 16), as: UTF8.self)
    for line in text.split(separator: "\n") where line.hasPrefix("Pss:") {
      let words = line.split(separator: " ")
      if words.count >= 2, let kibibytes = Int(words[1]) { return kibibytes * 1024 }
    }
    throw SystemError(operation: "read the memory use in", number: ENODATA, subject: path)
  }
}
