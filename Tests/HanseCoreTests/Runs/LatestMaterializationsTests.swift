import HanseModel
import Testing

@testable import HanseCore

@Suite struct LatestMaterializationsTests {
  static func record(_ partition: PartitionKey?, _ sequence: Int64) -> MaterializationRecord {
    MaterializationRecord(
      asset: "a",
      partition: partition,
      sequence: sequence,
      time: Timestamp(milliseconds: 0),
      run: "r"
    )
  }

  static func latest(_ past: [MaterializationRecord]) -> LatestMaterializations {
    var latest = LatestMaterializations(ControlPlane.Past(epoch: HostEpoch(1)))
    for record in past { latest.note(record) }
    return latest
  }

  @Test func `a run of a partition reads that partition, not the latest of any`() {
    let latest = Self.latest([Self.record("p1", 1), Self.record("p2", 2)])
    #expect(latest.record(of: "a", partition: "p1")?.sequence == 1)
    #expect(latest.record(of: "a", partition: "p2")?.sequence == 2)
    #expect(latest.record(of: "a", partition: nil)?.sequence == 2)
  }

  @Test func `a partition that was never made has no record, whatever others have`() {
    let latest = Self.latest([Self.record("p1", 1)])
    #expect(latest.record(of: "a", partition: "p3") == nil)
  }

  @Test func `a run of a partition reads the whole of an asset that has none`() {
    let latest = Self.latest([Self.record(nil, 1)])
    #expect(latest.record(of: "a", partition: "p1")?.sequence == 1)
  }

  @Test func `partitions are known from before the host started`() {
    let past = ControlPlane.Past(
      epoch: HostEpoch(2),
      latest: ["a": Self.record("p2", 2)],
      latestOfPartitions: [Self.record("p1", 1), Self.record("p2", 2)]
    )
    #expect(LatestMaterializations(past).record(of: "a", partition: "p1")?.sequence == 1)
  }
}
