/// What holds for a child from before its program begins.
///
/// As made it holds nothing but a process group. What a child starts in turn inherits all of it but
/// ``diesWithThread``.
package struct SpawnFences: Sendable {
  /// Whether the child leads a session of its own, without a terminal, rather than a group alone.
  package var leadsSession = false
  /// Whether the kernel kills the child when the thread that spawns it ends.
  ///
  /// The thread, not the process: to be asked for only by a thread that lives as long as the child
  /// may. It holds for the child alone, not for what the child starts.
  package var diesWithThread = false
  /// Whether no program that the child runs can gain rights by set-user-ID and the like.
  package var hasNoNewPrivileges = false
  /// What is added to the nice value of this process.
  package var niceness = 0
  /// Which bits of the mode of new files are left out, or nil for those of this process.
  package var fileModeMask: Int?
  /// What makes the child the kernel's victim before others, up to 1000, when memory is short.
  package var outOfMemoryScore: Int?
  /// Limits that this process may not raise are lowered to what it has itself.
  package var limits: [ResourceLimit] = []
  /// What the child may reach of the file system and the network.
  package var sandbox: LandlockRuleset?
  /// The cgroup that the child starts in.
  package var cgroup: Descriptor?

  package init() {}
}
