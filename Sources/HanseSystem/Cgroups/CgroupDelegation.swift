import CPosix
import Glibc

/// The part of the cgroup v2 tree that was handed to this process, if any.
///
/// The host takes it over in three steps: it moves itself to a leaf (`host`), for a group with
/// processes of its own may have no groups below it that are limited; it passes the controllers on;
/// it makes a group for each child.
package struct CgroupDelegation: Hashable, Sendable {
  /// Why there is none, in words.
  package struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String

    package init(description: String) { self.description = description }
  }

  /// Where to look; another place in tests.
  package struct Places: Sendable {
    package var root = "/sys/fs/cgroup"
    /// What tells the group of this process.
    package var membership = "/proc/self/cgroup"
    /// Whether a folder is of the file system `cgroup2`.
    package var isCgroup2: @Sendable (String) -> Bool = { path in
      unsafe cposix_file_system(path) == 0x6367_7270
    }

    package init() {}
  }

  static let controllers = ["memory", "pids", "cpu"]
  private static let leaf = "host"

  /// The folder of the group that was handed over.
  package let path: String

  /// Looks for it, without changing anything.
  ///
  /// - Parameters:
  ///   - pid: This process.
  ///   - places: Where to look.
  /// - Returns: The group, or why there is none to be used.
  package static func find(
    pid: Int32 = SelfProcess.pid,
    in places: Places = Places()
  ) -> Result<CgroupDelegation, Refusal> {
    guard places.isCgroup2(places.root) else {
      return .failure(Refusal(description: "\(places.root) is not a cgroup v2 tree"))
    }
    do throws(SystemError) {
      let bytes = try Files.read(places.membership, limitBytes: 1 << 16)
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      guard let line = lines.first(where: { $0.hasPrefix("0::/") }) else {
        return .failure(Refusal(description: "this process is in no cgroup v2"))
      }
      let path = Paths.join(places.root, String(line.dropFirst("0::/".count)))
      return try examine(path, pid)
    } catch {
      return .failure(Refusal(description: "not delegated: \(error)"))
    }
  }

  private static func examine(
    _ path: String,
    _ pid: Int32
  ) throws(SystemError) -> Result<CgroupDelegation, Refusal> {
    for name in ["cgroup.procs", "cgroup.subtree_control"] {
      let file = Paths.join(path, name)
      guard unsafe access(file, W_OK) == 0 else {
        let reason = SystemError.current("write", subject: file)
        return .failure(Refusal(description: "not delegated: \(reason)"))
      }
    }
    let available = words(try Files.read(Paths.join(path, "cgroup.controllers"), limitBytes: 4096))
    let missing = controllers.filter { !available.contains($0) }
    guard missing.isEmpty else {
      let list = missing.joined(separator: ", ")
      return .failure(Refusal(description: "not delegated: it has no controller \(list)"))
    }
    let processes = words(try Files.read(Paths.join(path, "cgroup.procs"), limitBytes: 1 << 20))
    guard processes.allSatisfy({ $0 == "\(pid)" }) else {
      let reason = "other processes share the cgroup of this one"
      return .failure(Refusal(description: "not delegated: \(reason)"))
    }
    return .success(CgroupDelegation(path: path))
  }

  private static func words(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }.map(String.init)
  }

  /// Looks for it and takes it over.
  ///
  /// - Parameters:
  ///   - pid: This process.
  ///   - places: Where to look.
  /// - Returns: The group, ready for children, or why there is none.
  package static func claim(
    pid: Int32 = SelfProcess.pid,
    in places: Places = Places()
  ) -> Result<CgroupDelegation, Refusal> {
    switch find(pid: pid, in: places) {
    case .failure(let refusal): return .failure(refusal)
    case .success(let group):
      do throws(SystemError) {
        try group.takeOver(pid: pid)
        return .success(group)
      } catch {
        return .failure(Refusal(description: "cannot be taken over: \(error)"))
      }
    }
  }

  /// Moves this process to a leaf and passes the controllers on.
  package func takeOver(pid: Int32 = SelfProcess.pid) throws(SystemError) {
    let leaf = Paths.join(path, Self.leaf)
    try Files.createDirectories(leaf)
    try Cgroup.write("\(pid)", to: Paths.join(leaf, "cgroup.procs"))
    clearRest()
    let wanted = Self.controllers.map { "+\($0)" }.joined(separator: " ")
    try Cgroup.write(wanted, to: Paths.join(path, "cgroup.subtree_control"))
  }

  /// Ends what is left in the groups of an earlier process, and removes those that are empty.
  private func clearRest() {
    do throws(SystemError) {
      for name in try Files.list(path) where name != Self.leaf {
        let group = Cgroup(path: Paths.join(path, name))
        guard Files.exists(Paths.join(group.path, "cgroup.kill")) else { continue }
        group.discard()
      }
    } catch {
      // What is dying still is removed the next time; until then it limits nobody else.
    }
  }

  /// Makes a group for a child.
  ///
  /// - Parameters:
  ///   - name: Its name, which no other child's may be at the time.
  ///   - limits: What it may use.
  /// - Returns: The group; to be removed once its processes are gone.
  /// - Throws: The file that could not be written.
  package func make(_ name: String, _ limits: Cgroup.Limits) throws(SystemError) -> Cgroup {
    let group = Cgroup(path: Paths.join(path, name))
    try group.make(limits)
    return group
  }

  /// Makes a group for a child in one that it shares with others.
  ///
  /// - Parameters:
  ///   - name: Its name, which no other child's may be at the time.
  ///   - shared: The name of the group around it, which is made if it is not there.
  ///   - limits: What all children in that may use together.
  /// - Returns: The group of the child; to be removed once its processes are gone.
  /// - Throws: The file that could not be written.
  package func make(
    _ name: String,
    in shared: String,
    _ limits: Cgroup.Limits
  ) throws(SystemError) -> Cgroup {
    let around = Cgroup(path: Paths.join(path, shared))
    try around.makeShared(limits, passingOn: Self.controllers)
    let group = Cgroup(path: Paths.join(around.path, name))
    try group.makeMember()
    return group
  }

  /// Removes a group that children shared, once they are gone.
  package func discardShared(_ shared: String) {
    let group = Cgroup(path: Paths.join(path, shared))
    if Files.exists(group.path) { group.discard() }
  }
}
