package import HanseModel
import HanseSystem

/// What a location last served, as it is kept on disk.
package struct CachedDefinitions: Hashable, Sendable {
  package var location: LocationName
  /// The program that served them; nil when nobody had read it.
  package var digest: BinaryDigest?
  package var generation: Generation
  /// The library that the location is built with, and its version.
  package var library: String?
  package var servedAt: Timestamp
  package var definitions: LocationDefinitions
  /// What the location says that its definitions are told by; empty when it does not.
  package var definitionsDigest: String

  package init(
    location: LocationName,
    digest: BinaryDigest?,
    generation: Generation,
    library: String?,
    servedAt: Timestamp,
    definitions: LocationDefinitions,
    definitionsDigest: String = ""
  ) {
    self.location = location
    self.digest = digest
    self.generation = generation
    self.library = library
    self.servedAt = servedAt
    self.definitions = definitions
    self.definitionsDigest = definitionsDigest
  }
}

/// Keeps the definitions that each location has served on disk: the last ones, so that the graph is
/// whole after a start of the host before any location has answered, and those of the binaries
/// before, to compare with.
///
/// Each lies at `definitions/LOCATION/GENERATION-DIGEST.json` in the state directory; those of one
/// binary are kept once. Only a cache: what cannot be read is left out with a note, and costs the
/// wait for the location. It reads whole files: not for the host's loop.
package struct DefinitionsCache: Hashable, Sendable {
  /// Raised when an older host would misread the file.
  package static let format = 1

  /// What one kept file is about, as its name says.
  package struct Entry: Hashable, Sendable {
    package var generation: Generation
    /// Nil when nobody had read the binary.
    package var digest: BinaryDigest?

    fileprivate var fileName: String { "\(generation.number)-\(digest?.text ?? "unknown").json" }

    package init(generation: Generation, digest: BinaryDigest?) {
      self.generation = generation
      self.digest = digest
    }

    fileprivate init?(fileName: String) {
      let parts = fileName.split(separator: "-", maxSplits: 1)
      guard parts.count == 2, let number = Int(parts[0]), parts[1].hasSuffix(".json") else {
        return nil
      }
      let text = String(parts[1].dropLast(5))
      self.init(
        generation: Generation(number),
        digest: text == "unknown" ? nil : BinaryDigest(text)
      )
    }
  }

  private let directory: String
  private let limitBytes: Int
  private let keptCount: Int

  /// - Parameters:
  ///   - state: The host's state.
  ///   - limitBytes: The most that is kept or read of one generation.
  ///   - keptCount: The definitions of how many binaries are kept of each location.
  package init(in state: StateDirectory, limitBytes: Int = 64 << 20, keptCount: Int = 8) {
    directory = Paths.join(state.path, "definitions")
    self.limitBytes = limitBytes
    self.keptCount = keptCount
  }

  private func folder(of name: LocationName) -> String { Paths.join(directory, name.text) }

  private func path(of entry: Entry, _ name: LocationName) -> String {
    Paths.join(folder(of: name), entry.fileName)
  }

  /// Keeps definitions beside those of other binaries, and removes those that are too many.
  ///
  /// - Returns: Why they were not kept, if so; then those before are not the last ones any more, and
  ///   are forgotten too.
  package func keep(_ cached: CachedDefinitions) -> String? {
    let bytes = JSONWriter.encode(cached)
    guard bytes.count <= limitBytes else {
      forget(cached.location)
      return "the definitions of location \"\(cached.location)\" are not kept on disk: they have "
        + "\(bytes.count) bytes, over the limit of \(limitBytes)"
    }
    let entry = Entry(generation: cached.generation, digest: cached.digest)
    do throws(SystemError) {
      try Files.createDirectories(folder(of: cached.location))
      try Files.writeAtomically(path(of: entry, cached.location), bytes, durably: false)
      let others = entries(of: cached.location).filter { $0 != entry }
      let old = others.filter { $0.digest == entry.digest }
      let rest = others.filter { $0.digest != entry.digest }
      for other in old + rest.dropLast(keptCount - 1) {
        try Files.remove(path(of: other, cached.location))
      }
      return nil
    } catch {
      return "the definitions of location \"\(cached.location)\" are not kept on disk: \(error)"
    }
  }

  /// What is kept of a location, the last generation last.
  package func entries(of name: LocationName) -> [Entry] {
    do throws(SystemError) {
      guard Files.exists(folder(of: name)) else { return [] }
      return try Files.list(folder(of: name)).compactMap { Entry(fileName: $0) }
        .sorted { $0.generation < $1.generation }
    } catch {
      return []
    }
  }

  /// Reads what the last generation of each location served.
  ///
  /// - Parameter names: Those of the workspace.
  /// - Returns: What could be read, and a note for each file that could not.
  package func read(
    _ names: [LocationName]
  ) -> (found: [LocationName: CachedDefinitions], notes: [String]) {
    var found: [LocationName: CachedDefinitions] = [:]
    var notes: [String] = []
    for name in names {
      for entry in entries(of: name).reversed() where found[name] == nil {
        switch read(entry, of: name) {
        case .success(let cached): found[name] = cached
        case .failure(let note): notes.append(note.description)
        }
      }
    }
    return (found, notes)
  }

  /// Reads the definitions of one generation.
  package func read(
    _ entry: Entry,
    of name: LocationName
  ) -> Result<CachedDefinitions, BinaryKeeperError> {
    let path = path(of: entry, name)
    do {
      let cached = try CachedDefinitions.decode(Files.read(path, limitBytes: limitBytes))
      guard cached.location == name else {
        return .failure(note(name, path, "it is of location \"\(cached.location)\""))
      }
      return .success(cached)
    } catch {
      return .failure(note(name, path, "\(error)"))
    }
  }

  /// Removes what is kept of a location.
  package func forget(_ name: LocationName) {
    do throws(SystemError) {
      try Files.removeTree(folder(of: name))
    } catch {
      // What cannot be removed is replaced by the next definitions, or read as last known good.
    }
  }

  private func note(_ name: LocationName, _ path: String, _ reason: String) -> BinaryKeeperError {
    BinaryKeeperError(
      description: "the definitions of location \"\(name)\" kept in \(path) are ignored: \(reason)"
    )
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
    json.member("definitionsDigest", definitionsDigest)
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
    var definitionsDigest = ""
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
      case "definitionsDigest": definitionsDigest = try json.string()
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
      definitions: try definitions.orMissing("definitions", at: json.offset),
      definitionsDigest: definitionsDigest
    )
  }
}
