import HanseAPI
import HanseModel
import Testing

@testable import HanseCLI

struct GraphViewTests {
  private var graph: GraphDocument {
    var graph = GraphDocument()
    let nodes: [(AssetKey, LocationName?)] = [
      ("climate/daily", "climate"), ("forecast/\"report\"", "forecast"), ("loop/a", "climate"),
      ("noaa/feed", nil), ("observatory/hourly", "observatory"),
    ]
    graph.nodes = nodes.map { key, location in
      var node = GraphDocument.Node(key: key)
      node.location = location
      node.isExternal = location == nil
      return node
    }
    graph.edges = [
      .init(from: "observatory/hourly", to: "climate/daily"),
      .init(from: "climate/daily", to: "forecast/\"report\"", kind: .ordering),
      .init(from: "loop/a", to: "loop/a"),
      .init(from: "noaa/feed", to: "observatory/hourly"),
    ]
    return graph
  }

  @Test func `text shows levels, locations and upstreams`() {
    #expect(
      GraphText.lines(graph, width: nil, paint: Paint(isEnabled: false)) == [
        "level 0 (1 asset)",
        "  noaa/feed  external",
        "",
        "level 1 (1 asset)",
        "  observatory/hourly  observatory  from noaa/feed",
        "",
        "level 2 (1 asset)",
        "  climate/daily  climate  from observatory/hourly",
        "",
        "level 3 (1 asset)",
        "  forecast/\"report\"  forecast  from climate/daily",
        "",
        "in a circle, or behind one:",
        "  loop/a  climate  from loop/a",
      ]
    )
  }

  @Test func `dot puts each location's assets in a box`() {
    let text = GraphDot.text(graph)
    #expect(text.contains("label=\"climate\";"))
    #expect(text.contains("\"climate/daily\" -> \"forecast/\\\"report\\\"\" [style=dashed];"))
    #expect(text.contains("\"noaa/feed\" [style=dashed];"))
  }

  @Test func `a chain of 100,000 assets has as many levels`() {
    var graph = GraphDocument()
    graph.nodes = (0..<100_000).map { GraphDocument.Node(key: AssetKey("a/\($0)")) }
    graph.edges = (1..<100_000).map {
      .init(from: AssetKey("a/\($0 - 1)"), to: AssetKey("a/\($0)"))
    }
    #expect(GraphLevels(graph).levels.count == 100_000)
  }
}

struct SARIFTests {
  @Test func `a diagnostic becomes a result with its rule, level and place`() throws {
    let sarif = SARIF(
      diagnostics: [
        Diagnostic(
          .duplicateAssetKey,
          severity: .error,
          location: "climate",
          asset: "climate/daily",
          message: "defined twice",
          fix: "rename one",
          source: SourcePlace(file: "Climate/Daily table.swift", line: 12)
        ),
        Diagnostic(.locationFailed, severity: .warning, message: "exited", fix: "mend it"),
        Diagnostic(
          .invalidEntry,
          severity: .note,
          message: "odd",
          fix: "correct it",
          source: SourcePlace(file: "/work/space/workspace.json", line: 0)
        ),
        Diagnostic(
          .invalidEntry,
          severity: .warning,
          message: "odder",
          fix: "correct it",
          source: SourcePlace(file: "/work/space/workspace.json", line: 7, column: 23)
        ),
      ],
      version: "1.2.3",
      root: "/work/space",
      workspaceFile: "/work/space/workspace.json"
    )
    let run = try #require(sarif.json["runs"]?.arrayValue?.first)
    let driver = try #require(run["tool"]?["driver"])
    #expect(sarif.json["version"] == "2.1.0")
    #expect(driver["name"] == "hanse")
    #expect(driver["semanticVersion"] == "1.2.3")
    let rules = try #require(driver["rules"]?.arrayValue).map { $0["id"] }
    #expect(rules == ["duplicate-asset-key", "location-failed", "invalid-entry"])
    let results = try #require(run["results"]?.arrayValue)
    #expect(
      results[0] == [
        "ruleId": "duplicate-asset-key",
        "ruleIndex": 0,
        "level": "error",
        "message": ["text": "defined twice\nFix: rename one"],
        "locations": [
          [
            "physicalLocation": [
              "artifactLocation": ["uri": "Climate/Daily%20table.swift"],
              "region": ["startLine": 12],
            ]
          ]
        ],
        "properties": ["location": "climate", "asset": "climate/daily"],
      ]
    )
    let places = results.map { $0["locations"]?.arrayValue?.first?["physicalLocation"] }
    let workspacePlace: JSONValue = [
      "artifactLocation": ["uri": "workspace.json", "uriBaseId": "ROOT"],
      "region": ["startLine": 1],
    ]
    #expect(places[1] == workspacePlace)
    #expect(places[2] == workspacePlace)
    #expect(places[3]?["region"] == ["startLine": 7, "startColumn": 23])
    #expect(results.map { $0["level"] } == ["error", "warning", "note", "warning"])
  }
}
