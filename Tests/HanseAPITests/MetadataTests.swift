import HanseAPI
import HanseHost
import HanseModel
import HanseStore
import HanseSystem
import Testing

/// What a body says of its work, from the location's process to whoever asks.
@Suite(.timeLimit(.minutes(10))) struct MetadataTests {
  /// What the fixture adds, with the values written down once more.
  static let all: [String: MetadataValue] = [
    "bool": .bool(true),
    "bytes": .bytes(9_007_199_254_740_993),
    "duration": .duration(milliseconds: 90_061_007),
    "integer": .integer(9_223_372_036_854_775_807),
    "json": .json(["a": [1, 2.5, nil, "ü\n"], "b": ["c": false]]),
    "markdown": .markdown("# Title\n\n*rows*: `3`"),
    "number": .number(0.1),
    "path": .path("/data/ä b/2024.csv"),
    "table": .table(
      .init(columns: ["station", "mean"], rows: [["Seattle", 11.5], ["San Francisco", nil]])
    ),
    "text": .text("two\tcells, \"quoted\""),
    "time": .time(Timestamp(milliseconds: 1_711_843_200_007)),
    "url": .url("https://example.org/report?a=1&b=%20"),
  ]

  /// The same as it stands in the API's JSON, name by name.
  static let json = [
    #""bool":{"type":"bool","value":true}"#,
    #""bytes":{"type":"bytes","value":9007199254740993}"#,
    #""duration":{"type":"duration","value":90061007}"#,
    #""integer":{"type":"integer","value":9223372036854775807}"#,
    #""json":{"type":"json","value":{"a":[1,2.5,null,"ü\n"],"b":{"c":false}}}"#,
    ##""markdown":{"type":"markdown","value":"# Title\n\n*rows*: `3`"}"##,
    #""number":{"type":"number","value":0.1}"#,
    #""path":{"type":"path","value":"/data/ä b/2024.csv"}"#,
    #""table":{"type":"table","value":{"columns":["station","mean"],"#
      + #""rows":[["Seattle",11.5],["San Francisco",null]]}}"#,
    #""text":{"type":"text","value":"two\tcells, \"quoted\""}"#,
    #""time":{"type":"time","value":"2024-03-31T00:00:00.007Z"}"#,
    #""url":{"type":"url","value":"https://example.org/report?a=1&b=%20"}"#,
  ]

  /// Without the entries that the store of values adds itself.
  private static func own(_ metadata: [String: MetadataValue]) -> [String: MetadataValue] {
    metadata.filter { all[$0.key] != nil }
  }

  @Test(arguments: Way.allCases)
  func `metadata of every kind comes from a body to the log and the API as it was`(
    way: Way
  ) throws {
    let test = try TestHost.withFixture("metadata")
    let client = test.client(way)
    let run = try test.finish("fixture/described", by: client)

    let events = try test.host.makeReader().runEvents(run.run.id, limit: .max)
    let told = events.compactMap { event -> [String: MetadataValue]? in
      switch event.record.payload {
      case .materialized(let value): value.metadata
      case .checked(let value): value.metadata
      default: nil
      }
    }
    #expect(told.map(Self.own) == [Self.all, Self.all])

    let response = try client.send(.get(APIPath.run(run.run.id.text)))
    for text in Self.json {
      // Once for what was made, once for the check.
      #expect(response.text.ranges(of: text).count == 2, "\(text)")
    }
    let detail: RunDetailDocument = try response.document()
    #expect(detail.steps.flatMap(\.materializations).map { Self.own($0.metadata) } == [Self.all])
    #expect(detail.steps.flatMap(\.checks).map(\.metadata) == [Self.all])
    let asset: AssetDocument = try client.get(APIPath.asset("fixture/described"))
    #expect(Self.own(try #require(asset.latest).metadata) == Self.all)
  }
}
