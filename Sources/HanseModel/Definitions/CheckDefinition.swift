/// How much a failed asset check matters.
public enum CheckSeverity: String, Hashable, Sendable, CaseIterable {
  case warning, error
}

/// What a location says about one check on one of its assets.
public struct CheckDefinition: Hashable, Sendable {
  public var name: String
  public var asset: AssetKey
  public var severity: CheckSeverity
  /// Whether a failure of severity error stops what is downstream of the asset.
  public var blocking: Bool
  public var description: String?
  public var retry: RetryPolicy?
  public var timeoutMilliseconds: Int64?
  public var source: SourcePlace?

  public init(
    name: String,
    asset: AssetKey,
    severity: CheckSeverity = .error,
    blocking: Bool = false,
    description: String? = nil,
    retry: RetryPolicy? = nil,
    timeoutMilliseconds: Int64? = nil,
    source: SourcePlace? = nil
  ) {
    self.name = name
    self.asset = asset
    self.severity = severity
    self.blocking = blocking
    self.description = description
    self.retry = retry
    self.timeoutMilliseconds = timeoutMilliseconds
    self.source = source
  }

  /// The step that runs the check.
  package var stepKey: StepKey { StepKey("\(asset):\(name)") }
}

extension CheckSeverity: JSONEnumeration {}

extension CheckDefinition: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("name", name)
    json.member("asset", asset)
    json.member("severity", severity)
    json.member("blocking", blocking)
    json.member("description", description)
    json.member("retry", retry)
    json.member("timeoutMilliseconds", timeoutMilliseconds)
    json.member("source", source)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var checkName: String?
    var asset: AssetKey?
    var definition = CheckDefinition(name: "", asset: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "name": checkName = try json.string()
      case "asset": asset = try json.value()
      case "severity": definition.severity = try json.value()
      case "blocking": definition.blocking = try json.bool()
      case "description": definition.description = try json.optional()
      case "retry": definition.retry = try json.optional()
      case "timeoutMilliseconds": definition.timeoutMilliseconds = try json.optional()
      case "source": definition.source = try json.optional()
      default: try json.skip()
      }
    }
    definition.name = try checkName.orMissing("name", at: json.offset)
    definition.asset = try asset.orMissing("asset", at: json.offset)
    self = definition
  }
}
