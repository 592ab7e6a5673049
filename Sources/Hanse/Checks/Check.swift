public import HanseModel

/// Looks at an asset after it was made, and says whether it is good.
///
/// ```swift
/// let noGaps = Check("no_gaps", on: daily, blocking: true) { context, daily in
///   let gaps = missingDays(in: daily)
///   return gaps.isEmpty ? .passed() : .failed("\(gaps.count) days are missing")
/// }
/// ```
///
/// A check runs in the same run as its asset, right after it. When a blocking check of severity
/// error fails, nothing downstream of the asset runs. A body that throws is a failed step, which is
/// not the same as a failed check: nobody knows whether the asset is good.
public struct Check: Attempted, DefinitionComponent {
  public let name: String
  public let asset: AssetKey
  public var settings = StepSettings()
  private let severity: CheckSeverity
  private let blocking: Bool
  private var text: String?
  private let source: SourcePlace
  private let evaluate: @Sendable (AttemptScope) async throws -> CheckOutcome

  /// A check that is given the asset's value.
  ///
  /// - Parameters:
  ///   - name: Its name among the checks of the asset.
  ///   - asset: The asset, which this location defines.
  ///   - severity: How much a failure matters.
  ///   - blocking: Whether a failure of severity error stops what is downstream.
  ///   - file: Where this is written; leave it out.
  ///   - line: Where this is written; leave it out.
  ///   - body: Looks at the value.
  public init<Checked: ValueReference>(
    _ name: String,
    on asset: Checked,
    severity: CheckSeverity = .error,
    blocking: Bool = false,
    file: String = #fileID,
    line: Int = #line,
    body: @escaping @Sendable (AssetContext, Checked.Value) async throws -> CheckOutcome
  ) {
    self.name = name
    self.asset = asset.key
    self.severity = severity
    self.blocking = blocking
    source = SourcePlace(file: file, line: line)
    evaluate = { scope in
      let value = try await scope.load(asset)
      return try await body(scope.context, value)
    }
  }

  /// A check that looks at the asset without reading its stored value.
  ///
  /// - Parameters:
  ///   - name: Its name among the checks of the asset.
  ///   - asset: The asset, which this location defines.
  ///   - severity: How much a failure matters.
  ///   - blocking: Whether a failure of severity error stops what is downstream.
  ///   - file: Where this is written; leave it out.
  ///   - line: Where this is written; leave it out.
  ///   - body: Looks at the asset.
  public init(
    _ name: String,
    on asset: some AssetReference,
    severity: CheckSeverity = .error,
    blocking: Bool = false,
    file: String = #fileID,
    line: Int = #line,
    body: @escaping @Sendable (AssetContext) async throws -> CheckOutcome
  ) {
    self.name = name
    self.asset = asset.key
    self.severity = severity
    self.blocking = blocking
    source = SourcePlace(file: file, line: line)
    evaluate = { scope in try await body(scope.context) }
  }

  /// Says what the check looks for, in Markdown.
  public func description(_ text: String) -> Check {
    var copy = self
    copy.text = text
    return copy
  }

  public var definitions: Definitions {
    let definition = CheckDefinition(
      name: name,
      asset: asset,
      severity: severity,
      blocking: blocking,
      description: text,
      retry: settings.retry,
      timeoutMilliseconds: settings.timeout?.wholeMilliseconds,
      source: source
    )
    return Definitions(.check(CheckOperation(definition: definition, evaluate: evaluate)))
  }
}

/// One step that runs a check: what is known of it, and how it runs.
package struct CheckOperation: Sendable {
  package var definition: CheckDefinition
  var evaluate: @Sendable (AttemptScope) async throws -> CheckOutcome

  /// What a message calls the step.
  package var title: String { "check \"\(definition.name)\" of asset \"\(definition.asset)\"" }
}
