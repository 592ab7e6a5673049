import HanseGraph
import HanseHost
import HanseModel
import HanseStore

extension Router {
  /// What the results of one asset's checks may take, in stored bytes.
  private static let checkBytes = 4 << 20

  func assets(_ query: Query) throws(Problem) -> APIResponse {
    var page = PageWriter(limit: Int(try query.integer("limit", in: 1...10_000, default: 1000)))
    let snapshot = try backend.requireHost().snapshot
    let graph = snapshot.graph
    let indices = graph.behind(query["cursor"], in: try resolve(query["selection"], in: snapshot))
    let next = try read { reader throws(EventLogError) -> String? in
      var last: Int?
      for index in indices {
        guard page.hasRoom, page.add(try document(index, in: graph, reader)) else {
          return last.map { graph.nodes[$0].key.path }
        }
        last = index
      }
      return nil
    }
    return page.end(next: next)
  }

  func asset(_ key: AssetKey) throws(Problem) -> AssetDocument {
    let graph = try backend.requireHost().snapshot.graph
    guard let index = graph.index(of: key) else {
      throw .unknownAsset(key.path, nearest: graph.nearestKey(to: key.path))
    }
    var document = try read { reader throws(EventLogError) in
      try self.document(index, in: graph, reader)
    }
    document.downstream = graph.downstream(of: index).map { graph.nodes[$0].key }
    document.configSchema = graph.nodes[index].definition?.configSchema
    return document
  }

  func graph(_ query: Query) throws(Problem) -> APIResponse {
    let snapshot = try backend.requireHost().snapshot
    let graph = snapshot.graph
    let indices = try resolve(query["selection"], in: snapshot)
    let selected = Set(indices)
    var part = GraphWriter()
    var last: AssetKey?
    for index in graph.behind(query["cursor"], in: indices) {
      let node = graph.nodes[index]
      let kinds = Self.kinds(of: node)
      let edges = graph.upstream(of: index).filter { selected.contains($0) }.map { upstream in
        let key = graph.nodes[upstream].key
        return GraphDocument.Edge(from: key, to: node.key, kind: kinds[key] ?? .data)
      }
      guard part.add(shown(node, in: graph), edges) else {
        return part.end(version: snapshot.graphVersion, next: last?.path)
      }
      last = node.key
    }
    return part.end(version: snapshot.graphVersion, next: nil)
  }

  /// The assets a selection means; all of them without one.
  private func resolve(_ text: String?, in snapshot: HostSnapshot) throws(Problem) -> [Int] {
    guard let text else { return Array(snapshot.graph.nodes.indices) }
    do throws(SelectionError) {
      return try AssetSelection.parse(text).resolve(in: snapshot.graph)
    } catch {
      throw Problem(snapshot.explained(error))
    }
  }

  /// Reads the log of a host, which always has one.
  private func read<Value>(
    _ body: (EventReader) throws(EventLogError) -> Value
  ) throws(Problem) -> Value {
    guard let value = try backend.read(body) else { throw .noHost }
    return value
  }

  private func document(
    _ index: Int,
    in graph: AssetGraph,
    _ reader: EventReader
  ) throws(EventLogError) -> AssetDocument {
    let node = graph.nodes[index]
    var document = AssetDocument(index, in: graph)
    document.latest = try reader.latestMaterialization(of: node.key)
      .map { MaterializationDocument($0) }
    guard !node.checks.isEmpty else { return document }
    let found = try reader.latestChecks(of: node.key, limitBytes: Self.checkBytes)
    document.checks = node.checks.map { definition in
      CheckDocument(definition, latest: found.first { $0.result.name == definition.name })
    }
    return document
  }

  private func shown(_ node: AssetNode, in graph: AssetGraph) -> GraphDocument.Node {
    var shown = GraphDocument.Node(key: node.key)
    shown.location = node.location
    shown.group = node.group
    shown.kinds = node.definition?.kinds ?? []
    shown.operation = node.operation
    shown.isExternal = node.isExternal
    shown.isRunnable = node.isRunnable
    shown.blockage = node.blockage?.description
    shown.isStale = graph.isStale(node)
    return shown
  }

  static func kinds(of node: AssetNode) -> [AssetKey: Dependency.Kind] {
    Dictionary(
      (node.definition?.dependencies ?? []).map { ($0.key, $0.kind) },
      // A value that is read is more than an order.
      uniquingKeysWith: { first, second in first == .data ? first : second }
    )
  }
}

extension AssetGraph {
  /// Those of some assets, by key, that come behind a cursor; all without one.
  fileprivate func behind(_ cursor: String?, in indices: [Int]) -> ArraySlice<Int> {
    guard let cursor else { return indices[...] }
    return indices.drop { nodes[$0].key.path <= cursor }
  }

  /// Whether what is shown of an asset is the definition of a process that is no more.
  fileprivate func isStale(_ node: AssetNode) -> Bool {
    node.location.flatMap { location(named: $0) }?.isStale ?? false
  }
}

extension AssetDocument {
  /// What the graph says of an asset.
  fileprivate init(_ index: Int, in graph: AssetGraph) {
    let node = graph.nodes[index]
    self.init(key: node.key)
    location = node.location
    if let definition = node.definition {
      group = definition.group
      description = definition.description
      kinds = definition.kinds
      owners = definition.owners
      tags = definition.tags
      metadata = definition.metadata
      codeVersion = definition.codeVersion
      valueType = definition.valueType
      operation = definition.operation
      retry = definition.retry
      timeoutMilliseconds = definition.timeoutMilliseconds
      pools = definition.pools
      source = definition.source
    }
    let kinds = Router.kinds(of: node)
    dependencies = graph.upstream(of: index).map { upstream in
      let node = graph.nodes[upstream]
      return Upstream(key: node.key, kind: kinds[node.key] ?? .data, location: node.location)
    }
    downstreamCount = graph.downstream(of: index).count
    isExternal = node.isExternal
    isRunnable = node.isRunnable
    blockage = node.blockage?.description
    isStale = graph.isStale(node)
  }
}
