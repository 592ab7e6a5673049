import HanseGraph
import HanseModel

/// Plans an in-process run with the host's own graph, selection and planner.
enum InProcessPlan {
  /// What the one location of the run is called.
  static let location: LocationName = "in-process"

  static func make(
    _ definitions: Definitions,
    _ request: RunRequest,
    given: Set<AssetKey>
  ) throws(MaterializeError) -> RunPlan {
    let problems = definitions.problems
    guard problems.isEmpty else { throw MaterializeError(problems.map(\.description)) }
    let input = LocationInput(name: location, definitions: definitions.wire)
    let graph = AssetGraph.merge([input]).graph
    do {
      let selected = try AssetSelection.parse(request.selection).resolve(in: graph)
        .filter { !given.contains(graph.nodes[$0].key) }
      return try RunPlanner.plan(selection: selected, graph: graph, request: request)
    } catch {
      throw MaterializeError([String(describing: error)])
    }
  }
}
