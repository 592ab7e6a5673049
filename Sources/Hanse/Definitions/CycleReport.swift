import HanseGraph
import HanseModel

/// Finds assets that depend on themselves, as the host does.
enum CycleReport {
  /// The graph's messages name the location of each asset; here there is but one.
  private static let location: LocationName = "this location"

  static func problems(in wire: LocationDefinitions) -> [DefinitionProblem] {
    AssetGraph.merge([LocationInput(name: location, definitions: wire)]).diagnostics
      .filter { $0.code == .dependencyCycle }
      .map { diagnostic in
        DefinitionProblem(
          diagnostic.message.replacing(" (location \(location))", with: ""),
          fix: clause(diagnostic.fix),
          source: diagnostic.source
        )
      }
  }

  /// A sentence as what follows a semicolon.
  private static func clause(_ sentence: String) -> String {
    let text = sentence.hasSuffix(".") ? sentence.dropLast() : sentence[...]
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}
