public import HanseModel
import HanseWire

/// What a body knows of the run it works for, and what it can say about its work.
///
/// It may be used from any task; what is said after the body has returned is not heard.
/// Cancellation is that of Swift tasks: `Task.isCancelled`, `Task.checkCancellation()`, and
/// whatever the body awaits.
public struct AssetContext: Sendable {
  private let scope: AttemptScope

  init(_ scope: AttemptScope) { self.scope = scope }

  // MARK: The run

  public var runID: RunID { scope.request.attempt.run }

  public var step: StepKey { scope.request.attempt.step }

  /// Which try this is, from 1.
  public var attempt: Int { scope.request.attempt.attempt }

  /// The partition that is made; nil for an asset without partitions.
  public var partition: PartitionKey? { scope.request.partition }

  /// The run's tags.
  public var tags: [String: String] { scope.request.tags }

  /// The environment variables of the location.
  public var environment: Environment { scope.environment }

  /// The latest materialization of an upstream when the attempt started; nil when there is none.
  public func upstream(_ asset: some AssetReference) -> MaterializationRecord? {
    upstream(asset.key)
  }

  /// The latest materialization of an upstream, by its key.
  public func upstream(_ key: AssetKey) -> MaterializationRecord? {
    scope.request.upstream.first { $0.asset == key }
  }

  /// Whether somebody wants the step to end early.
  public var isCancelled: Bool { Task.isCancelled }

  // MARK: Telling

  /// Logs into the run's events.
  public var logger: StepLogger { StepLogger(scope) }

  /// Says how far the work is.
  ///
  /// - Parameters:
  ///   - fraction: From 0 to 1; nil when that is not known.
  ///   - message: What is being done.
  public func progress(fraction: Double? = nil, message: String? = nil) {
    let fraction = fraction.map { min(max($0.isNaN ? 0 : $0, 0), 1) }
    scope.tell(.progress(fraction: fraction, message: message))
  }

  /// Adds one entry of metadata to what the step makes.
  ///
  /// In a check, it goes to the check's result.
  ///
  /// - Parameters:
  ///   - name: The entry's name; a later value of the same name wins.
  ///   - value: Its value, such as `.url("https://example.org/report")`.
  ///   - asset: Which of a multi-asset's outputs it belongs to; nil for all of them.
  public func addMetadata(
    _ name: String,
    _ value: MetadataValue,
    to asset: (any AssetReference)? = nil
  ) {
    scope.addMetadata([name: value], to: asset?.key)
  }

  /// Adds one entry of metadata.
  public func addMetadata(
    _ name: String,
    _ value: some MetadataConvertible,
    to asset: (any AssetReference)? = nil
  ) {
    scope.addMetadata([name: value.metadataValue], to: asset?.key)
  }

  /// Adds several entries of metadata.
  public func addMetadata(
    _ entries: [String: MetadataValue],
    to asset: (any AssetReference)? = nil
  ) {
    scope.addMetadata(entries, to: asset?.key)
  }

  /// Names the version of the value that is made, instead of the digest of what is stored.
  ///
  /// - Parameters:
  ///   - version: Equal for equal values.
  ///   - asset: Which of a multi-asset's outputs it belongs to; nil for all of them.
  public func dataVersion(_ version: String, of asset: (any AssetReference)? = nil) {
    scope.setDataVersion(version, of: asset?.key)
  }

  // MARK: Using

  /// The run's configuration, over the defaults of its type.
  ///
  /// The asset declares the type with `.config(_:)`. What the run gives was checked before the body
  /// began, so this throws only where it asks for another type than the declared one.
  public func config<Config: RunConfig>(_ type: Config.Type = Config.self) throws -> Config {
    try scope.config(type)
  }

  /// The resource's value, opened now if this is its first use in the process.
  public func resource<Value>(_ resource: Resource<Value>) async throws -> Value {
    try await scope.resources.value(of: resource)
  }
}
