public import HanseModel

/// What became of an in-process run.
public struct MaterializeResult: Sendable {
  /// How one step ended.
  public struct Step: Hashable, Sendable {
    public var key: StepKey
    /// What the step made; for a check, the asset it looked at.
    public var assets: [AssetKey]
    /// The check that the step ran; nil for one that makes assets.
    public var check: String?
    public var status: StepStatus
    /// How often it was tried.
    public var attempts: Int
    /// Why it failed in the end.
    public var failure: StepFailure?
  }

  public let runID: RunID
  public let status: RunStatus
  /// In the order of the plan.
  public let steps: [Step]
  /// All that happened, in order.
  public let events: [Event]
  /// What went wrong when resources were closed.
  public let resourceErrors: [String]
  private let partition: PartitionKey?
  private let io: any IOManager

  init(
    runID: RunID,
    status: RunStatus,
    steps: [Step],
    events: [Event],
    resourceErrors: [String],
    partition: PartitionKey?,
    io: any IOManager
  ) {
    self.runID = runID
    self.status = status
    self.steps = steps
    self.events = events
    self.resourceErrors = resourceErrors
    self.partition = partition
    self.io = io
  }

  /// Whether every step succeeded; a failed check that does not block is no failed step.
  public var succeeded: Bool { status == .succeeded }

  /// What was made, in order.
  public var materializations: [Materialization] {
    events.compactMap {
      if case .materialized(let value) = $0.record.payload { value } else { nil }
    }
  }

  /// What the checks found, in order.
  public var checks: [CheckResult] {
    events.compactMap { if case .checked(let value) = $0.record.payload { value } else { nil } }
  }

  /// What was logged, in order.
  public var logs: [LogRecord] {
    events.compactMap { if case .logged(let value) = $0.record.payload { value } else { nil } }
  }

  /// Why steps failed, by step.
  public var failures: [StepKey: StepFailure] {
    var failures: [StepKey: StepFailure] = [:]
    for step in steps { failures[step.key] = step.failure }
    return failures
  }

  /// How the step that makes an asset ended; nil when the run did not hold it.
  public func status(of key: AssetKey) -> StepStatus? {
    steps.first { $0.check == nil && $0.assets.contains(key) }?.status
  }

  /// How the step that makes an asset ended; nil when the run did not hold it.
  public func status(of asset: some AssetReference) -> StepStatus? { status(of: asset.key) }

  /// The metadata of what was made of an asset; empty when nothing was.
  public func metadata(of key: AssetKey) -> [String: MetadataValue] {
    materializations.last { $0.asset == key }?.metadata ?? [:]
  }

  /// The metadata of what was made of an asset; empty when nothing was.
  public func metadata(of asset: some AssetReference) -> [String: MetadataValue] {
    metadata(of: asset.key)
  }

  /// What a check found; nil when it did not run.
  public func check(_ name: String, on asset: some AssetReference) -> CheckResult? {
    checks.last { $0.name == name && $0.asset == asset.key }
  }

  /// The value that was made of an asset.
  public func value<Reference: ValueReference>(
    of asset: Reference
  ) async throws -> Reference.Value {
    try await value(asset.key, as: Reference.Value.self)
  }

  /// The value that was made of an asset, by its key.
  public func value<Value: Codable & Sendable>(
    _ key: AssetKey,
    as type: Value.Type
  ) async throws -> Value {
    let isMade = materializations.contains { $0.asset == key }
    let partition = isMade ? partition : nil
    do {
      return try await io.load(type, from: ValuePlace(asset: key, partition: partition))
    } catch {
      throw MaterializeError([
        "asset \"\(key)\" has no value as \(TypeName.of(type)): \(reason(key, error))"
      ])
    }
  }

  private func reason(_ key: AssetKey, _ error: any Error) -> String {
    guard error is MissingValue else { return ErrorText.describe(error) }
    let step = steps.first { $0.check == nil && $0.assets.contains(key) }
    switch step?.status {
    case nil: return "the run did not hold it"
    case .failed: return "its step failed: \(step?.failure?.message ?? "")"
    case .succeeded: return "its body stores the value itself"
    case .some(let status): return "its step was \(status.rawValue)"
    }
  }

  /// Throws the reasons when a step failed; returns the result otherwise.
  @discardableResult
  public func requireSuccess() throws -> MaterializeResult {
    guard !succeeded else { return self }
    let reasons = steps.compactMap { step in
      step.failure.map { "step \"\(step.key)\" failed: \($0.message)" }
    }
    throw MaterializeError(reasons.isEmpty ? ["the run was \(status.rawValue)"] : reasons)
  }
}
