import HanseAPI

/// `hanse graph`: how assets depend on each other.
enum GraphCommand {
  static func run(_ context: CommandContext) throws -> CommandStatus {
    let console = context.console
    let format = context.invocation.value("format") ?? (console.isJSON ? "json" : "text")
    if format == "svg", Graphviz.find(in: context.environment) == nil {
      throw CommandError(.failed, GraphMessages.noGraphviz)
    }
    let selection = context.invocation.text
    let query = selection.isEmpty ? [:] : ["selection": selection]
    let (graph, nothing) = try context.withLocations { session in
      let graph = try whole(query, session)
      let isTold = graph.nodes.isEmpty && format == "text"
      return (graph, isTold ? try ListCommands.nothing(of: selection, console, session) : "")
    }
    switch format {
    case "json": try console.document(graph)
    case "dot": try console.write(Array(GraphDot.text(graph).utf8))
    case "svg":
      let svg = try Graphviz.svg(GraphDot.text(graph), environment: context.environment)
      try console.write(svg)
    default:
      guard !graph.nodes.isEmpty else {
        console.note(nothing)
        return .good
      }
      try console.lines(GraphText.lines(graph, width: console.width, paint: console.paint))
    }
    return .good
  }

  /// All parts of the graph, which are of one version of it.
  private static func whole(_ query: [String: String], _ session: Session) throws -> GraphDocument {
    var query = query
    var graph = GraphDocument()
    while true {
      let part = try session.get(APIPath.graph, query: query, as: GraphDocument.self)
      if query["cursor"] != nil, part.version != graph.version {
        // It has changed between two of them: begin again.
        (graph, query["cursor"]) = (GraphDocument(), nil)
        continue
      }
      graph.version = part.version
      graph.nodes += part.nodes
      graph.edges += part.edges
      guard let next = part.next else { return graph }
      query["cursor"] = next
    }
  }
}
