package import HanseModel
package import HanseSystem

/// What the machine does wrong, for tests: theirs has no slow disk, and no kernel that runs out of
/// room when they want it to.
package struct MachineFaults: Sendable {
  /// Called on the log's thread with the events of each commit, before it: a slow disk.
  package var beforeCommit: (@Sendable ([Event]) -> Void)?
  /// Called before a location's compute log is written, on its writer's thread: a slow disk.
  package var beforeLogWrite: (@Sendable (LocationName) -> Void)?
  /// How much room the file system of the state directory has; asked on a thread of the host.
  package var freeBytes: (@Sendable () -> Int64)?
  /// Asked before an end of a location's process is watched: `input`, `output`, `errors` or `exit`.
  package var watch: (@Sendable (LocationName, String) -> SystemError?)?
  /// Why the loop cannot be started, once the log is open.
  package var loop: SystemError?

  package init() {}
}
