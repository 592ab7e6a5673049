import HanseCore

/// Something that is done to the host or its locations from outside, and when.
package struct Operation: Sendable {
  package enum Kind: Sendable {
    /// Launches a run of some assets: of one location, or of any.
    case launch(luck: UInt64, owner: Int?)
    /// Launches a run of everything in the graph.
    case launchAll
    /// Cancels one of the runs launched so far.
    case cancel(luck: UInt64, forced: Bool)
    case start(Int), stop(Int), restart(Int)
    /// Puts another binary in the place of a location's; the next process of it is that.
    case newBinary(Int)
    /// Asks for the binary that served before.
    case rollBack(Int)
    /// Asks for the file to be loaded anew.
    case reload(Int)
    /// A location's process dies at this instant.
    case kill(Int)
    case jumpWall(milliseconds: Int64)
    case stopHost
    /// The host dies after so many more effects, with the machine or alone.
    case crashHost(afterEffects: Int, powerLoss: Bool)
    case failSync
    /// Somebody changes a limit, or what waits.
    case order(luck: UInt64)
    /// Everything is as the workspace says again.
    case liftOrders
    case slowDisk(nanoseconds: Int64)
  }

  package var at: Int64
  package var kind: Kind

  /// The fault that it is, when it is one.
  var fault: Fault? {
    switch kind {
    case .kill: .crashes
    case .jumpWall: .clockJumps
    case .crashHost(_, let powerLoss): powerLoss ? .powerLoss : .hostCrash
    case .failSync: .failedSync
    case .slowDisk: .slowDisk
    case .order, .liftOrders, .launch, .launchAll, .cancel, .start, .stop, .restart, .newBinary,
      .rollBack, .reload,
      .stopHost:
      nil
    }
  }
}
