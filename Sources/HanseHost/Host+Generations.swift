import HanseCore
package import HanseGraph
package import HanseModel
import HanseSystem

/// What two generations of a location differ in.
package struct GenerationDiff: Hashable, Sendable {
  package var from: Generation
  package var to: Generation
  package var definitions: DefinitionsDiff
}

/// A generation of a location whose definitions or binary the host still has.
package struct KnownGeneration: Hashable, Sendable {
  package var generation: Generation
  package var digest: BinaryDigest?
  package var servedAt: Timestamp?
  package var library: String?
  package var sizeBytes: Int64?
  package var isServing = false
  package var isPinned = false
  /// Why its binary cannot be run; nil when it can.
  package var notRunnable: String?
}

/// What a host knows of the generations that served.
///
/// These read the state directory, on the caller's thread.
extension Host {
  /// What is known of a location's generations, the last one last.
  package func generations(of name: LocationName) throws(HostError) -> [KnownGeneration] {
    unwritten.waitUntilNone(of: name)
    let location = try known(name)
    let supervisor = location.supervisor
    let serving = supervisor.programs[supervisor.serving.generation]?.digest
    let kept = BinaryKeeper(in: state).binaries(of: name).kept
    let entries = DefinitionsCache(in: state).entries(of: name)
    var found: [Generation: KnownGeneration] = [:]
    for entry in entries {
      found[entry.generation] = KnownGeneration(
        generation: entry.generation,
        digest: entry.digest,
        notRunnable: "the host has no copy of its binary"
      )
    }
    for binary in kept {
      found[binary.generation] = KnownGeneration(
        generation: binary.generation,
        digest: binary.digest,
        servedAt: binary.servedAt,
        library: binary.library,
        sizeBytes: binary.sizeBytes,
        notRunnable: binary.notRunnable
      )
    }
    if location.loaded != nil, found[location.loadedGeneration] == nil {
      found[location.loadedGeneration] = KnownGeneration(
        generation: location.loadedGeneration,
        digest: supervisor.programs[location.loadedGeneration]?.digest,
        library: location.loaded?.library,
        notRunnable: location.keepingProblem ?? "the host has no copy of its binary"
      )
    }
    return found.values.sorted { $0.generation < $1.generation }.map { known in
      var known = known
      known.isServing =
        supervisor.serving.state == .running && known.digest == serving
        && known.generation <= supervisor.serving.generation
        && (serving != nil || known.generation == supervisor.serving.generation)
      known.isPinned = supervisor.binaries.pin != nil && known.digest == supervisor.binaries.pin
      return known
    }
  }

  /// Compares what two generations of a location define, among what the others define now.
  ///
  /// - Parameters:
  ///   - name: Which location.
  ///   - from: The older one; nil for the last one before `to` of another binary.
  ///   - to: The newer one; nil for the one whose definitions are shown.
  /// - Returns: What they differ in, and whom that affects.
  /// - Throws: ``HostError`` when there is no such location, or the host does not know what they
  ///   defined.
  package func diff(
    of name: LocationName,
    from: Generation?,
    to: Generation?
  ) throws(HostError) -> GenerationDiff {
    // What has just taken over, and what it took over from, may not be on disk yet.
    unwritten.waitUntilNone(of: name)
    let location = try known(name)
    let cache = DefinitionsCache(in: state)
    let entries = cache.entries(of: name)
    guard location.loaded != nil else {
      throw HostError(
        .nothingToCompare,
        "location \"\(name)\" has not served yet, so there is nothing to compare"
      )
    }
    let newer = to ?? location.loadedGeneration
    let digest = digest(of: newer, location, entries)
    let other = entries.last { $0.generation < newer && ($0.digest != digest || digest == nil) }
    guard let older = from ?? other?.generation else {
      throw HostError(
        .nothingToCompare,
        "location \"\(name)\" has served one binary only, so there is nothing to compare"
      )
    }
    let before = try definitions(of: older, location, entries, cache)
    let after = try definitions(of: newer, location, entries, cache)
    var inputs = inspect { $0.definitionsServed } ?? []
    for index in inputs.indices where inputs[index].name == name {
      inputs[index].definitions = before
    }
    return GenerationDiff(
      from: older,
      to: newer,
      definitions: DefinitionsDiff(of: name, to: after, among: inputs)
    )
  }

  private func known(_ name: LocationName) throws(HostError) -> ControlPlane.Location {
    guard let location = inspect({ plane in plane.locations[name] }) ?? nil else {
      throw HostError(.unknownLocation, "there is no location \"\(name)\"")
    }
    return location
  }

  private func digest(
    of generation: Generation,
    _ location: ControlPlane.Location,
    _ entries: [DefinitionsCache.Entry]
  ) -> BinaryDigest? {
    location.supervisor.programs[generation]?.digest
      ?? entries.first { $0.generation == generation }?.digest
      ?? location.supervisor.binaries.served.last { $0.generation == generation }?.digest
  }

  private func definitions(
    of generation: Generation,
    _ location: ControlPlane.Location,
    _ entries: [DefinitionsCache.Entry],
    _ cache: DefinitionsCache
  ) throws(HostError) -> LocationDefinitions {
    if generation == location.loadedGeneration, let loaded = location.loaded {
      return loaded.definitions
    }
    let name = location.settings.name
    let digest = digest(of: generation, location, entries)
    // A later generation of the same binary stands for an earlier one.
    let entry =
      entries.first { $0.generation == generation }
      ?? entries.first { digest != nil && $0.digest == digest }
    guard let entry else {
      let known = Set(entries.map(\.generation) + [location.loadedGeneration]).sorted()
      let list = known.map { "\($0.number)" }.joined(separator: ", ")
      throw HostError(
        .unknownGeneration,
        "the host does not know what \(generation) of location \"\(name)\" defined; "
          + "it knows: \(list)"
      )
    }
    switch cache.read(entry, of: name) {
    case .success(let cached): return cached.definitions
    case .failure(let error): throw HostError(.unknownGeneration, error.description)
    }
  }
}
