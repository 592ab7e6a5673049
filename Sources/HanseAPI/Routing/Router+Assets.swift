import HanseGraph
import HanseHost
import HanseModel
import HanseStore

extension Router {
  /// Above this many assets, reading everything at once is faster than reading one by one.
  private static let singleReads = 200

  func assets(_ query: Query) throws(Problem) -> Page<AssetDocument> {
    let limit = Int(try query.integer("limit", in: 1...10_000, default: 1000))
    let snapshot = try backend.requireHost().snapshot
    let graph = snapshot.graph
    var indices = try resolve(query["selection"], in: snapshot)[...]
    if let cursor = query["cursor"] {
      indices = indices.drop { graph.nodes[$0].key.path <= cursor }
    }
    let page = Array(indices.prefix(limit))
    let documents = try documents(page, in: graph)
    return Page(items: documents, next: indices.count > limit ? documents.last?.key.path : nil)
  }

  func asset(_ key: AssetKey) throws(Problem) -> AssetDocument {
    let graph = try backend.requireHost().snapshot.graph
    guard let index = graph.index(of: key) else {
      throw .unknownAsset(key.path, nearest: graph.nearestKey(to: key.path))
    }
    var document = try documents([index], in: graph)[0]
    document.downstream = graph.downstream(of: index).map { graph.nodes[$0].key }
    document.configSchema = graph.nodes[index].definition?.configSchema
    return document
  }

  func graph(_ query: Query) throws(Problem) -> GraphDocument {
    let snapshot = try backend.requireHost().snapshot
    let graph = snapshot.graph
    let indices = try resolve(query["selection"], in: snapshot)
    let selected = Set(indices)
    var document = GraphDocument()
    document.version = snapshot.graphVersion
    for index in indices {
      let node = graph.nodes[index]
      document.nodes.append(shown(node, in: graph))
      let kinds = Self.kinds(of: node)
      for upstream in graph.upstream(of: index) where selected.contains(upstream) {
        let key = graph.nodes[upstream].key
        document.edges.append(
          GraphDocument.Edge(from: key, to: node.key, kind: kinds[key] ?? .data)
        )
      }
    }
    return document
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

  private func documents(_ indices: [Int], in graph: AssetGraph) throws(Problem) -> [AssetDocument]
  {
    let keys = indices.count > Self.singleReads ? nil : indices.map { graph.nodes[$0].key }
    let stored = try backend.read { reader throws(EventLogError) in
      (
        latest: try reader.latestMaterializations(of: keys),
        checks: try reader.latestChecks(of: keys)
      )
    }
    let latest = Dictionary(
      (stored?.latest ?? []).map { ($0.asset, $0) },
      uniquingKeysWith: { _, last in last }
    )
    let checks = Dictionary(grouping: stored?.checks ?? []) { $0.result.asset }
    return indices.map { index in
      let key = graph.nodes[index].key
      var document = AssetDocument(index, in: graph)
      document.latest = latest[key].map { MaterializationDocument($0) }
      document.checks = graph.nodes[index].checks.map { definition in
        CheckDocument(
          definition,
          latest: checks[key]?.first { $0.result.name == definition.name }
        )
      }
      return document
    }
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
