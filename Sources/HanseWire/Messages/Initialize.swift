package import HanseModel

/// The host's first request: who it is, what the location is called, and what it may use.
package struct InitializeRequest: Hashable, Sendable {
  /// The versions that the host speaks, best first.
  package var protocolVersions: [Int]
  package var host: Program
  package var location: LocationName
  package var generation: Generation
  package var epoch: HostEpoch
  package var limits: WireLimits
  package var io: StorageChoice

  package init(
    protocolVersions: [Int] = WireProtocol.versions,
    host: Program,
    location: LocationName,
    generation: Generation,
    epoch: HostEpoch,
    limits: WireLimits,
    io: StorageChoice
  ) {
    self.protocolVersions = protocolVersions
    self.host = host
    self.location = location
    self.generation = generation
    self.epoch = epoch
    self.limits = limits
    self.io = io
  }
}

/// The location's answer.
package struct InitializeResult: Hashable, Sendable {
  package var protocolVersion: Int
  package var library: Program

  package init(protocolVersion: Int, library: Program) {
    self.protocolVersion = protocolVersion
    self.library = library
  }
}

/// A program's name and version.
package struct Program: Hashable, Sendable {
  package var name: String
  package var version: String

  package init(name: String, version: String) {
    self.name = name
    self.version = version
  }
}

/// Which I/O manager stores the values: the workspace's choice.
package struct StorageChoice: Hashable, Sendable {
  /// `filesystem`, `memory`, or the name of one that the location brings.
  package var kind: String
  /// The folder of the file system manager.
  package var path: String?
  package var settings: JSONValue?

  package init(kind: String, path: String? = nil, settings: JSONValue? = nil) {
    self.kind = kind
    self.path = path
    self.settings = settings
  }
}

extension Program: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("name", name)
    json.member("version", version)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var programName: String?
    var version: String?
    try json.object { name, json throws(JSONError) in
      switch name {
      case "name": programName = try json.string()
      case "version": version = try json.string()
      default: try json.skip()
      }
    }
    self.init(
      name: try programName.orMissing("name", at: json.offset),
      version: try version.orMissing("version", at: json.offset)
    )
  }
}

extension StorageChoice: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("kind", kind)
    json.member("path", path)
    json.member("settings", settings)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var kind: String?
    self.init(kind: "")
    try json.object { name, json throws(JSONError) in
      switch name {
      case "kind": kind = try json.string()
      case "path": path = try json.optional()
      case "settings": settings = try json.optional()
      default: try json.skip()
      }
    }
    self.kind = try kind.orMissing("kind", at: json.offset)
  }
}

extension InitializeRequest: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("protocolVersions", protocolVersions, evenIfEmpty: true)
    json.member("host", host)
    json.member("location", location)
    json.member("generation", generation)
    json.member("epoch", epoch)
    json.member("limits", limits)
    json.member("io", io)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var versions: [Int]?
    var host: Program?
    var location: LocationName?
    var generation: Generation?
    var epoch: HostEpoch?
    var limits: WireLimits?
    var io: StorageChoice?
    try json.object { name, json throws(JSONError) in
      switch name {
      case "protocolVersions": versions = try json.list()
      case "host": host = try json.value()
      case "location": location = try json.value()
      case "generation": generation = try json.value()
      case "epoch": epoch = try json.value()
      case "limits": limits = try json.value()
      case "io": io = try json.value()
      default: try json.skip()
      }
    }
    self.init(
      protocolVersions: try versions.orMissing("protocolVersions", at: json.offset),
      host: try host.orMissing("host", at: json.offset),
      location: try location.orMissing("location", at: json.offset),
      generation: try generation.orMissing("generation", at: json.offset),
      epoch: try epoch.orMissing("epoch", at: json.offset),
      limits: try limits.orMissing("limits", at: json.offset),
      io: try io.orMissing("io", at: json.offset)
    )
  }
}

extension InitializeResult: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("protocolVersion", protocolVersion)
    json.member("library", library)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var version: Int?
    var library: Program?
    try json.object { name, json throws(JSONError) in
      switch name {
      case "protocolVersion": version = try json.int()
      case "library": library = try json.value()
      default: try json.skip()
      }
    }
    self.init(
      protocolVersion: try version.orMissing("protocolVersion", at: json.offset),
      library: try library.orMissing("library", at: json.offset)
    )
  }
}
