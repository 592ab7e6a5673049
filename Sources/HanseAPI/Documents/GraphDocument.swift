package import HanseModel

/// The assets of a selection and the dependencies between them.
package struct GraphDocument: Hashable, Sendable {
  package struct Node: Hashable, Sendable {
    package var key: AssetKey
    /// Nil for an external asset.
    package var location: LocationName?
    package var group: String?
    package var kinds: [String] = []
    package var operation: String?
    package var isExternal = false
    package var isRunnable = false
    package var blockage: String?
    package var isStale = false

    package init(key: AssetKey) { self.key = key }
  }

  /// That `to` is made from, or after, `from`.
  package struct Edge: Hashable, Sendable {
    package var from: AssetKey
    package var to: AssetKey
    package var kind: Dependency.Kind

    package init(from: AssetKey, to: AssetKey, kind: Dependency.Kind = .data) {
      self.from = from
      self.to = to
      self.kind = kind
    }
  }

  /// Changes when the graph does, within one host.
  package var version = 0
  /// By key.
  package var nodes: [Node] = []
  /// By `to`, then `from`; only those with both ends among the nodes.
  package var edges: [Edge] = []
  /// What to give as `cursor` for the nodes behind; nil when these are all.
  package var next: String?

  package init() {}
}

extension GraphDocument.Node: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("key", key)
    json.member("location", location)
    json.member("group", group)
    json.member("kinds", kinds)
    json.member("operation", operation)
    json.member("isExternal", isExternal)
    json.member("isRunnable", isRunnable)
    json.member("blockage", blockage)
    json.member("isStale", isStale)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(key: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "key": key = try json.value()
      case "location": location = try json.optional()
      case "group": group = try json.optional()
      case "kinds": kinds = try json.list()
      case "operation": operation = try json.optional()
      case "isExternal": isExternal = try json.bool()
      case "isRunnable": isRunnable = try json.bool()
      case "blockage": blockage = try json.optional()
      case "isStale": isStale = try json.bool()
      default: try json.skip()
      }
    }
  }
}

extension GraphDocument.Edge: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("from", from)
    json.member("to", to)
    json.member("kind", kind)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(from: "", to: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "from": from = try json.value()
      case "to": to = try json.value()
      case "kind": kind = try json.value()
      default: try json.skip()
      }
    }
  }
}

extension GraphDocument: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("version", version)
    json.member("nodes", nodes, evenIfEmpty: true)
    json.member("edges", edges, evenIfEmpty: true)
    json.member("next", next)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init()
    try json.object { name, json throws(JSONError) in
      switch name {
      case "version": version = try json.int()
      case "nodes": nodes = try json.list()
      case "edges": edges = try json.list()
      case "next": next = try json.optional()
      default: try json.skip()
      }
    }
  }
}
