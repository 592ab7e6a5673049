import HanseModel
import HanseSystem
import HanseWorkspace

/// What a location in a sandbox may reach, path by path.
///
/// Landlock knows only what is allowed, and what is allowed of a directory is allowed of all below
/// it. So "everything but the state directory" is said by naming what lies beside it, at every
/// level from the root down; what is made there afterwards is out of reach, and those directories
/// themselves cannot be listed.
struct SandboxPlan {
  /// What everybody needs to run at all.
  static let system = [
    "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/usr", "/etc", "/opt", "/nix", "/proc",
    "/sys", "/dev", "/run/systemd/resolve", "/run/resolvconf",
  ]
  /// Devices that are nobody's.
  static let devices = [
    "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom",
  ]

  /// Passed over where they are missing, and where they are symbolic links.
  var found: [String] = []
  /// To be there, or the location is refused.
  var reading: [String] = []
  var writing: [String] = []

  /// Plans what a location may reach.
  ///
  /// - Parameters:
  ///   - entry: The location, which has a sandbox.
  ///   - executable: Its program.
  ///   - state: The host's state directory, without symbolic links.
  ///   - values: The directory of the values of assets, if they are in the file system.
  ///   - list: Lists a directory.
  /// - Throws: If a directory above the state directory cannot be listed.
  init(
    _ entry: LocationEntry,
    executable: String,
    state: StateDirectory,
    values: String?,
    list: (String) throws(SystemError) -> [String] = { path throws(SystemError) in
      try Files.list(path)
    }
  ) throws(SystemError) {
    if let listed = entry.sandbox?.read {
      found = Self.system + [Paths.directory(of: executable)]
      reading = listed + [entry.workingDirectory]
    } else {
      found = try Self.everything(but: state.path, list)
    }
    // The host's own copy of a binary lies in the state directory.
    if Self.isAbove(state.path, executable) { reading.append(executable) }
    writing = [state.folder(of: entry.name)] + (entry.sandbox?.write ?? [])
    if let values { writing.append(values) }
    if !Self.isAbove(entry.workingDirectory, state.path) { writing.append(entry.workingDirectory) }
  }

  /// Whether what is allowed of a directory would be allowed of the state directory, too.
  static func isAbove(_ directory: String, _ path: String) -> Bool {
    directory == path || path.hasPrefix(directory == "/" ? "/" : directory + "/")
  }

  private static func everything(
    but hidden: String,
    _ list: (String) throws(SystemError) -> [String]
  ) throws(SystemError) -> [String] {
    var paths: [String] = []
    var directory = "/"
    for step in hidden.split(separator: "/").map(String.init) {
      for name in try list(directory) where name != step {
        paths.append(Paths.join(directory, name))
      }
      directory = Paths.join(directory, step)
    }
    return paths
  }

  /// Makes the ruleset.
  ///
  /// - Throws: An error that names the path that is not there.
  func ruleset(
    _ sandbox: SandboxEntry,
    version: LandlockRuleset.Version
  ) throws(SystemError) -> LandlockRuleset {
    var ports: [Int]?
    if case .connections(to: let list) = sandbox.network { ports = list }
    let ruleset = try LandlockRuleset(version: version, fencesPorts: ports != nil)
    for path in found {
      do throws(SystemError) {
        try ruleset.allow(.reading, below: path, followsLinks: false)
      } catch {
        // Gone since it was listed, or not for us to look at, let alone for the location.
        guard error.isNotFound || error.isPermission else { throw error }
      }
    }
    for path in Self.devices where Files.exists(path) { try ruleset.allow(.updating, below: path) }
    for path in reading { try ruleset.allow(.reading, below: path) }
    for path in writing { try ruleset.allow(.writing, below: path) }
    for port in ports ?? [] { try ruleset.allowConnections(to: UInt16(clamping: port)) }
    return ruleset
  }
}
