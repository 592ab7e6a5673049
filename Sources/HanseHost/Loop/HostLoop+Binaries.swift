import HanseCore
import HanseModel

/// What served well, kept so that it can serve again.
extension HostLoop {
  /// Where the host's own copy of a binary is; nil when there is none.
  func keptBinary(_ name: LocationName, _ digest: BinaryDigest) -> String? {
    configuration.binaries?.path(of: digest, name)
  }

  func noteServed(_ name: LocationName, _ generation: Generation) {
    guard let location = plane.locations[name] else { return }
    let program = location.supervisor.programs[generation]
    configuration.binaries?.served(name, generation, program?.digest, location.loaded)
  }
}
