import HanseModel

/// Writes a part of a graph, node by node, each with the edges that end in it.
struct GraphWriter {
  /// The most that nodes and edges may take, unless a single node with its edges takes more.
  static let limitBytes = 4 << 20

  private var nodes = JSONWriter()
  private var edges = JSONWriter()
  private var count = 0

  init() {
    nodes.beginArray()
    edges.beginArray()
  }

  /// Writes a node and the edges that end in it.
  ///
  /// - Returns: Whether they had room; the part ends before them otherwise.
  mutating func add(_ node: GraphDocument.Node, _ incoming: [GraphDocument.Edge]) -> Bool {
    let marks = (nodes.mark, edges.mark)
    nodes.value(node)
    for edge in incoming { edges.value(edge) }
    guard count == 0 || nodes.bytes.count + edges.bytes.count <= Self.limitBytes else {
      nodes.goBack(to: marks.0)
      edges.goBack(to: marks.1)
      return false
    }
    count += 1
    return true
  }

  /// Ends the part.
  ///
  /// - Parameters:
  ///   - version: The graph's.
  ///   - next: The cursor of the part behind; nil when there is none.
  /// - Returns: The answer, a ``GraphDocument``.
  mutating func end(version: Int, next: String?) -> APIResponse {
    nodes.endArray()
    edges.endArray()
    var json = JSONWriter(reservingBytes: nodes.bytes.count + edges.bytes.count + 128)
    json.beginObject()
    json.member("version", version)
    json.name("nodes")
    json.raw(nodes.takeBytes())
    json.name("edges")
    json.raw(edges.takeBytes())
    json.member("next", next)
    json.endObject()
    return .json(bytes: json.takeBytes())
  }
}
