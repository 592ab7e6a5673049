public import HanseModel

/// One of the assets that a ``MultiAsset`` makes.
public struct Output<Value: Codable & Sendable>: ValueReference, Annotated {
  public let key: AssetKey
  public var annotations = AssetAnnotations()
  private let source: SourcePlace

  public init(_ key: AssetKey, file: String = #fileID, line: Int = #line) {
    self.key = key
    source = SourcePlace(file: file, line: line)
  }

  var declaration: OutputDeclaration {
    OutputDeclaration(
      key: key,
      annotations: annotations,
      valueType: TypeName.of(Value.self),
      source: source
    )
  }
}

/// One step that makes several assets at once.
///
/// ```swift
/// let seattle = Output<[Reading]>("observatory/seattle")
/// let sanFrancisco = Output<[Reading]>("observatory/san_francisco")
///
/// let ingest = MultiAsset("ingest", outputs: seattle, sanFrancisco) { context in
///   (try readings(of: "seattle"), try readings(of: "san_francisco"))
/// }
/// ```
///
/// Only the multi-asset is listed in the definitions; its outputs are named in `from:` like any
/// other asset. Within the location its name is unique.
public struct MultiAsset: Runnable, DefinitionComponent {
  public let name: String
  public var settings = StepSettings()
  private let outputs: [OutputDeclaration]
  private let dependencies: [Dependency]
  private let source: SourcePlace
  private let perform: @Sendable (AttemptScope) async throws -> Void

  /// A multi-asset whose body returns the values of all its outputs, in their order.
  ///
  /// - Parameters:
  ///   - name: The name of the step.
  ///   - upstream: The assets whose values the body is given, in this order.
  ///   - after: Assets that only have to be made before.
  ///   - outputs: What the step makes.
  ///   - file: Where this is written; leave it out.
  ///   - line: Where this is written; leave it out.
  ///   - body: Makes the values.
  public init<each Upstream: ValueReference, each Product: Codable & Sendable>(
    _ name: String,
    from upstream: repeat each Upstream,
    after: [AssetKey] = [],
    outputs: repeat Output<each Product>,
    file: String = #fileID,
    line: Int = #line,
    body:
      @escaping @Sendable (
        _ context: AssetContext, repeat (each Upstream).Value
      ) async throws -> (repeat each Product)
  ) {
    self.name = name
    var declarations: [OutputDeclaration] = []
    for output in repeat each outputs { declarations.append(output.declaration) }
    self.outputs = declarations
    dependencies = Hanse.dependencies(on: repeat each upstream, after: after)
    source = SourcePlace(file: file, line: line)
    perform = { scope in
      let inputs = (repeat try await scope.load(each upstream))
      let values = try await body(scope.context, repeat each inputs)
      repeat try await scope.store(each values, in: (each outputs).key)
      scope.finishMaterializations()
    }
  }

  public var definitions: Definitions {
    Definitions(
      .operation(
        AssetOperation(
          name: name,
          outputs: outputs,
          dependencies: dependencies,
          settings: settings,
          source: source,
          perform: perform
        )
      )
    )
  }
}
