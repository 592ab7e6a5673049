public import HanseModel

/// Stores and loads the values of assets.
///
/// The workspace chooses which one is used, so that the same assets read files on a laptop and a
/// database in production. Bring one of your own with ``Storage``. Its methods may be called from
/// several tasks at once, for different places.
public protocol IOManager: Sendable {
  /// Stores a value; when this returns, whoever loads from `place` gets it.
  func store<Value: Codable & Sendable>(
    _ value: Value,
    at place: ValuePlace
  ) async throws -> StoredValue

  /// Loads a value.
  ///
  /// - Throws: ``MissingValue`` when there is none; a `DecodingError` when it is no `Value`.
  func load<Value: Codable & Sendable>(
    _ type: Value.Type,
    from place: ValuePlace
  ) async throws -> Value

  /// Whether there is a value to load.
  func exists(_ place: ValuePlace) async throws -> Bool
}

/// Which value: an asset's, or that of one of its partitions.
public struct ValuePlace: Hashable, Sendable, CustomStringConvertible {
  public var asset: AssetKey
  public var partition: PartitionKey?

  public init(asset: AssetKey, partition: PartitionKey? = nil) {
    self.asset = asset
    self.partition = partition
  }

  public var description: String {
    if let partition { "\(asset), partition \(partition)" } else { asset.path }
  }
}

/// What an I/O manager knows of a value that it has stored.
public struct StoredValue: Hashable, Sendable {
  /// Added to the materialization's metadata.
  public var metadata: [String: MetadataValue]
  /// Equal for equal values; nil when the manager cannot tell.
  public var dataVersion: String?

  public init(metadata: [String: MetadataValue] = [:], dataVersion: String? = nil) {
    self.metadata = metadata
    self.dataVersion = dataVersion
  }
}

/// Nothing is stored where a value was looked for.
public struct MissingValue: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where the manager looked, in words: `looked for /data/climate/daily.json`.
  public var place: String

  public init(place: String) { self.place = place }

  public var description: String { "nothing is stored there (\(place))" }
}

/// The storage cannot do what it was asked.
public struct StorageError: Error, Hashable, Sendable, CustomStringConvertible {
  public var message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }
}

/// An I/O manager of the location's own, which the workspace can choose by name.
///
/// ```swift
/// Storage("postgres") { settings, environment in
///   PostgresIO(
///     schema: settings["schema"]?.stringValue ?? "public",
///     url: try environment.require("DATABASE_URL")
///   )
/// }
/// ```
///
/// `settings` is what workspace.json says beside the name.
public struct Storage: DefinitionComponent {
  public let name: String
  let make: @Sendable (JSONValue, Environment) async throws -> any IOManager

  public init(
    _ name: String,
    make:
      @escaping @Sendable (
        _ settings: JSONValue, _ environment: Environment
      ) async throws -> any IOManager
  ) {
    self.name = name
    self.make = make
  }

  public var definitions: Definitions { Definitions(.storage(self)) }
}
