import HanseModel
import Testing

@testable import HanseGraph

@Suite struct MergeTests {
  @Test func `assets of several locations are one graph`() throws {
    let (graph, diagnostics) = AssetGraph.merge([
      location("climate", "climate/daily: observatory/hourly stations", "stations"),
      location("observatory", "observatory/hourly"),
    ])
    #expect(diagnostics.isEmpty)
    #expect(graph.keys == ["climate/daily", "observatory/hourly", "stations"])
    #expect(graph.upstreamKeys(of: "climate/daily") == ["observatory/hourly", "stations"])
    #expect(graph.downstreamKeys(of: "observatory/hourly") == ["climate/daily"])
    #expect(graph.node(for: "climate/daily")?.location == "climate")
    #expect(graph.locations.map(\.name) == ["climate", "observatory"])
    #expect(graph.locations.map(\.assetCount) == [2, 1])
    #expect(graph.edgeCount == 2)
    #expect(graph.nearestKey(to: "climate/dayly") == "climate/daily")
  }

  @Test func `nothing merges to an empty graph`() {
    #expect(AssetGraph.empty.nodes.isEmpty)
    #expect(AssetGraph.empty.edgeCount == 0)
    #expect(AssetGraph.empty.index(of: "a") == nil)
  }

  @Test func `the first location keeps a key, and the newcomer's other assets load`() throws {
    let (graph, diagnostics) = AssetGraph.merge([
      location("x", "a", "b"), location("y", "a: c", "c"),
    ])
    #expect(graph.keys == ["a", "b", "c"])
    #expect(graph.node(for: "a")?.location == "x")
    #expect(graph.upstreamKeys(of: "a").isEmpty)
    #expect(
      diagnostics == [
        Diagnostic(
          .duplicateAssetKey,
          severity: .error,
          location: "y",
          asset: "a",
          message: """
            asset "a" is defined by location "x" already; the definition in location "y" is left out
            """,
          fix: """
            Rename the asset in one of the two locations, or say with "owns" in workspace.json which \
            one it belongs to.
            """
        )
      ]
    )
  }

  @Test func `a location that had a key before keeps it against an earlier one`() throws {
    let inputs = [location("x", "a"), location("y", "a"), location("z", "a")]
    let (graph, diagnostics) = AssetGraph.merge(inputs, previousOwners: ["a": "z"])
    #expect(graph.node(for: "a")?.location == "z")
    #expect(diagnostics.map(\.location) == ["x", "y"])
    #expect(diagnostics.allSatisfy { $0.message.contains("is defined by location \"z\" already") })

    let (again, _) = AssetGraph.merge(inputs, previous: graph)
    #expect(again.node(for: "a")?.location == "z")
    let (without, _) = AssetGraph.merge(Array(inputs.dropLast()), previous: graph)
    #expect(without.node(for: "a")?.location == "x")
  }

  @Test func `a location that owns a key by the workspace is the only one to define it`() {
    let (graph, diagnostics) = AssetGraph.merge(
      [
        location("x", "climate/daily", "climate/mine", "other"),
        location("y", "climate/daily", owns: ["climate/*"]),
      ],
      previousOwners: ["climate/daily": "x"]
    )
    #expect(graph.keys == ["climate/daily", "other"])
    #expect(graph.node(for: "climate/daily")?.location == "y")
    #expect(diagnostics.map(\.code) == [.assetNotOwned, .assetNotOwned])
    #expect(
      diagnostics[1].message == """
        asset "climate/mine" belongs to location "y", which owns "climate/*" in the workspace; \
        the definition in location "x" is left out
        """
    )
    #expect(
      diagnostics[1].fix == """
        Rename the asset, or add a matching pattern to "owns" of location "x" in workspace.json.
        """
    )
  }

  @Test func `a pattern without a fixed first segment owns as well`() {
    let (graph, diagnostics) = AssetGraph.merge([
      location("x", "a/raw", "a/fine"), location("y", "b/raw", owns: ["*/raw"]),
    ])
    #expect(graph.keys == ["a/fine", "b/raw"])
    #expect(diagnostics.map(\.asset) == ["a/raw"])
  }

  @Test func `two definitions of one key in one location leave the first`() {
    var first = asset("a")
    first.source = SourcePlace(file: "Sources/x.swift", line: 12)
    var second = asset("a", from: "b")
    second.source = SourcePlace(file: "Sources/x.swift", line: 30)
    let (graph, diagnostics) = AssetGraph.merge([location("x", [first, second, asset("b")])])
    #expect(graph.keys == ["a", "b"])
    #expect(graph.node(for: "a")?.definition == first)
    #expect(
      diagnostics.map(\.message) == [
        """
        asset "a" is defined twice in location "x"; the first definition (Sources/x.swift:12) \
        stays, this one is left out
        """
      ]
    )
    #expect(diagnostics.first?.source == SourcePlace(file: "Sources/x.swift", line: 30))
  }

  @Test func `an asset with a wrong key is left out alone`() {
    let (graph, diagnostics) = AssetGraph.merge([location("x", "a//b", "good")])
    #expect(graph.keys == ["good"])
    #expect(
      diagnostics == [
        Diagnostic(
          .invalidAssetKey,
          severity: .error,
          location: "x",
          asset: "a//b",
          message: """
            asset key "a//b" is not valid: a segment is empty; the asset is left out
            """,
          fix: "Use 1 to 100 of A-Z a-z 0-9 _ . - in each segment between the slashes."
        )
      ]
    )
  }

  @Test func `a dependency on a wrong key is left out`() {
    let (graph, diagnostics) = AssetGraph.merge([
      location("x", [asset("a", from: "no good", "b"), asset("b")])
    ])
    #expect(graph.keys == ["a", "b"])
    #expect(graph.upstreamKeys(of: "a") == ["b"])
    #expect(
      diagnostics.map(\.message) == [
        """
        asset "a" depends on "no good", which is not a valid key: a segment has a character other \
        than A-Z a-z 0-9 _ . -; the dependency is left out
        """
      ]
    )
  }

  @Test func `an upstream that nobody defines is external`() throws {
    let (graph, diagnostics) = AssetGraph.merge([
      location("x", "b: lake/orders", "a: lake/orders"), location("y", "c: lake/order"),
      location("z", "lake/ordes2"),
    ])
    let external = try #require(graph.node(for: "lake/orders"))
    #expect(external.isExternal && !external.isRunnable && external.definition == nil)
    #expect(graph.externalCount == 2)
    #expect(graph.downstreamKeys(of: "lake/orders") == ["a", "b"])
    #expect(diagnostics.map(\.code) == [.externalUpstream, .externalUpstream])
    #expect(diagnostics.map(\.severity) == [.note, .note])
    #expect(
      diagnostics[0].message == """
        asset "lake/orders", upstream of "a" and 1 more, is defined by no location; \
        it is shown as external; did you mean "lake/ordes2"?
        """
    )
  }

  @Test func `an upstream that its owner does not define is missing`() {
    let (graph, diagnostics) = AssetGraph.merge([
      location("x", "a: climate/dayly"), location("y", "climate/daily", owns: ["climate/*"]),
    ])
    #expect(graph.node(for: "climate/dayly")?.isExternal == true)
    #expect(graph.node(for: "a")?.isRunnable == true)
    #expect(
      diagnostics == [
        Diagnostic(
          .missingUpstream,
          severity: .warning,
          location: "x",
          asset: "a",
          message: """
            asset "climate/dayly", upstream of "a", does not exist: location "y" owns "climate/*" \
            but does not define it; did you mean "climate/daily"?
            """,
          fix: "Correct the key, or ask for the asset in location \"y\"."
        )
      ]
    )
  }

  @Test func `of an upstream whose owner is not loaded nobody says that it does not exist`() {
    var owner = location("y", owns: ["climate/*"])
    owner.isLoaded = false
    let (_, diagnostics) = AssetGraph.merge([location("x", "a: climate/daily"), owner])
    #expect(
      diagnostics == [
        Diagnostic(
          .missingUpstream,
          severity: .warning,
          location: "x",
          asset: "a",
          message: """
            asset "climate/daily", upstream of "a", is not known yet: location "y" owns "climate/*" \
            and is not loaded
            """,
          fix: #"Get location "y" loaded; its own error, or "hanse locations", says why it is not."#
        )
      ]
    )
  }

  @Test func `checks belong to the assets of their own location`() {
    let (graph, diagnostics) = AssetGraph.merge([
      location(
        "x",
        "a",
        "b",
        checks: [
          CheckDefinition(name: "z", asset: "a"), CheckDefinition(name: "c", asset: "a"),
          CheckDefinition(name: "c", asset: "a"), CheckDefinition(name: "c", asset: "bb"),
          CheckDefinition(name: "q", asset: "other"),
        ]
      ),
      location("y", "other"),
    ])
    #expect(graph.node(for: "a")?.checks.map(\.name) == ["c", "z"])
    #expect(graph.locations.map(\.checkCount) == [2, 0])
    #expect(
      diagnostics.map(\.code) == [.duplicateCheck, .unknownCheckedAsset, .unknownCheckedAsset]
    )
    #expect(
      diagnostics.map(\.message) == [
        """
        asset "a" has two checks named "c" in location "x"; the later one is left out
        """,
        """
        check "c" looks at asset "bb", which location "x" does not define; the check is left out; \
        did you mean "b"?
        """,
        """
        check "q" looks at asset "other", which location "x" does not define; the check is left out
        """,
      ]
    )
  }

  @Test func `a check goes with its asset when another location has the key`() {
    let (graph, diagnostics) = AssetGraph.merge([
      location("x", "a"),
      location("y", "a", checks: [CheckDefinition(name: "c", asset: "a")]),
    ])
    #expect(graph.node(for: "a")?.checks.isEmpty == true)
    #expect(diagnostics.map(\.code) == [.duplicateAssetKey])
  }

  @Test func `an operation that loses an asset keeps the others`() {
    let (graph, diagnostics) = AssetGraph.merge([
      location("x", "a"),
      location("y", [asset("a", by: "load"), asset("b", by: "load"), asset("c", by: "load")]),
    ])
    #expect(diagnostics.map(\.code) == [.duplicateAssetKey])
    #expect(graph.index(of: "b").map { Array(graph.stepMembers(of: $0)) } == [1, 2])
    #expect(graph.stepCount == 2)
  }

  @Test func `an operation with a wrong name cannot run`() {
    let (graph, diagnostics) = AssetGraph.merge([location("x", [asset("a", by: "lo@ad")])])
    #expect(graph.node(for: "a")?.isRunnable == false)
    #expect(
      diagnostics.map(\.message) == [
        """
        operation "lo@ad" of asset "a" has a name that is not valid: a segment has a character \
        other than A-Z a-z 0-9 _ . -; the asset cannot run
        """
      ]
    )
  }

  @Test func `a flood of one mistake is counted and not listed`() {
    let names = (0..<250).map { asset(AssetKey("bad key \($0)")) }
    let (_, diagnostics) = AssetGraph.merge([location("x", names), location("y", "bad key")])
    #expect(diagnostics.count == 102)
    #expect(
      diagnostics.last?.message.hasPrefix(
        "150 more of invalid-asset-key in location \"x\" are not listed; one is: "
      )
        == true
    )
  }

  @Test func `a very long name and control characters do not spoil a message`() {
    let (_, diagnostics) = AssetGraph.merge([
      location("x", [asset(AssetKey("\u{1B}[31m" + String(repeating: "k", count: 1_000_000)))])
    ])
    #expect(diagnostics.first.map { $0.message.utf8.count < 300 } == true)
    #expect(diagnostics.first?.message.contains("\u{1B}") == false)
  }
}
