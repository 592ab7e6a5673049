import CPosix
import Glibc

/// What a process may reach of the file system, of TCP and of other processes: all that is allowed
/// here, and nothing else of the kinds of access that the kernel's Landlock knows.
///
/// It takes effect in the child that it is given to, and in all that this child starts.
package final class LandlockRuleset: Sendable {
  /// What may be done below a path.
  package enum Access: Hashable, Sendable {
    /// Read files, list directories, run programs.
    case reading
    /// All of that, and write, make, move and remove.
    case writing
    /// Write to what is there already, such as a device.
    case updating
  }

  /// What the kernel has, beside files since the first version (Linux 5.13).
  package struct Version: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var number: Int

    package init(_ number: Int) { self.number = number }

    /// Whether TCP ports can be fenced (Linux 6.7).
    package var fencesPorts: Bool { number >= 4 }
    /// Whether signals to outside and abstract sockets can be (Linux 6.12).
    package var fencesSignals: Bool { number >= 6 }

    package static func < (one: Version, other: Version) -> Bool { one.number < other.number }

    package var description: String { "ABI \(number)" }
  }

  package let version: Version
  let descriptor: Descriptor

  /// The version of the running kernel; 0 if it has none, or was started without.
  package static var kernelVersion: Version { Version(Int(max(0, cposix_landlock_version()))) }

  /// Makes a ruleset that allows nothing yet.
  ///
  /// - Parameters:
  ///   - version: What of it to use: at most the kernel's.
  ///   - fencesPorts: Whether TCP ports need to be allowed one by one.
  /// - Throws: If the kernel has no Landlock.
  package init(version: Version = kernelVersion, fencesPorts: Bool) throws(SystemError) {
    self.version = version
    let ports = fencesPorts && version.fencesPorts ? Rights.ports : 0
    let scopes = version.fencesSignals ? Rights.scopes : 0
    let number = cposix_landlock_create(Rights.all(version), ports, scopes)
    if number < 0 { throw SystemError.current("make a sandbox") }
    descriptor = Descriptor(owning: number)
  }

  /// Allows a kind of access to a file, or to a directory and everything below it.
  ///
  /// - Parameters:
  ///   - access: Which.
  ///   - path: Where.
  ///   - followsLinks: Whether a symbolic link stands for what it leads to; else it is passed over,
  ///     for what it leads to needs a permission of its own.
  /// - Throws: The path that is not there.
  package func allow(
    _ access: Access,
    below path: String,
    followsLinks: Bool = true
  ) throws(SystemError) {
    let file = try Self.openPath(path, followsLinks: followsLinks)
    guard let kind = try Self.kind(of: file, path) else { return }
    var rights = Rights.of(access, version)
    if kind != .directory { rights &= Rights.ofFiles }
    try descriptor.use("allow in the sandbox", path) {
      cposix_landlock_allow_path($0, file.number, rights)
    }
    withExtendedLifetime(file) {}
  }

  /// Allows connections to a port, if ports are fenced at all.
  package func allowConnections(to port: UInt16) throws(SystemError) {
    guard version.fencesPorts else { return }
    try descriptor.use("allow in the sandbox", "port \(port)") {
      cposix_landlock_allow_port($0, port, Rights.connecting)
    }
  }

  private static func openPath(
    _ path: String,
    followsLinks: Bool
  ) throws(SystemError) -> Descriptor {
    try SystemCall.refuseZeroByte(in: path, "open")
    let number = try SystemCall.retrying("open", path) {
      unsafe cposix_open_path(path, followsLinks ? 1 : 0)
    }
    return Descriptor(owning: number)
  }

  private enum Kind {
    case directory, file
  }

  /// Nil for a symbolic link.
  private static func kind(of file: Descriptor, _ path: String) throws(SystemError) -> Kind? {
    var info = Glibc.stat()
    try file.use("look at", path) { unsafe fstat($0, &info) }
    return switch info.st_mode & S_IFMT {
    case S_IFDIR: .directory
    case S_IFLNK: nil
    default: .file
    }
  }
}

/// The bits of the kernel's interface.
private enum Rights {
  private static let execute: UInt64 = 1 << 0
  private static let writeFile: UInt64 = 1 << 1
  private static let readFile: UInt64 = 1 << 2
  private static let readDirectory: UInt64 = 1 << 3
  /// Remove directories and files; make devices, directories, files, sockets, pipes and links.
  private static let changes: UInt64 = 0x1FF << 4
  /// Move between directories, which is refused everywhere without it; since version 2.
  private static let refer: UInt64 = 1 << 13
  /// Since version 3.
  private static let truncate: UInt64 = 1 << 14
  /// Since version 5.
  private static let controlDevice: UInt64 = 1 << 15

  /// What can be said of a file rather than a directory.
  static let ofFiles = execute | writeFile | readFile | truncate | controlDevice

  private static let binding: UInt64 = 1 << 0
  static let connecting: UInt64 = 1 << 1
  static let ports = binding | connecting
  /// Abstract Unix sockets and signals.
  static let scopes: UInt64 = 3

  static func all(_ version: LandlockRuleset.Version) -> UInt64 {
    of(.writing, version)
  }

  static func of(
    _ access: LandlockRuleset.Access,
    _ version: LandlockRuleset.Version
  ) -> UInt64 {
    let reading = execute | readFile | readDirectory
    let late =
      (version.number >= 3 ? truncate : 0) | (version.number >= 5 ? controlDevice : 0)
    return switch access {
    case .reading: reading
    case .updating: readFile | writeFile | late
    case .writing:
      reading | writeFile | changes | late | (version.number >= 2 ? refer : 0)
    }
  }
}
