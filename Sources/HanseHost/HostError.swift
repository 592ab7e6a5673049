/// Why a host cannot start, or cannot do what it was asked.
///
/// `code` is for programs, `description` for people.
package struct HostError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: String, Hashable, Sendable {
    /// Another host works on the state directory.
    case inUse = "state-in-use"
    /// The state directory cannot be made or written.
    case stateDirectory = "state-directory"
    case eventLog = "event-log"
    case system
    /// The selection does not parse, or names nothing that can be made.
    case selection
    /// The selection is good, but what it names cannot be run as it is defined.
    case plan
    /// The configuration names no step of the run, or one that takes none.
    case configuration
    /// The priority is out of range.
    case priority
    case stopping
    case unknownRun = "unknown-run"
    case unknownLocation = "unknown-location"
    case unknownQueue = "unknown-queue"
    case unknownPool = "unknown-pool"
    /// As many steps of a location wait as may.
    case queueFull = "queue-full"
    /// The file system of the state directory has too little room.
    case lowDisk = "low-disk"
    /// A value that a limit cannot have.
    case invalidLimit = "invalid-limit"
    /// The workspace file cannot be used as it is.
    case workspace
    /// The host has no copy of that generation's binary.
    case unknownGeneration = "unknown-generation"
    /// The location has not served two binaries of which the host knows the definitions.
    case nothingToCompare = "nothing-to-compare"
  }

  package var code: Code
  package var description: String

  package init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
