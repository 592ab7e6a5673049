package import HanseModel

/// Asks for one page of the location's definitions.
package struct DefinitionsRequest: Hashable, Sendable {
  /// Where the page begins, as the page before said; nil for the first.
  package var cursor: String?

  package init(cursor: String? = nil) { self.cursor = cursor }
}

/// One page of definitions, small enough for one line.
package struct DefinitionsPage: Hashable, Sendable {
  package var definitions: LocationDefinitions
  /// Where the next page begins; nil for the last.
  package var nextCursor: String?
  /// On the last page: a digest of all definitions, the same for the same definitions.
  package var digest: String?

  package init(
    definitions: LocationDefinitions,
    nextCursor: String? = nil,
    digest: String? = nil
  ) {
    self.definitions = definitions
    self.nextCursor = nextCursor
    self.digest = digest
  }
}

extension DefinitionsPage {
  /// What tells how to go on, without what is defined.
  package struct Outline: Hashable, Sendable {
    package var nextCursor: String?
    package var digest: String?
  }
}

extension DefinitionsPage.Outline: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("nextCursor", nextCursor)
    json.member("digest", digest)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init()
    try json.object { name, json throws(JSONError) in
      switch name {
      case "nextCursor": nextCursor = try json.optional()
      case "digest": digest = try json.optional()
      default: try json.skip()
      }
    }
  }
}

extension DefinitionsRequest: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("cursor", cursor)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init()
    try json.object { name, json throws(JSONError) in
      switch name {
      case "cursor": cursor = try json.optional()
      default: try json.skip()
      }
    }
  }
}

extension DefinitionsPage: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("assets", definitions.assets, evenIfEmpty: true)
    json.member("checks", definitions.checks)
    json.member("resources", definitions.resources)
    json.member("nextCursor", nextCursor)
    json.member("digest", digest)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var assets: [AssetDefinition]?
    self.init(definitions: LocationDefinitions())
    try json.object { name, json throws(JSONError) in
      switch name {
      case "assets": assets = try json.list()
      case "checks": definitions.checks = try json.list()
      case "resources": definitions.resources = try json.list()
      case "nextCursor": nextCursor = try json.optional()
      case "digest": digest = try json.optional()
      default: try json.skip()
      }
    }
    definitions.assets = try assets.orMissing("assets", at: json.offset)
  }
}
