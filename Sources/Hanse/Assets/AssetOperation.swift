package import HanseModel

/// One step that makes assets: what is known of it, and how it runs.
package struct AssetOperation: Sendable {
  /// The name of a multi-asset; nil for an asset's own step.
  var name: String?
  package var outputs: [OutputDeclaration]
  package var dependencies: [Dependency]
  var settings: StepSettings
  package var source: SourcePlace
  /// Loads, runs the body and stores.
  var perform: @Sendable (AttemptScope) async throws -> Void

  /// What a message calls the step.
  package var title: String {
    if let name { return "multi-asset \"\(name)\"" }
    return "asset \"\(outputs.first?.key.path ?? "")\""
  }

  package var definitions: [AssetDefinition] {
    var definitions: [AssetDefinition] = []
    appendDefinitions(to: &definitions)
    return definitions
  }

  /// Appends what the host sees of each output.
  func appendDefinitions(to definitions: inout [AssetDefinition]) {
    let schema = settings.config.map { ConfigSchema(of: $0).json }
    for output in outputs {
      let annotations = output.annotations
      definitions.append(
        AssetDefinition(
          key: output.key,
          dependencies: dependencies,
          description: annotations.description,
          group: annotations.group,
          owners: annotations.owners,
          kinds: annotations.kinds,
          tags: annotations.tags,
          metadata: annotations.metadata,
          codeVersion: annotations.codeVersion,
          valueType: output.valueType,
          operation: name,
          retry: settings.retry,
          timeoutMilliseconds: settings.timeout?.wholeMilliseconds,
          pools: settings.pools,
          onLimit: settings.onLimit,
          configSchema: schema,
          source: output.source ?? source
        )
      )
    }
  }
}

/// One asset that a step makes.
package struct OutputDeclaration: Sendable {
  package var key: AssetKey
  var annotations: AssetAnnotations
  /// The name of the value's type; nil for an asset without a stored value.
  var valueType: String?
  var source: SourcePlace?
}

/// The dependencies of a step on what it reads and on what only comes first.
func dependencies<each Upstream: ValueReference>(
  on upstream: repeat each Upstream,
  after: [AssetKey]
) -> [Dependency] {
  var result: [Dependency] = []
  for reference in repeat each upstream { result.append(Dependency(reference.key)) }
  return result + after.map { Dependency($0, kind: .ordering) }
}
