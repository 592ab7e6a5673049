/// What a location in a sandbox may reach.
///
/// Beside what is listed it may always read the system's programs and libraries and its own
/// executable, and write to its working directory, its own folder in the state directory, and where
/// the values of assets are kept.
package struct SandboxEntry: Hashable, Sendable {
  /// Which TCP ports may be used.
  package enum Network: Hashable, Sendable {
    case unrestricted
    /// Connections to these; none may be listened on.
    case connections(to: [Int])
  }

  /// Absolute paths that may be read; nil for all but the host's state directory.
  package var read: [String]?
  /// Absolute paths that may be read and written.
  package var write: [String] = []
  package var network = Network.unrestricted
  /// Whether the location is refused, rather than run without, where the kernel cannot do it.
  package var isRequired = true

  package init() {}
}
