package import HanseHost
package import HanseModel

/// A generation of a location whose definitions or binary the host still has.
package struct GenerationDocument: Hashable, Sendable {
  package var generation: Generation
  /// The SHA-256 of its binary; nil when nobody had read it.
  package var digest: BinaryDigest?
  package var servedAt: Timestamp?
  package var library: String?
  package var sizeBytes: Int64?
  /// Whether it serves now.
  package var isServing = false
  /// Whether somebody chose its binary to run, whatever the file is.
  package var isPinned = false
  /// Whether `rollback` can run its binary.
  package var canRun = false
  /// Why not.
  package var reason: String?

  package init(generation: Generation, digest: BinaryDigest? = nil) {
    self.generation = generation
    self.digest = digest
  }
}

extension GenerationDocument {
  package init(_ known: KnownGeneration) {
    self.init(generation: known.generation, digest: known.digest)
    servedAt = known.servedAt
    library = known.library
    sizeBytes = known.sizeBytes
    isServing = known.isServing
    isPinned = known.isPinned
    canRun = known.notRunnable == nil
    reason = known.notRunnable
  }
}

extension GenerationDocument: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("generation", generation)
    json.member("digest", digest)
    json.member("servedAt", servedAt)
    json.member("library", library)
    json.member("sizeBytes", sizeBytes)
    json.member("isServing", isServing)
    json.member("isPinned", isPinned)
    json.member("canRun", canRun)
    json.member("reason", reason)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init(generation: Generation())
    try json.object { name, json throws(JSONError) in
      switch name {
      case "generation": generation = try json.value()
      case "digest": digest = try json.optional()
      case "servedAt": servedAt = try json.optional()
      case "library": library = try json.optional()
      case "sizeBytes": sizeBytes = try json.optional()
      case "isServing": isServing = try json.bool()
      case "isPinned": isPinned = try json.bool()
      case "canRun": canRun = try json.bool()
      case "reason": reason = try json.optional()
      default: try json.skip()
      }
    }
  }
}

/// What a roll-back asks for.
package struct RollbackOrder: Hashable, Sendable {
  /// Nil for the last binary that differs from the one that serves.
  package var generation: Generation?

  package init(generation: Generation? = nil) { self.generation = generation }
}

extension RollbackOrder: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("generation", generation)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    self.init()
    try json.object { name, json throws(JSONError) in
      switch name {
      case "generation": generation = try json.optional()
      default: try json.skip()
      }
    }
  }
}
