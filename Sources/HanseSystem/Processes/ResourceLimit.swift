import Glibc

/// The most that a process may have of something.
package struct ResourceLimit: Hashable, Sendable {
  package enum Resource: Hashable, Sendable, CaseIterable {
    /// Bytes of address space, whether used or only reserved.
    case addressSpace
    case openFiles
    /// Seconds of processor time.
    case processorTime
    /// Bytes of a core dump.
    case core
    /// Bytes of one file.
    case file
  }

  package var resource: Resource
  /// What the process feels: a signal, or a refusal.
  package var soft: UInt64
  /// What it cannot raise the other above; for processor time, where it is killed.
  package var hard: UInt64

  package init(_ resource: Resource, _ value: UInt64, hard: UInt64? = nil) {
    self.resource = resource
    soft = value
    self.hard = hard ?? value
  }
}

extension ResourceLimit.Resource {
  var number: Int32 {
    switch self {
    case .addressSpace: Int32(RLIMIT_AS.rawValue)
    case .openFiles: Int32(RLIMIT_NOFILE.rawValue)
    case .processorTime: Int32(RLIMIT_CPU.rawValue)
    case .core: Int32(RLIMIT_CORE.rawValue)
    case .file: Int32(RLIMIT_FSIZE.rawValue)
    }
  }

  var name: String {
    switch self {
    case .addressSpace: "the address space"
    case .openFiles: "the open files"
    case .processorTime: "the processor time"
    case .core: "the core dump"
    case .file: "the size of a file"
    }
  }
}
