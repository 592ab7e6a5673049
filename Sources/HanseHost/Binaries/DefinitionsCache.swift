package import HanseModel
import HanseSystem

/// What a location last served, as it is kept on disk.
package struct CachedDefinitions: Hashable, Sendable {
  package var location: LocationName
  /// The program that served them; nil when nobody had read it.
  package var digest: BinaryDigest?
  package var generation: Generation
  /// The version of the library that the location is built with.
  package var library: String?
  package var servedAt: Timestamp
  package var definitions: LocationDefinitions

  package init(
    location: LocationName,
    digest: BinaryDigest?,
    generation: Generation,
    library: String?,
    servedAt: Timestamp,
    definitions: LocationDefinitions
  ) {
    self.location = location
    self.digest = digest
    self.generation = generation
    self.library = library
    self.servedAt = servedAt
    self.definitions = definitions
  }
}

/// Keeps the definitions of each location on disk, so that the graph is whole after a start of the
/// host before any location has answered.
///
/// Only a cache: what cannot be read is left out with a note, and costs the wait for the location.
package struct DefinitionsCache: Hashable, Sendable {
  /// Raised when an older host would misread the file.
  package static let format = 1

  private let directory: String
  private let limitBytes: Int

  /// - Parameters:
  ///   - state: The host's state.
  ///   - limitBytes: The most that is kept or read of one location.
  package init(in state: StateDirectory, limitBytes: Int = 64 << 20) {
    directory = Paths.join(state.path, "definitions")
    self.limitBytes = limitBytes
  }

  private func path(of name: LocationName) -> String {
    Paths.join(directory, "\(name.text).json")
  }

  /// Keeps definitions in the place of those before; readers see the old ones or the new ones.
  ///
  /// - Returns: Why they were not kept, if so.
  package func keep(_ cached: CachedDefinitions) -> String? {
    let bytes = JSONWriter.encode(cached)
    guard bytes.count <= limitBytes else {
      forget(cached.location)
      return "the definitions of location \"\(cached.location)\" are not kept on disk: they have "
        + "\(bytes.count) bytes, over the limit of \(limitBytes)"
    }
    do throws(SystemError) {
      try Files.createDirectories(directory)
      try Files.writeAtomically(path(of: cached.location), bytes, durably: false)
      return nil
    } catch {
      return "the definitions of location \"\(cached.location)\" are not kept on disk: \(error)"
    }
  }

  /// Reads what is kept of some locations.
  ///
  /// - Parameter names: Those of the workspace.
  /// - Returns: What could be read, and a note for each file that could not.
  package func read(
    _ names: [LocationName]
  ) -> (found: [LocationName: CachedDefinitions], notes: [String]) {
    var found: [LocationName: CachedDefinitions] = [:]
    var notes: [String] = []
    for name in names {
      let path = path(of: name)
      do throws(SystemError) {
        guard try Files.status(path) != nil else { continue }
        let bytes = try Files.read(path, limitBytes: limitBytes)
        do throws(JSONError) {
          let cached = try CachedDefinitions.decode(bytes)
          if cached.location == name {
            found[name] = cached
          } else {
            notes.append(note(name, "it is of location \"\(cached.location)\""))
          }
        } catch {
          notes.append(note(name, "\(error)"))
        }
      } catch {
        notes.append(note(name, "\(error)"))
      }
    }
    return (found, notes)
  }

  /// Removes what is kept of a location.
  package func forget(_ name: LocationName) {
    do throws(SystemError) {
      try Files.remove(path(of: name))
    } catch {
      // What cannot be removed is replaced by the next definitions, or read as last known good.
    }
  }

  private func note(_ name: LocationName, _ reason: String) -> String {
    "the definitions of location \"\(name)\" kept in \(path(of: name)) are ignored: \(reason)"
  }
}

extension CachedDefinitions: JSONCodable {
  package func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("format", DefinitionsCache.format)
    json.member("location", location)
    json.member("digest", digest)
    json.member("generation", generation)
    json.member("library", library)
    json.member("servedAt", servedAt)
    json.member("definitions", definitions)
    json.endObject()
  }

  package init(from json: inout JSONReader) throws(JSONError) {
    var format: Int?
    var location: LocationName?
    var digest: BinaryDigest?
    var generation: Generation?
    var library: String?
    var servedAt: Timestamp?
    var definitions: LocationDefinitions?
    try json.object { name, json throws(JSONError) in
      let offset = json.offset
      switch name {
      case "format":
        let number = try json.int()
        guard number == DefinitionsCache.format else {
          throw JSONError(
            .outOfRange,
            at: offset,
            "it has format \(number), and this host reads format \(DefinitionsCache.format)"
          )
        }
        format = number
      case "location": location = try json.value()
      case "digest": digest = try json.optional()
      case "generation": generation = try json.value()
      case "library": library = try json.optional()
      case "servedAt": servedAt = try json.value()
      case "definitions": definitions = try json.value()
      default: try json.skip()
      }
    }
    _ = try format.orMissing("format", at: json.offset)
    self.init(
      location: try location.orMissing("location", at: json.offset),
      digest: digest,
      generation: try generation.orMissing("generation", at: json.offset),
      library: library,
      servedAt: try servedAt.orMissing("servedAt", at: json.offset),
      definitions: try definitions.orMissing("definitions", at: json.offset)
    )
  }
}
