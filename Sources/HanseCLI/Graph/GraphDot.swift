import HanseAPI
import HanseModel

/// A graph in Graphviz's language, with a box around each location's assets.
enum GraphDot {
  static func text(_ graph: GraphDocument) -> String {
    var lines = [
      "digraph hanse {",
      "  rankdir=LR;",
      "  node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"sans-serif\"];",
    ]
    let locations = Set(graph.nodes.compactMap(\.location)).sorted()
    for (number, location) in locations.enumerated() {
      lines.append("  subgraph cluster_\(number) {")
      lines.append("    label=\(quoted(location.text));")
      lines.append("    style=\"rounded,filled\"; fillcolor=\"#f4f6f8\"; color=\"#9aa5b1\";")
      for node in graph.nodes where node.location == location {
        lines.append("    \(quoted(node.key.path))\(attributes(of: node));")
      }
      lines.append("  }")
    }
    for node in graph.nodes where node.location == nil {
      lines.append("  \(quoted(node.key.path)) [style=dashed];")
    }
    for edge in graph.edges {
      let style = edge.kind == .ordering ? " [style=dashed]" : ""
      lines.append("  \(quoted(edge.from.path)) -> \(quoted(edge.to.path))\(style);")
    }
    return (lines + ["}", ""]).joined(separator: "\n")
  }

  private static func attributes(of node: GraphDocument.Node) -> String {
    if node.blockage != nil { return " [color=\"#b00020\", fontcolor=\"#b00020\"]" }
    return node.isStale ? " [style=\"rounded,dashed\"]" : ""
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for character in text.visibleLine {
      if character == "\"" || character == "\\" { result.append("\\") }
      result.append(character)
    }
    return result + "\""
  }
}
