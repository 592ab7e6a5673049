import HanseCore
package import HanseModel
import HanseSystem
import HanseWorkspace

/// What is asked of single locations.
extension Host {
  /// Ends a location's process, if it has one, and starts another at once.
  package func restart(_ location: LocationName) {
    mailbox.post(.location(location, .restartRequested))
  }

  /// Loads a location's file anew: beside the process that serves, or at once where none does.
  ///
  /// What serves goes on until the new one has answered and is in the graph.
  package func reload(_ location: LocationName) { mailbox.post(.input(.reload(location))) }

  /// Loads the files of all locations anew.
  package func reloadAll() {
    for location in configuration.workspace.locations { reload(location.name) }
  }

  /// Lets an earlier binary of a location serve again, until its file changes or is reloaded.
  ///
  /// - Parameters:
  ///   - location: Which location.
  ///   - generation: The generation whose binary that is; nil for the last one that differs from
  ///     what serves now.
  /// - Returns: The binary that is being started.
  /// - Throws: ``HostError`` when there is no such location, or the host has no such binary.
  package func rollback(
    _ location: LocationName,
    to generation: Generation?
  ) throws(HostError) -> BinaryDigest {
    let found = inspect { plane in plane.locations[location].map(\.supervisor) } ?? nil
    guard let supervisor = found else {
      throw HostError(.unknownLocation, "there is no location \"\(location)\"")
    }
    let present = supervisor.programs[supervisor.serving.generation]?.digest
    guard let digest = supervisor.binaries.earlier(generation, than: present) else {
      let wanted = generation.map { "the binary of \($0)" } ?? "an earlier binary"
      throw HostError(
        .unknownGeneration,
        "the host has no copy of \(wanted) of location \"\(location)\"; "
          + "put its file back in place and reload it"
      )
    }
    if let required = supervisor.binaries.required, required != digest {
      throw HostError(
        .unknownGeneration,
        "location \"\(location)\" may run only the binary \(required) (\"sha256\" of its entry), and that "
          + "one is \(digest); correct \"sha256\" first"
      )
    }
    mailbox.post(.input(.rollBack(location, to: digest)))
    return digest
  }

  /// Starts a location that is stopped, disabled, backing off or quarantined.
  package func start(_ location: LocationName) {
    mailbox.post(.location(location, .startRequested))
  }

  /// Stops a location once its steps in flight have ended, or their time has.
  package func stop(_ location: LocationName) {
    mailbox.post(.location(location, .drainRequested))
  }

  /// Stops a location so that only a start brings it back.
  package func disable(_ location: LocationName) {
    mailbox.post(.location(location, .disableRequested))
  }

  package func enable(_ location: LocationName) { start(location) }

  /// Tells the host what a location's file contains.
  package func noteBinary(_ location: LocationName, _ digest: BinaryDigest) {
    mailbox.post(.input(.binarySeen(location, digest)))
  }

  /// Whether it has been told to stop, or has stopped: nothing new is begun then.
  package var isOnItsWayOut: Bool { inspect { $0.isStopping } ?? true }

  /// Waits until all that was asked before is taken, and to be seen in ``snapshot``.
  package func waitUntilTaken() {
    let promise = Promise<Bool>()
    if mailbox.post(.publish(promise)) { _ = promise.wait() }
  }
}
