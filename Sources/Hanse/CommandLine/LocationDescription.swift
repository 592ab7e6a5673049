import HanseModel

/// A location's definitions, as people or programs read them.
package struct LocationDescription: Sendable {
  package let text: String

  package init(_ definitions: Definitions, json: Bool) {
    let wire = definitions.wire
    text = json ? JSONWriter.text(wire) : Self.table(wire)
  }

  private static func table(_ wire: LocationDefinitions) -> String {
    var lines = [
      "\(LocationHelp.counted(wire.assets.count, "asset")), "
        + LocationHelp.counted(wire.checks.count, "check")
    ]
    let checks = Dictionary(grouping: wire.checks, by: \.asset)
    for (group, assets) in groups(wire.assets) {
      lines.append("")
      if let group { lines.append("\(group):") }
      for asset in assets { lines += describe(asset, checks[asset.key] ?? []) }
    }
    if !wire.resources.isEmpty {
      lines += ["", "resources: " + wire.resources.joined(separator: ", ")]
    }
    return lines.joined(separator: "\n")
  }

  /// The groups in the order in which they first appear.
  private static func groups(
    _ assets: [AssetDefinition]
  ) -> [(String?, [AssetDefinition])] {
    var order: [String?] = []
    let groups = Dictionary(grouping: assets, by: \.group)
    for asset in assets where !order.contains(asset.group) { order.append(asset.group) }
    return order.map { ($0, groups[$0] ?? []) }
  }

  private static func describe(
    _ asset: AssetDefinition,
    _ checks: [CheckDefinition]
  ) -> [String] {
    let type = asset.valueType.map { ": \($0)" } ?? ""
    var lines = ["  \(asset.key)\(type)"]
    if let first = asset.description?.split(separator: "\n").first { lines.append("    \(first)") }
    let data = asset.dependencies.filter { $0.kind == .data }.map(\.key.path)
    let ordering = asset.dependencies.filter { $0.kind == .ordering }.map(\.key.path)
    if !data.isEmpty { lines.append("    from \(data.joined(separator: ", "))") }
    if !ordering.isEmpty { lines.append("    after \(ordering.joined(separator: ", "))") }
    for check in checks {
      let blocking = check.blocking ? ", blocking" : ""
      lines.append("    check \(check.name) (\(check.severity.rawValue)\(blocking))")
    }
    return lines
  }
}
