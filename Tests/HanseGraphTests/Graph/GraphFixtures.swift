import HanseModel

@testable import HanseGraph

/// A location with assets written as `key: upstream upstream`.
func location(
  _ name: LocationName,
  _ assets: String...,
  checks: [CheckDefinition] = [],
  owns: [String] = []
) -> LocationInput {
  let definitions = assets.map { text in
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    let upstreams = parts.count > 1 ? parts[1].split(separator: " ").map(String.init) : []
    return AssetDefinition(
      key: AssetKey(parts[0]),
      dependencies: upstreams.map { Dependency(AssetKey($0)) }
    )
  }
  return location(name, definitions, checks: checks, owns: owns)
}

func location(
  _ name: LocationName,
  _ assets: [AssetDefinition],
  checks: [CheckDefinition] = [],
  owns: [String] = []
) -> LocationInput {
  LocationInput(
    name: name,
    definitions: LocationDefinitions(assets: assets, checks: checks),
    owns: owns
  )
}

/// An asset made by an operation together with others.
func asset(
  _ key: AssetKey,
  from upstreams: AssetKey...,
  by operation: String? = nil
) -> AssetDefinition {
  AssetDefinition(
    key: key,
    dependencies: upstreams.map { Dependency($0) },
    operation: operation
  )
}

extension AssetGraph {
  var keys: [String] { nodes.map(\.key.path) }

  func upstreamKeys(of key: AssetKey) -> [String] {
    index(of: key).map { upstream(of: $0).map { nodes[$0].key.path } } ?? []
  }

  func downstreamKeys(of key: AssetKey) -> [String] {
    index(of: key).map { downstream(of: $0).map { nodes[$0].key.path } } ?? []
  }

  func selected(_ text: String) throws(SelectionError) -> [String] {
    try AssetSelection.parse(text).resolve(in: self).map { nodes[$0].key.path }
  }
}
