package import HanseModel

/// What one location brings to a merge.
package struct LocationInput: Sendable {
  package var name: LocationName
  /// What the location last served, whether or not it is running now.
  package var definitions: LocationDefinitions
  /// The workspace's patterns of keys that only this location may define, such as
  /// `observatory/*`.
  package var owns: [String]
  /// The generation that served the definitions.
  package var generation: Generation
  /// Whether the definitions are the last known good ones of a location that is not serving now.
  package var isStale: Bool
  /// Whether its definitions are known at all: of one that has never loaded nobody can say what it
  /// does not define.
  package var isLoaded: Bool

  package init(
    name: LocationName,
    definitions: LocationDefinitions,
    owns: [String] = [],
    generation: Generation = Generation(),
    isStale: Bool = false,
    isLoaded: Bool = true
  ) {
    self.name = name
    self.definitions = definitions
    self.owns = owns
    self.generation = generation
    self.isStale = isStale
    self.isLoaded = isLoaded
  }
}
