package import HanseCore
package import HanseModel

/// Keeps binaries and definitions that served well.
///
/// Called on the loop's thread, so nothing here may wait: what takes time is done elsewhere, and
/// told as the control plane's input `binaryKept`.
package protocol BinaryStore: Sendable {
  /// Where a copy of the binary can be run; nil when there is none.
  func path(of digest: BinaryDigest, _ location: LocationName) -> String?

  /// The generation serves, so what it is made of is worth keeping.
  func served(
    _ location: LocationName,
    _ generation: Generation,
    _ digest: BinaryDigest?,
    _ definitions: ControlPlane.LoadedDefinitions?
  )
}
