package import HanseModel

/// One asset, as every surface shows it: its definition, its place in the graph, and what was made
/// of it last.
package struct AssetDocument: Hashable, Sendable {
  /// One upstream.
  package struct Upstream: Hashable, Sendable {
    package var key: AssetKey
    package var kind: Dependency.Kind
    /// Nil for an external asset.
    package var location: LocationName?

    package init(key: AssetKey, kind: Dependency.Kind = .data, location: LocationName? = nil) {
      self.key = key
      self.kind = kind
      self.location = location
    }
  }

  package var key: AssetKey
  /// Nil for an external asset.
  package var location: LocationName?
  package var group: String?
  package var description: String?
  package var kinds: [String] = []
  package var owners: [String] = []
  package var tags: [String: String] = [:]
  package var metadata: [String: MetadataValue] = [:]
  package var codeVersion: String?
  package var valueType: String?
  package var operation: String?
  package var retry: RetryPolicy?
  package var timeoutMilliseconds: Int64?
  package var pools: [String: Int] = [:]
  package var source: SourcePlace?
  package var dependencies: [Upstream] = []
  package var downstreamCount = 0
  /// What is made from it directly; only when the asset was asked for by its key.
  package var downstream: [AssetKey]?
  /// The schema of its configuration; only when the asset was asked for by its key.
  package var configSchema: JSONValue?
  package var isExternal = false
  package var isRunnable = false
  /// Why it cannot run.
  package var blockage: String?
  /// Whether its definition is that of a process that is no more.
  package var isStale = false
  package var checks: [CheckDocument] = []
  /// The latest materialization.
  package var latest: MaterializationDocument?

  package init(key: AssetKey) { self.key = key }
}

extension AssetDocument.Upstream: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("key", key)
    json.member("kind", kind)
    json.member("location", location)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(key: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "key": key = try json.value()
      case "kind": kind = try json.value()
      case "location": location = try json.optional()
      default: try json.skip()
      }
    }
  }
}

extension AssetDocument: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("key", key)
    json.member("location", location)
    json.member("group", group)
    json.member("description", description)
    json.member("kinds", kinds)
    json.member("owners", owners)
    json.member("tags", tags)
    json.member("metadata", metadata)
    json.member("codeVersion", codeVersion)
    json.member("valueType", valueType)
    json.member("operation", operation)
    json.member("retry", retry)
    json.member("timeoutMilliseconds", timeoutMilliseconds)
    json.member("pools", pools)
    json.member("source", source)
    json.member("dependencies", dependencies, evenIfEmpty: true)
    json.member("downstreamCount", downstreamCount)
    if let downstream { json.member("downstream", downstream, evenIfEmpty: true) }
    json.member("configSchema", configSchema)
    json.member("isExternal", isExternal)
    json.member("isRunnable", isRunnable)
    json.member("blockage", blockage)
    json.member("isStale", isStale)
    json.member("checks", checks)
    json.member("latest", latest)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(key: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "key": key = try json.value()
      case "location": location = try json.optional()
      case "group": group = try json.optional()
      case "description": description = try json.optional()
      case "kinds": kinds = try json.list()
      case "owners": owners = try json.list()
      case "tags": tags = try json.dictionary()
      case "metadata": metadata = try json.dictionary()
      case "codeVersion": codeVersion = try json.optional()
      case "valueType": valueType = try json.optional()
      case "operation": operation = try json.optional()
      case "retry": retry = try json.optional()
      case "timeoutMilliseconds": timeoutMilliseconds = try json.optional()
      case "pools": pools = try json.dictionary()
      case "source": source = try json.optional()
      case "dependencies": dependencies = try json.list()
      case "downstreamCount": downstreamCount = try json.int()
      case "downstream": downstream = try json.list()
      case "configSchema": configSchema = try json.optional()
      case "isExternal": isExternal = try json.bool()
      case "isRunnable": isRunnable = try json.bool()
      case "blockage": blockage = try json.optional()
      case "isStale": isStale = try json.bool()
      case "checks": checks = try json.list()
      case "latest": latest = try json.optional()
      default: try json.skip()
      }
    }
  }
}
