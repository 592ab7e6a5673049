/// What one asset check found.
public struct CheckResult: Hashable, Sendable {
  public var name: String
  public var asset: AssetKey
  public var passed: Bool
  public var severity: CheckSeverity
  public var blocking: Bool
  public var description: String?
  public var metadata: [String: MetadataValue]

  public init(
    name: String,
    asset: AssetKey,
    passed: Bool,
    severity: CheckSeverity = .error,
    blocking: Bool = false,
    description: String? = nil,
    metadata: [String: MetadataValue] = [:]
  ) {
    self.name = name
    self.asset = asset
    self.passed = passed
    self.severity = severity
    self.blocking = blocking
    self.description = description
    self.metadata = metadata
  }

  /// Whether what is downstream of the asset must not run.
  public var stopsDownstream: Bool { !passed && blocking && severity == .error }
}

extension CheckResult: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("name", name)
    json.member("asset", asset)
    json.member("passed", passed)
    json.member("severity", severity)
    json.member("blocking", blocking)
    json.member("description", description)
    json.member("metadata", metadata)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(name: "", asset: "", passed: false)
    var checkName: String?
    var key: AssetKey?
    var passedValue: Bool?
    try json.object { name, json throws(JSONError) in
      switch name {
      case "name": checkName = try json.string()
      case "asset": key = try json.value()
      case "passed": passedValue = try json.bool()
      case "severity": severity = try json.value()
      case "blocking": blocking = try json.bool()
      case "description": description = try json.optional()
      case "metadata": metadata = try json.dictionary()
      default: try json.skip()
      }
    }
    self.name = try checkName.orMissing("name", at: json.offset)
    asset = try key.orMissing("asset", at: json.offset)
    passed = try passedValue.orMissing("passed", at: json.offset)
  }
}
