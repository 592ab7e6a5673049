import Glibc

/// One group of processes that the kernel limits together (cgroup v2).
package struct Cgroup: Hashable, Sendable {
  package struct Limits: Hashable, Sendable {
    /// Beyond it the kernel kills.
    package var memoryBytes: Int64?
    /// Processes and threads; beyond it none can be started.
    package var tasks: Int?
    /// The share of the processor beside other groups, from 1 to 10,000.
    package var weight: Int?

    package init(memoryBytes: Int64? = nil, tasks: Int? = nil, weight: Int? = nil) {
      self.memoryBytes = memoryBytes
      self.tasks = tasks
      self.weight = weight
    }
  }

  package let path: String

  package init(path: String) { self.path = path }

  func make(_ limits: Limits) throws(SystemError) {
    try Files.createDirectories(path)
    try write(limits)
    if limits.memoryBytes != nil { try diesAsOne() }
  }

  /// Makes it a group of groups that share its limits: it has no processes of its own.
  ///
  /// Over its limit of memory the kernel picks a process and kills the one group in it that the
  /// process is in.
  func makeShared(_ limits: Limits, passingOn controllers: [String]) throws(SystemError) {
    try Files.createDirectories(path)
    try write(limits)
    let wanted = controllers.map { "+\($0)" }.joined(separator: " ")
    try Self.write(wanted, to: file("cgroup.subtree_control"))
  }

  /// Makes it a group in one that has the limits.
  func makeMember() throws(SystemError) {
    try Files.createDirectories(path)
    try diesAsOne()
  }

  /// Has the kernel kill the group as a whole where it kills one process of it.
  private func diesAsOne() throws(SystemError) { try Self.write("1", to: file("memory.oom.group")) }

  private func write(_ limits: Limits) throws(SystemError) {
    try Self.write(limits.memoryBytes.map { "\($0)" } ?? "max", to: file("memory.max"))
    if limits.memoryBytes != nil {
      try Self.write("0", to: file("memory.swap.max"), ifThere: true)
    }
    try Self.write(limits.tasks.map { "\($0)" } ?? "max", to: file("pids.max"))
    if let weight = limits.weight { try Self.write("\(weight)", to: file("cpu.weight")) }
  }

  /// What a child writes to, to be in the group.
  package func door() throws(SystemError) -> Descriptor {
    try Files.open(file("cgroup.procs"), for: .overwriting)
  }

  /// How often the kernel has killed a process of the group because it had no memory left.
  package var outOfMemoryKills: Int {
    do throws(SystemError) {
      let bytes = try Files.read(file("memory.events"), limitBytes: 4096)
      for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
        let words = line.split(separator: " ")
        if words.count == 2, words[0] == "oom_kill" { return Int(words[1]) ?? 0 }
      }
    } catch {
      // A group that is gone can tell nothing.
    }
    return 0
  }

  /// Kills every process of the group, whatever session it has fled to.
  package func kill() throws(SystemError) {
    try Self.write("1", to: file("cgroup.kill"))
  }

  /// Removes the group, and the groups in it.
  ///
  /// - Throws: `EBUSY` while a process of it is there.
  package func remove() throws(SystemError) {
    for name in try Files.list(path) {
      let inner = Cgroup(path: Paths.join(path, name))
      if try Files.status(inner.path)?.isDirectory == true { try inner.remove() }
    }
    try SystemCall.perform("remove", path) { unsafe rmdir(path) }
  }

  /// Kills what is left in the group, and removes it.
  ///
  /// A group that still has a dying process stays behind, empty and without harm, until the next
  /// host clears it away.
  package func discard() {
    do throws(SystemError) {
      try kill()
      try remove()
    } catch {
      // Teardown: as said above.
    }
  }

  private func file(_ name: String) -> String { Paths.join(path, name) }

  static func write(
    _ text: String,
    to path: String,
    ifThere isOptional: Bool = false
  ) throws(SystemError) {
    do {
      try Files.open(path, for: .overwriting).writeAll(Array(text.utf8))
    } catch {
      if isOptional, error.isNotFound { return }
      throw SystemError(operation: "write \"\(text)\" to", number: error.number, subject: path)
    }
  }
}
