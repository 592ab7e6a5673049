import HanseModel

/// The latest materialization of every asset, and of every partition of those that have any.
struct LatestMaterializations: Sendable {
  private struct Partitioned: Hashable {
    var asset: AssetKey
    var partition: PartitionKey
  }

  private var latest: [AssetKey: MaterializationRecord]
  private var partitions: [Partitioned: MaterializationRecord] = [:]

  init(_ past: ControlPlane.Past) {
    latest = past.latest
    for record in past.latestOfPartitions { notePartition(record) }
  }

  mutating func note(_ record: MaterializationRecord) {
    latest[record.asset] = record
    notePartition(record)
  }

  /// What a step of a run reads of an asset.
  ///
  /// A run of a partition reads the same partition of what has partitions, and the whole of what has
  /// none; another partition's value would be somebody else's.
  func record(of asset: AssetKey, partition: PartitionKey?) -> MaterializationRecord? {
    guard let partition else { return latest[asset] }
    if let record = partitions[Partitioned(asset: asset, partition: partition)] { return record }
    return latest[asset].flatMap { $0.partition == nil ? $0 : nil }
  }

  private mutating func notePartition(_ record: MaterializationRecord) {
    guard let partition = record.partition else { return }
    partitions[Partitioned(asset: record.asset, partition: partition)] = record
  }
}
