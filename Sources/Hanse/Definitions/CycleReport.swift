import HanseGraph
import HanseModel

/// Finds assets that depend on themselves, as the host does.
enum CycleReport {
  static func problems(in wire: LocationDefinitions) -> [DefinitionProblem] {
    AssetGraph.merge([LocationInput(name: "this location", definitions: wire)]).diagnostics
      .filter { $0.code == .dependencyCycle }
      .map { DefinitionProblem($0.message, fix: $0.fix, source: $0.source) }
  }
}
