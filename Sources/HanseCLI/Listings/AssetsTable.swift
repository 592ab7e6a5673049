import HanseAPI
import HanseModel

/// Assets as a table: where they are, what was made of them last, and how their checks stand.
enum AssetsTable {
  static func make(_ assets: [AssetDocument]) -> Table {
    var table = Table([
      .init("ASSET", shrinksTo: 24), .init("LOCATION"), .init("GROUP"),
      .init("ROWS", isRightAligned: true), .init("MADE"), .init("RUN"), .init("CHECKS"),
      .init("NOTE", shrinksTo: 12),
    ])
    for asset in assets {
      table.add(
        .init(asset.key.path, .bold),
        asset.location.map { .init($0.text) } ?? .init(ListingMessages.external, .faint),
        .init(asset.group ?? ""),
        .init(asset.latest?.rows.map(TimeText.grouped) ?? ""),
        .init(TimeText.full(asset.latest?.time)),
        .init(asset.latest?.run?.text ?? "", .faint),
        checks(of: asset),
        note(on: asset)
      )
    }
    return table
  }

  private static func checks(of asset: AssetDocument) -> Table.Cell {
    let results = asset.checks.map { $0.latest?.passed }
    let failed = zip(asset.checks, results).filter { $0.1 == false }.map(\.0)
    let text = ListingMessages.checks(
      passed: results.count { $0 == true },
      failed: failed.count,
      unknown: results.count { $0 == nil }
    )
    if failed.contains(where: { $0.severity == .error }) { return .init(text, .bad) }
    return .init(text, failed.isEmpty ? .plain : .caution)
  }

  private static func note(on asset: AssetDocument) -> Table.Cell {
    if let blockage = asset.blockage { return .init(ListingMessages.blocked(blockage), .bad) }
    return asset.isStale ? .init(ListingMessages.isStale, .caution) : ""
  }
}
