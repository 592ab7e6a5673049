public import HanseModel
import HanseWire

/// Where an in-process run keeps values.
public struct IOChoice: Sendable {
  let make: @Sendable (Definitions, Environment) async throws -> any IOManager

  /// In memory, anew for each run.
  public static var memory: IOChoice { IOChoice { _, _ in MemoryIO() } }

  /// In files below a folder.
  public static func fileSystem(_ root: String) -> IOChoice {
    IOChoice { _, _ in FileSystemIO(root: root) }
  }

  /// With an I/O manager of your own; pass the same one again to go on where a run has ended.
  public static func manager(_ manager: any IOManager) -> IOChoice {
    IOChoice { _, _ in manager }
  }

  /// With a ``Storage`` of the location, as the workspace would choose it.
  public static func storage(_ name: String, settings: JSONValue = [:]) -> IOChoice {
    IOChoice { definitions, environment in
      try await LocationRuntime.makeIO(
        StorageChoice(kind: name, settings: settings),
        definitions: definitions,
        environment: environment
      )
    }
  }
}

/// A value that is there before an in-process run begins.
public struct GivenValue: Sendable {
  let key: AssetKey
  let store: @Sendable (any IOManager) async throws -> StoredValue

  /// Gives an asset a value, instead of making it.
  ///
  /// For what other locations define, and to test one asset without those before it.
  public static func given<Reference: ValueReference>(
    _ asset: Reference,
    _ value: Reference.Value
  ) -> GivenValue {
    let key = asset.key
    return GivenValue(key: key) { io in try await io.store(value, at: ValuePlace(asset: key)) }
  }
}
