/// What a location says about one of its assets.
///
/// Data only: the body stays in the location.
public struct AssetDefinition: Hashable, Sendable {
  public var key: AssetKey
  /// What the asset is made from or after.
  public var dependencies: [Dependency]
  public var description: String?
  public var group: String?
  public var owners: [String]
  public var kinds: [String]
  public var tags: [String: String]
  public var metadata: [String: MetadataValue]
  /// Changes when the asset's logic does.
  public var codeVersion: String?
  /// The name of the value's type, for people.
  public var valueType: String?
  /// The multi-asset operation that makes this asset together with others; nil for its own step.
  public var operation: String?
  public var retry: RetryPolicy?
  public var timeoutMilliseconds: Int64?
  /// Units taken from each named pool while the step runs.
  public var pools: [String: Int]
  /// What becomes of its step when a limit is hit; nil for waiting.
  public var onLimit: OnLimit?
  /// A JSON Schema of the step's configuration, when it takes any.
  public var configSchema: JSONValue?
  public var source: SourcePlace?

  public init(
    key: AssetKey,
    dependencies: [Dependency] = [],
    description: String? = nil,
    group: String? = nil,
    owners: [String] = [],
    kinds: [String] = [],
    tags: [String: String] = [:],
    metadata: [String: MetadataValue] = [:],
    codeVersion: String? = nil,
    valueType: String? = nil,
    operation: String? = nil,
    retry: RetryPolicy? = nil,
    timeoutMilliseconds: Int64? = nil,
    pools: [String: Int] = [:],
    onLimit: OnLimit? = nil,
    configSchema: JSONValue? = nil,
    source: SourcePlace? = nil
  ) {
    self.key = key
    self.dependencies = dependencies
    self.description = description
    self.group = group
    self.owners = owners
    self.kinds = kinds
    self.tags = tags
    self.metadata = metadata
    self.codeVersion = codeVersion
    self.valueType = valueType
    self.operation = operation
    self.retry = retry
    self.timeoutMilliseconds = timeoutMilliseconds
    self.pools = pools
    self.onLimit = onLimit
    self.configSchema = configSchema
    self.source = source
  }
}

/// One upstream of an asset.
public struct Dependency: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The upstream's value is read.
    case data
    /// The upstream only comes first.
    case ordering
  }

  public var key: AssetKey
  public var kind: Kind

  public init(_ key: AssetKey, kind: Kind = .data) {
    self.key = key
    self.kind = kind
  }
}

/// Where something is written: in a team's source, or in the workspace file.
public struct SourcePlace: Hashable, Sendable, CustomStringConvertible {
  public var file: String
  /// Counting from 1.
  public var line: Int
  /// Counting from 1; nil when only the line is known.
  public var column: Int?

  public init(file: String, line: Int, column: Int? = nil) {
    self.file = file
    self.line = line
    self.column = column
  }

  public var description: String {
    "\(file):\(line)" + (column.map { ":\($0)" } ?? "")
  }
}

extension Dependency.Kind: JSONEnumeration {}

extension Dependency: JSONCodable {
  /// A data dependency is written as its key alone.
  package func write(to json: inout JSONWriter) {
    guard kind != .data else { return json.value(key) }
    json.beginObject()
    json.member("key", key)
    json.member("kind", kind)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    guard json.peek() == .object else {
      self.init(try json.value())
      return
    }
    var key: AssetKey?
    var kind = Kind.data
    try json.object { name, json throws(JSONError) in
      switch name {
      case "key": key = try json.value()
      case "kind": kind = try json.value()
      default: try json.skip()
      }
    }
    self.init(try key.orMissing("key", at: json.offset), kind: kind)
  }
}

extension SourcePlace: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("file", file)
    json.member("line", line)
    json.member("column", column)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var file: String?
    var line: Int?
    var column: Int?
    try json.object { name, json throws(JSONError) in
      switch name {
      case "file": file = try json.string()
      case "line": line = try json.int()
      case "column": column = try json.optional()
      default: try json.skip()
      }
    }
    self.init(
      file: try file.orMissing("file", at: json.offset),
      line: try line.orMissing("line", at: json.offset),
      column: column
    )
  }
}

extension Optional {
  /// The value of a member that must be there.
  package func orMissing(_ name: String, at offset: Int) throws(JSONError) -> Wrapped {
    guard let self else {
      throw JSONError(.missingMember, at: offset, "the member \"\(name)\" is missing")
    }
    return self
  }
}

extension AssetDefinition: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("key", key)
    json.member("dependencies", dependencies)
    json.member("description", description)
    json.member("group", group)
    json.member("owners", owners)
    json.member("kinds", kinds)
    json.member("tags", tags)
    json.member("metadata", metadata)
    json.member("codeVersion", codeVersion)
    json.member("valueType", valueType)
    json.member("operation", operation)
    json.member("retry", retry)
    json.member("timeoutMilliseconds", timeoutMilliseconds)
    json.member("pools", pools)
    json.member("onLimit", onLimit)
    json.member("configSchema", configSchema)
    json.member("source", source)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var key: AssetKey?
    var definition = AssetDefinition(key: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "key": key = try json.value()
      case "dependencies": definition.dependencies = try json.list()
      case "description": definition.description = try json.optional()
      case "group": definition.group = try json.optional()
      case "owners": definition.owners = try json.list()
      case "kinds": definition.kinds = try json.list()
      case "tags": definition.tags = try json.dictionary()
      case "metadata": definition.metadata = try json.dictionary()
      case "codeVersion": definition.codeVersion = try json.optional()
      case "valueType": definition.valueType = try json.optional()
      case "operation": definition.operation = try json.optional()
      case "retry": definition.retry = try json.optional()
      case "timeoutMilliseconds": definition.timeoutMilliseconds = try json.optional()
      case "pools": definition.pools = try json.dictionary()
      // One of a later version waits, as all do that say nothing.
      case "onLimit":
        definition.onLimit = try json.optional(of: String.self).flatMap { OnLimit(rawValue: $0) }
      case "configSchema": definition.configSchema = try json.optional()
      case "source": definition.source = try json.optional()
      default: try json.skip()
      }
    }
    definition.key = try key.orMissing("key", at: json.offset)
    self = definition
  }
}
