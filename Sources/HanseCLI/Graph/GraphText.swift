import HanseAPI
import HanseModel

/// A graph in levels, from what comes from outside to what nobody reads any more.
enum GraphText {
  private static let namedUpstreams = 3

  static func lines(_ graph: GraphDocument, width: Int?, paint: Paint) -> [String] {
    let levels = GraphLevels(graph)
    var lines: [String] = []
    for (number, level) in levels.levels.enumerated() {
      if number > 0 { lines.append("") }
      lines.append(paint(GraphMessages.level(number, count: level.count), .faint))
      lines += rows(level, graph, levels, width, paint)
    }
    if !levels.circular.isEmpty {
      lines += ["", paint(GraphMessages.circular, .bad)]
      lines += rows(levels.circular, graph, levels, width, paint)
    }
    return lines
  }

  private static func rows(
    _ level: [Int],
    _ graph: GraphDocument,
    _ levels: GraphLevels,
    _ width: Int?,
    _ paint: Paint
  ) -> [String] {
    var table = Table([
      .init("", shrinksTo: 24), .init(""), .init("", shrinksTo: 16),
    ])
    for index in level {
      let node = graph.nodes[index]
      let upstreams = levels.upstreams[index].map { graph.nodes[$0].key.path }
      table.add(
        .init(node.key.path, node.blockage == nil ? .bold : .bad),
        .init(node.location?.text ?? GraphMessages.external, style(of: node)),
        .init(GraphMessages.upstreams(upstreams, shown: namedUpstreams), .faint)
      )
    }
    return table.lines(width: width.map { $0 - 2 }, paint: paint).dropFirst().map { "  \($0)" }
  }

  private static func style(of node: GraphDocument.Node) -> Style {
    node.isExternal ? .faint : node.isStale ? .caution : .accent
  }
}
