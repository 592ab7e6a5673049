import HanseModel
import Testing

@testable import HanseGraph

struct DefinitionsDiffTests {
  private func diff(
    _ new: LocationInput,
    among locations: LocationInput...
  ) -> DefinitionsDiff {
    DefinitionsDiff(of: new.name, to: new.definitions, among: locations)
  }

  @Test func `assets that come and go are listed in the order of their keys`() {
    let diff = diff(location("a", "z", "k", "b"), among: location("a", "y", "k", "c"))
    #expect(diff.addedAssets == ["b", "z"])
    #expect(diff.removedAssets == ["c", "y"])
    #expect(diff.changedAssets.isEmpty)
  }

  @Test func `each field that differs is listed with its old and its new value`() {
    var old = AssetDefinition(key: "k", dependencies: [Dependency("u")], codeVersion: "1")
    old.source = SourcePlace(file: "A.swift", line: 1)
    old.pools = ["warehouse": 1]
    var new = old
    new.source = SourcePlace(file: "A.swift", line: 9)
    new.codeVersion = "2"
    new.dependencies = [Dependency("v", kind: .ordering), Dependency("u")]
    new.retry = RetryPolicy(maxRetries: 2, delay: .seconds(1))
    new.pools = [:]
    new.configSchema = ["type": "object"]
    let diff = diff(location("a", [new]), among: location("a", [old]))
    #expect(diff.changedAssets.map(\.key) == ["k"])
    #expect(
      diff.changedAssets.first?.fields.map {
        "\($0.field): \($0.old?.text ?? "-") -> \($0.new?.text ?? "-")"
      } == [
        #"dependencies: ["u"] -> ["u","v (ordering)"]"#,
        #"codeVersion: "1" -> "2""#,
        #"configSchema: - -> {"type":"object"}"#,
        #"retry: - -> {"maxRetries":2,"delayMilliseconds":1000,"backoff":"constant","jitter":0.0}"#,
        #"pools: {"warehouse":1} -> -"#,
      ]
    )
  }

  @Test func `values that have no room are left out of the document, which is told`() throws {
    func assets(_ letter: String) -> [AssetDefinition] {
      ["k", "l", "m"].map { key in
        var asset = AssetDefinition(key: AssetKey(key), codeVersion: letter)
        asset.description = String(repeating: letter, count: 1_500_000)
        return asset
      }
    }
    let diff = diff(location("a", assets("y")), among: location("a", assets("x")))
    let text = diff.json
    #expect(text.utf8.count < DefinitionsDiff.valueBytes + 10_000)
    let changes = try #require(
      try JSONValue(parsing: text)["assets"]?["changed"]?.arrayValue
    )
    #expect(changes.map { $0["key"]?.stringValue } == ["k", "l", "m"])
    let fields = changes.map { $0["fields"]?.arrayValue ?? [] }
    // Small values have room behind a large one that has none.
    #expect(
      fields.map { $0.map { $0["field"]?.stringValue } } == [
        ["codeVersion", "description"], ["codeVersion", "description"],
        ["codeVersion", "description"],
      ]
    )
    #expect(fields.map { $0[0]["isAbridged"] } == [nil, nil, nil])
    #expect(fields.map { $0[1]["isAbridged"] } == [nil, .bool(true), .bool(true)])
    #expect(fields.map { $0[1]["old"]?.stringValue?.count } == [1_500_000, nil, nil])
  }

  @Test func `where a definition stands and in which order it lists things is no change`() {
    var old = AssetDefinition(key: "k", dependencies: ["u", "v"].map { Dependency($0) })
    old.owners = ["x", "y"]
    var new = AssetDefinition(key: "k", dependencies: ["v", "u"].map { Dependency($0) })
    new.owners = ["y", "x"]
    new.source = SourcePlace(file: "B.swift", line: 3)
    #expect(diff(location("a", [new]), among: location("a", [old])).isEmpty)
  }

  @Test func `checks are compared by the asset and the name`() {
    let old = [
      CheckDefinition(name: "fresh", asset: "k"), CheckDefinition(name: "gone", asset: "k"),
    ]
    let new = [
      CheckDefinition(name: "fresh", asset: "k", blocking: true),
      CheckDefinition(name: "new", asset: "k"),
    ]
    let asset = [AssetDefinition(key: "k")]
    let diff = diff(location("a", asset, checks: new), among: location("a", asset, checks: old))
    #expect(diff.addedChecks == ["k:new"])
    #expect(diff.removedChecks == ["k:gone"])
    #expect(diff.changedChecks.map(\.check) == ["k:fresh"])
    #expect(diff.changedChecks.first?.fields.map(\.field) == ["blocking"])
  }

  @Test func `who is downstream of what is removed or changed is told why`() {
    var changed = AssetDefinition(key: "a/changed")
    changed.codeVersion = "2"
    let diff = diff(
      location("a", [changed]),
      among: location("a", "a/gone", "a/changed"),
      location("b", "b/one: a/gone", "b/two: b/one", "b/three: a/changed", "b/other")
    )
    #expect(
      diff.affected.map { "\($0.key) of \($0.location): \($0.effect.rawValue) by \($0.cause)" } == [
        "b/one of b: upstream-removed by a/gone",
        "b/three of b: upstream-changed by a/changed",
        "b/two of b: behind by a/gone",
      ]
    )
  }

  @Test func `a change of what people read affects nobody else`() {
    var described = AssetDefinition(key: "k")
    described.description = "new words"
    let diff = diff(
      location("a", [described]),
      among: location("a", "k"),
      location("b", "x: k")
    )
    #expect(diff.changedAssets.count == 1)
    #expect(diff.affected.isEmpty)
  }

  @Test func `an upstream that nobody defined and now somebody does is told`() {
    let diff = diff(location("a", "k"), among: location("a"), location("b", "x: k"))
    #expect(diff.affected.map(\.effect) == [.upstreamAdded])
    #expect(diff.resolvedDiagnostics.map(\.code) == [.externalUpstream])
  }

  @Test func `keys that others have or own are told, and so are upstreams that will be missing`() {
    let diff = diff(
      location("a", "b/new", "x"),
      among: location("a", "a/gone"),
      location("b", "b/old", "x", "y: a/gone", owns: ["b/*"])
    )
    #expect(
      Set(diff.newDiagnostics.map(\.code))
        == [.assetNotOwned, .duplicateAssetKey, .externalUpstream]
    )
  }

  @Test func `a cycle through another location is told before it is made`() {
    let diff = diff(
      location("a", "x: y"),
      among: location("a", "x"),
      location("b", "y: x")
    )
    #expect(diff.newDiagnostics.contains { $0.code == .dependencyCycle })
  }

  @Test func `a location that is new has everything added`() {
    let diff = diff(location("a", "x", "y"), among: location("b", "z"))
    #expect(diff.addedAssets == ["x", "y"])
  }

  @Test func `the document has every member`() {
    let document = diff(location("a", "x"), among: location("a", "y")).json
    #expect(
      document
        == #"{"location":"a","isEmpty":false,"assets":{"added":["x"],"removed":["y"],"changed":[]},"#
        + #""checks":{"added":[],"removed":[],"changed":[]},"affected":[],"newDiagnostics":[],"#
        + #""resolvedDiagnostics":[]}"#
    )
  }

  // MARK: Properties

  private func random(_ name: LocationName, _ source: inout SeededRandom) -> LocationInput {
    var assets: [AssetDefinition] = []
    for _ in 0..<source.below(12) {
      let upstreams = (0..<source.below(4)).map { _ in
        Dependency(AssetKey("k\(source.below(15))"))
      }
      var asset = AssetDefinition(key: AssetKey("k\(source.below(15))"), dependencies: upstreams)
      asset.codeVersion = source.below(2) == 0 ? nil : "\(source.below(3))"
      assets.append(asset)
    }
    return location(name, assets)
  }

  @Test(arguments: SeededRandom.seeds)
  func `equal definitions do not differ`(seed: UInt64) {
    var source = SeededRandom(seed: seed)
    let (one, other) = (random("a", &source), random("b", &source))
    #expect(diff(one, among: one, other).isEmpty)
  }

  @Test(arguments: SeededRandom.seeds)
  func `old, added and removed assets add up to the new ones, both ways`(seed: UInt64) {
    var source = SeededRandom(seed: seed)
    let (old, new) = (random("a", &source), random("a", &source))
    let other = random("b", &source)
    let forth = diff(new, among: old, other)
    let back = diff(old, among: new, other)
    let keys = { (input: LocationInput) in Set(input.definitions.assets.map(\.key)) }
    #expect(
      keys(old).subtracting(forth.removedAssets).union(forth.addedAssets) == keys(new)
    )
    #expect(forth.addedAssets == back.removedAssets)
    #expect(forth.removedAssets == back.addedAssets)
    #expect(forth.changedAssets.map(\.key) == back.changedAssets.map(\.key))
    #expect(forth.json == diff(new, among: old, other).json)
  }
}
