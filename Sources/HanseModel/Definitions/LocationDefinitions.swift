/// All that one generation of a location defines.
public struct LocationDefinitions: Hashable, Sendable {
  public var assets: [AssetDefinition]
  public var checks: [CheckDefinition]
  /// The names of the resources that the location opens when they are needed.
  public var resources: [String]

  public init(
    assets: [AssetDefinition] = [],
    checks: [CheckDefinition] = [],
    resources: [String] = []
  ) {
    self.assets = assets
    self.checks = checks
    self.resources = resources
  }
}

extension LocationDefinitions: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("assets", assets, evenIfEmpty: true)
    json.member("checks", checks)
    json.member("resources", resources)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init()
    try json.object { name, json throws(JSONError) in
      switch name {
      case "assets": assets = try json.list()
      case "checks": checks = try json.list()
      case "resources": resources = try json.list()
      default: try json.skip()
      }
    }
  }
}
