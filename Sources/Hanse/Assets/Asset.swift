public import HanseModel

/// A thing that should exist, and how to make it.
///
/// ```swift
/// let daily = Asset("climate/daily", from: hourly) { context, hourly in
///   summaries(of: hourly)
/// }
/// .description("One row a day")
/// .retry(maxRetries: 3, delay: .seconds(1), backoff: .exponential)
/// ```
///
/// What the body returns is stored by the workspace's I/O manager, and read by whoever names the
/// asset in `from:`. A body that returns nothing stores its value itself; such an asset can be
/// depended on with `after:`, not with `from:`.
///
/// Modifiers return changed copies. Apply them before naming the asset elsewhere: only its key and
/// the type of its value matter there.
public struct Asset<Value: Sendable>: AssetReference, Annotated, Runnable {
  public let key: AssetKey
  public var annotations = AssetAnnotations()
  public var settings = StepSettings()
  private let valueType: String?
  private let dependencies: [Dependency]
  private let source: SourcePlace
  private let perform: @Sendable (AttemptScope) async throws -> Void

  /// An asset whose body returns its value.
  ///
  /// - Parameters:
  ///   - key: Its name in the whole workspace.
  ///   - upstream: The assets whose values the body is given, in this order.
  ///   - after: Assets that only have to be made before.
  ///   - file: Where this is written; leave it out.
  ///   - line: Where this is written; leave it out.
  ///   - body: Makes the value.
  public init<each Upstream: ValueReference>(
    _ key: AssetKey,
    from upstream: repeat each Upstream,
    after: [AssetKey] = [],
    file: String = #fileID,
    line: Int = #line,
    body:
      @escaping @Sendable (
        _ context: AssetContext, repeat (each Upstream).Value
      ) async throws -> Value
  ) where Value: Codable {
    self.key = key
    valueType = TypeName.of(Value.self)
    dependencies = Hanse.dependencies(on: repeat each upstream, after: after)
    source = SourcePlace(file: file, line: line)
    perform = { scope in
      let inputs = (repeat try await scope.load(each upstream))
      let value = try await body(scope.context, repeat each inputs)
      try await scope.store(value, in: key)
      scope.finishMaterializations()
    }
  }

  /// An asset whose body stores its value itself, outside the I/O manager.
  ///
  /// - Parameters:
  ///   - key: Its name in the whole workspace.
  ///   - upstream: The assets whose values the body is given, in this order.
  ///   - after: Assets that only have to be made before.
  ///   - file: Where this is written; leave it out.
  ///   - line: Where this is written; leave it out.
  ///   - body: Makes and stores the value.
  public init<each Upstream: ValueReference>(
    _ key: AssetKey,
    from upstream: repeat each Upstream,
    after: [AssetKey] = [],
    file: String = #fileID,
    line: Int = #line,
    body:
      @escaping @Sendable (
        _ context: AssetContext, repeat (each Upstream).Value
      ) async throws -> Void
  ) where Value == Void {
    self.key = key
    valueType = nil
    dependencies = Hanse.dependencies(on: repeat each upstream, after: after)
    source = SourcePlace(file: file, line: line)
    perform = { scope in
      let inputs = (repeat try await scope.load(each upstream))
      try await body(scope.context, repeat each inputs)
      scope.made(key)
      scope.finishMaterializations()
    }
  }
}

extension Asset: ValueReference where Value: Codable {}

extension Asset: DefinitionComponent {
  public var definitions: Definitions {
    Definitions(
      .operation(
        AssetOperation(
          name: nil,
          outputs: [
            OutputDeclaration(
              key: key,
              annotations: annotations,
              valueType: valueType,
              source: source
            )
          ],
          dependencies: dependencies,
          settings: settings,
          source: source,
          perform: perform
        )
      )
    )
  }
}
