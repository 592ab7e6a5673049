package import HanseModel
package import HanseWire

/// Runs the steps of one location: what the serve loop and in-process runs share.
///
/// It makes no decision about retries, timeouts or order: those are the runner's.
package final class LocationRuntime: Sendable {
  package let definitions: Definitions
  /// What the host sees, in the order in which it is written.
  package let wire: LocationDefinitions
  private let environment: Environment
  private let io: any IOManager
  private let resources: ResourcePool
  /// The place among the elements of the definitions of what makes an asset.
  private let operations: [AssetKey: Int]
  private let checks: [CheckID: CheckOperation]

  private struct CheckID: Hashable {
    var asset: AssetKey
    var name: String
  }

  package init(
    definitions: Definitions,
    environment: Environment,
    io: any IOManager,
    resources overrides: [ResourceOverride] = []
  ) {
    self.definitions = definitions
    self.environment = environment
    self.io = io
    wire = definitions.wire
    resources = ResourcePool(environment: environment, overrides: overrides)
    // Of two definitions of one name the first counts, as in the host's graph.
    var operations: [AssetKey: Int] = Dictionary(minimumCapacity: wire.assets.count)
    for (place, element) in definitions.elements.enumerated() {
      guard case .operation(let operation) = element else { continue }
      for output in operation.outputs where operations[output.key] == nil {
        operations[output.key] = place
      }
    }
    self.operations = operations
    checks = Dictionary(
      definitions.checks.map { check in
        (CheckID(asset: check.definition.asset, name: check.definition.name), check)
      }
    ) { first, _ in first }
  }

  /// A digest of all definitions: the same for the same definitions.
  package var digest: String { DefinitionPager.digest(of: wire) }

  /// Runs one attempt.
  ///
  /// Never throws. Cancel the surrounding task to cancel it; it ends when its body does.
  ///
  /// - Parameters:
  ///   - request: What to run.
  ///   - emit: Told each event, in order, and nothing after this has returned. It is called within
  ///     a lock, so it must neither wait nor call back.
  /// - Returns: How the attempt ended.
  package func execute(
    _ request: StepRequest,
    emit: @escaping @Sendable (StepEvent) -> Void
  ) async -> StepOutcome {
    if Task.isCancelled { return .canceled }
    if let name = request.check { return await check(name, request, emit) }
    guard let first = request.assets.first, let operation = operation(making: first) else {
      return .failed(unknownAsset(request.assets.first))
    }
    let outputs = operation.outputs.map(\.key)
    if let foreign = request.assets.first(where: { !outputs.contains($0) }) {
      let message = "\(operation.title) does not make asset \"\(foreign)\""
      return .failed(StepFailure(.protocol, message: message, isRetryable: false))
    }
    let scope = scope(request, emit, operation: operation)
    return await ended(scope) {
      try scope.prepareConfig()
      try await operation.perform(scope)
      return nil
    }
  }

  /// The assets that a step depends on; for a check, the asset it looks at.
  func upstream(of step: PlannedStep) -> [AssetKey] {
    if step.check != nil { return step.assets }
    return step.assets.first.flatMap { operation(making: $0) }?.dependencies.map(\.key) ?? []
  }

  /// Closes the resources that were opened, the latest first.
  ///
  /// - Returns: What went wrong, as sentences for a log.
  @discardableResult
  package func closeResources() async -> [String] {
    await resources.closeAll().map(\.description)
  }

  // MARK: Steps

  private func operation(making asset: AssetKey) -> AssetOperation? {
    guard let place = operations[asset],
      case .operation(let operation) = definitions.elements[place]
    else { return nil }
    return operation
  }

  private func check(
    _ name: String,
    _ request: StepRequest,
    _ emit: @escaping @Sendable (StepEvent) -> Void
  ) async -> StepOutcome {
    guard let asset = request.assets.first,
      let check = checks[CheckID(asset: asset, name: name)]
    else {
      let message =
        "this location defines no check \"\(name)\" of asset \"\(request.assets.first?.path ?? "")\""
      return .failed(StepFailure(.protocol, message: message, isRetryable: false))
    }
    let subject = AttemptScope.Subject(
      title: check.title,
      codeVersions: [:],
      dataDependencies: []
    )
    let scope = scope(request, emit, subject: subject)
    return await ended(scope) {
      try scope.prepareConfig()
      let outcome = try await check.evaluate(scope)
      let result = check.result(outcome, adding: scope.commonMetadata)
      scope.tell(.checked(result))
      return result
    }
  }

  /// Runs a step's work and says how it ended.
  private func ended(
    _ scope: AttemptScope,
    _ work: () async throws -> CheckResult?
  ) async -> StepOutcome {
    defer { scope.close() }
    do {
      guard let result = try await work(), result.stopsDownstream else { return .succeeded }
      let reason = result.description.map { ": \($0)" } ?? ""
      let message = "check \"\(result.name)\" of asset \"\(result.asset)\" failed\(reason)"
      return .failed(StepFailure(.checkFailed, message: message, isRetryable: false))
    } catch is CancellationError where Task.isCancelled {
      return .canceled
    } catch {
      return .failed(StepFailure(error))
    }
  }

  private func scope(
    _ request: StepRequest,
    _ emit: @escaping @Sendable (StepEvent) -> Void,
    operation: AssetOperation
  ) -> AttemptScope {
    var codeVersions: [AssetKey: String] = [:]
    for output in operation.outputs {
      codeVersions[output.key] = output.annotations.codeVersion
    }
    let subject = AttemptScope.Subject(
      title: operation.title,
      codeVersions: codeVersions,
      dataDependencies: operation.dependencies.filter { $0.kind == .data }.map(\.key),
      configType: operation.settings.config
    )
    return scope(request, emit, subject: subject)
  }

  private func scope(
    _ request: StepRequest,
    _ emit: @escaping @Sendable (StepEvent) -> Void,
    subject: AttemptScope.Subject
  ) -> AttemptScope {
    AttemptScope(
      request: request,
      subject: subject,
      environment: environment,
      resources: resources,
      io: io,
      emit: emit
    )
  }

  private func unknownAsset(_ key: AssetKey?) -> StepFailure {
    guard let key else {
      return StepFailure(.protocol, message: "the step names no asset", isRetryable: false)
    }
    let nearest = Spelling.nearest(to: key.path, among: operations.keys.map(\.path).sorted())
    let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? ""
    let message = "this location defines no asset \"\(key)\"\(hint)"
    return StepFailure(.protocol, message: message, isRetryable: false)
  }
}

extension CheckOperation {
  /// What the check found, as the run's events tell it.
  func result(_ outcome: CheckOutcome, adding metadata: [String: MetadataValue]) -> CheckResult {
    CheckResult(
      name: definition.name,
      asset: definition.asset,
      passed: outcome.passed,
      severity: outcome.severity ?? definition.severity,
      blocking: definition.blocking,
      description: outcome.description,
      metadata: metadata.merging(outcome.metadata) { _, new in new }
    )
  }
}
