import HanseModel
import HanseStore
import Testing

@Suite struct AssetProjectionTests {
  @Test func `the latest materialization is known by asset and by partition`() throws {
    try withLog { log, reader in
      _ = try log.append([
        Samples.materialized("b", dataVersion: "1"),
        Samples.materialized("a", partition: "mon", dataVersion: "2"),
        Samples.materialized("a", partition: "tue", dataVersion: "3"),
      ])
      _ = try log.append([
        Samples.materialized("a", partition: "mon", run: "r9", dataVersion: "4", at: 5),
        EventRecord(time: Samples.time(6), payload: .observed(Materialization(asset: "a"))),
      ])
      let latest = try reader.latestMaterializations()
      #expect(latest.map(\.asset) == ["a", "b"])
      #expect(latest.map(\.dataVersion) == ["4", "1"])
      #expect(latest[0].partition == "mon")
      #expect(latest[0].run == "r9")
      #expect(latest[0].time == Samples.time(5))
      #expect(latest[0].sequence == 4)
      #expect(try reader.latestMaterializations(of: ["b", "c"]).map(\.asset) == ["b"])
      #expect(try reader.latestMaterialization(of: "a", partition: "tue")?.dataVersion == "3")
      #expect(try reader.latestMaterialization(of: "a", partition: nil) == nil)
      #expect(try reader.latestMaterialization(of: "b", partition: nil)?.dataVersion == "1")
    }
  }

  @Test func `a partition that only the materialization names is its partition`() throws {
    try withLog { log, reader in
      _ = try log.append([
        EventRecord(
          time: Samples.time(0),
          payload: .materialized(Materialization(asset: "a", partition: "wed"))
        )
      ])
      #expect(try reader.latestMaterialization(of: "a", partition: "wed")?.sequence == 1)
    }
  }

  @Test func `the latest result of each check is known`() throws {
    func checked(_ asset: AssetKey, _ name: String, _ passed: Bool) -> EventRecord {
      Samples.run("r", .checked(CheckResult(name: name, asset: asset, passed: passed)))
    }
    try withLog { log, reader in
      _ = try log.append([checked("b", "y", true), checked("a", "x", false)])
      _ = try log.append([checked("a", "x", true), checked("a", "w", false)])
      let rows = try reader.latestChecks()
      #expect(rows.map { "\($0.result.asset):\($0.result.name)" } == ["a:w", "a:x", "b:y"])
      #expect(rows.map(\.result.passed) == [false, true, true])
      #expect(rows.map(\.sequence) == [4, 3, 1])
      #expect(rows.map(\.run) == ["r", "r", "r"])
      #expect(try reader.latestChecks(of: ["b", "c"]).map(\.result.name) == ["y"])
    }
  }

  @Test func `an asset's history is what happened to it, newest first`() throws {
    try withLog { log, reader in
      _ = try log.append([
        Samples.materialized("a"),
        Samples.materialized("b"),
        Samples.run("r", .checked(CheckResult(name: "x", asset: "a", passed: true))),
        EventRecord(time: Samples.time(6), payload: .observed(Materialization(asset: "a"))),
      ])
      let kinds = try reader.assetHistory("a", limit: 10).map(\.record.payload.kind)
      #expect(kinds == ["asset.observed", "asset.checked", "asset.materialized"])
    }
  }
}
