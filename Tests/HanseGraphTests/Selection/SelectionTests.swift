import HanseModel
import Testing

@testable import HanseGraph

@Suite struct SelectionTests {
  @Test(arguments: [
    ("kind:csvv", ["kind:csv"]), ("kind:csv", []), ("kind:zzzzzz", []), ("kind:\"\"", []),
    ("kind:csv*", []), ("not +location:climat", ["location:climate"]),
    ("group:tabels and (group:tabels or kind:noaaa)", ["group:tables", "kind:noaa"]),
    ("group:\"out putt\"", ["group:\"out put\""]), ("hourly", []),
  ])
  func `a value that no asset has is told as the one that was probably meant`(
    text: String,
    meant: [String]
  ) throws {
    #expect(try AssetSelection.parse(text).nearMisses(in: Self.graph) == meant)
  }

  /// raw -> daily -> monthly -> report, hourly -> daily; station is external.
  static let graph: AssetGraph = {
    func define(
      _ key: AssetKey,
      from upstreams: AssetKey...,
      group: String? = nil,
      kinds: [String] = [],
      owners: [String] = [],
      tags: [String: String] = [:]
    ) -> AssetDefinition {
      AssetDefinition(
        key: key,
        dependencies: upstreams.map { Dependency($0) },
        group: group,
        owners: owners,
        kinds: kinds,
        tags: tags
      )
    }
    return AssetGraph.merge([
      location(
        "observatory",
        [
          define("raw", from: "station", kinds: ["csv", "noaa"], tags: ["tier": "gold"]),
          define("hourly", from: "raw", group: "ingest", tags: ["tier": "silver", "x=y": "z"]),
        ]
      ),
      location(
        "climate",
        [
          define("climate/daily", from: "hourly", group: "tables", owners: ["team+a@example.com"]),
          define("climate/monthly", from: "climate/daily", group: "tables", kinds: ["csv"]),
          define("report", from: "climate/monthly", group: "out put"),
          define("2", from: "report"),
        ]
      ),
    ]).graph
  }()

  @Test(arguments: [
    ("raw", ["raw"]),
    ("key:raw", ["raw"]),
    ("key:\"climate/*\"", ["climate/daily", "climate/monthly"]),
    ("climate/*", ["climate/daily", "climate/monthly"]),
    ("*ly", ["climate/daily", "climate/monthly", "hourly"]),
    ("c*/*th*y", ["climate/monthly"]),
    ("nothing*", []),
    ("*", ["2", "climate/daily", "climate/monthly", "hourly", "raw", "report", "station"]),
    ("group:tables", ["climate/daily", "climate/monthly"]),
    ("group:\"out put\"", ["report"]),
    ("group:\"\"", ["2", "raw", "station"]),
    ("kind:csv", ["climate/monthly", "raw"]),
    ("kind:no*", ["raw"]),
    ("owner:\"team+a@example.com\"", ["climate/daily"]),
    ("owner:team*", ["climate/daily"]),
    ("tag:tier", ["hourly", "raw"]),
    ("tag:tier=gold", ["raw"]),
    ("tag:\"tier=gold\"", ["raw"]),
    ("tag:\"tier\"=\"g*\"", ["raw"]),
    ("tag:\"x\\=y\"=z", ["hourly"]),
    ("tag:t*=*l*", ["hourly", "raw"]),
    ("location:climate and not report", ["2", "climate/daily", "climate/monthly"]),
    ("location:\"\"", ["station"]),
    ("+hourly", ["hourly", "raw", "station"]),
    ("hourly+1", ["climate/daily", "hourly"]),
    ("1+hourly", ["hourly", "raw"]),
    ("1+climate/daily+1", ["climate/daily", "climate/monthly", "hourly"]),
    ("0+hourly", ["hourly"]),
    ("report+", ["2", "report"]),
    ("2+", ["2"]),
    ("+\"2\"+", ["2", "climate/daily", "climate/monthly", "hourly", "raw", "report", "station"]),
    ("2+2", ["2", "climate/monthly", "report"]),
    ("1+(group:tables)+", ["2", "climate/daily", "climate/monthly", "hourly", "report"]),
    ("group:ingest+1", ["climate/daily", "hourly"]),
    ("raw or report and kind:csv", ["raw"]),
    ("(raw or report) and not kind:csv", ["report"]),
    ("not not raw", ["raw"]),
    ("RAW* OR raw AND NOT 2*", ["raw"]),
    ("  ( raw )  ", ["raw"]),
  ])
  func `a selection means these assets`(text: String, keys: [String]) throws {
    #expect(try Self.graph.selected(text) == keys)
    let selection = try AssetSelection.parse(text)
    for (index, node) in Self.graph.nodes.enumerated() {
      #expect(try selection.matches(index, in: Self.graph) == keys.contains(node.key.path))
    }
  }

  @Test func `the caret points at the character`() {
    let error = #expect(throws: SelectionError.self) {
      try AssetSelection.parse("group: and kind:csv")
    }
    #expect(
      error?.description == """
        selection: expected a value after "group:"
          group: and kind:csv
                ^
        """
    )
  }

  @Test(arguments: [
    ("", "the selection is empty; \"*\" selects every asset", 1),
    ("  ", "the selection is empty; \"*\" selects every asset", 3),
    ("group: and kind:csv", "expected a value after \"group:\"", 7),
    ("tag:", "expected a value after \"tag:\"", 5),
    ("tag:=v", "expected a value after \"tag:\"", 5),
    ("tag:k=", "expected a value after \"=\"", 7),
    ("key:", "expected a value after \"key:\"", 5),
    ("key:\"\"", "the key is empty", 5),
    ("\"\"", "the key is empty", 1),
    ("raw and grup:x", "unknown attribute \"grup:\"; did you mean \"group:\"?", 9),
    (
      "zzz:x",
      """
      unknown attribute "zzz:"; there are "key:", "tag:", "group:", "kind:", "owner:", "location:"
      """,
      1
    ),
    ("raw report", "expected \"and\", \"or\" or the end, found \"report\"", 5),
    ("(raw report)", "expected \"and\", \"or\" or \")\", found \"report\"", 6),
    ("(raw", "this parenthesis is not closed", 1),
    (
      "raw)",
      "expected \"and\", \"or\" or the end, found \")\"; no parenthesis is open",
      4
    ),
    ("()", "expected an asset, found \")\"", 2),
    ("raw and", "expected an asset, found the end", 8),
    ("not", "expected an asset, found the end", 4),
    ("raw or or", "expected an asset, found \"or\"; quote it if it is an asset's key", 8),
    ("key:\"raw", "this quote is not closed", 5),
    (
      "raw, report",
      "expected \"and\", \"or\" or the end, found \",\"; write \"or\" between selections",
      4
    ),
    (
      "a & b", "expected \"and\", \"or\" or the end, found \"&\"; write \"and\" between selections",
      3
    ),
    ("!raw", "expected an asset, found \"!\"; write \"not\" before a selection", 1),
    ("'raw'", "expected an asset, found \"'\"; quote with \"", 1),
    ("+ raw", "expected an asset right after \"+\"", 2),
    ("+", "expected an asset right after \"+\"", 2),
    ("+(", "expected an asset, found the end", 3),
    ("++raw", "expected an asset, found \"+\"; quote a key or value that holds a \"+\"", 2),
    (
      "owner:a+b@c",
      """
      expected "and", "or" or the end, found "b"; quote a key or value that holds a "+"
      """,
      9
    ),
    ("1234567890+raw", "the number of levels is too large", 1),
    ("raw+1234567890", "the number of levels is too large", 5),
    ("räw", "expected \"and\", \"or\" or the end, found \"ä\"", 2),
  ])
  func `a parse error says what and where`(text: String, message: String, column: Int) {
    let error = #expect(throws: SelectionError.self) { try AssetSelection.parse(text) }
    #expect(error?.message == message)
    #expect(error?.column == column)
  }

  @Test(arguments: [
    ("climate/dayly", "no asset matches \"climate/dayly\"; did you mean \"climate/daily\"?", 1),
    (
      "raw or +\"climate/dayly\"",
      "no asset matches \"climate/dayly\"; did you mean \"climate/daily\"?", 9
    ),
    ("not key:zzzzzzzz", "no asset matches \"zzzzzzzz\"", 9),
  ])
  func `a key that does not exist is an error`(text: String, message: String, column: Int) throws {
    let selection = try AssetSelection.parse(text)
    let error = #expect(throws: SelectionError.self) { try selection.resolve(in: Self.graph) }
    #expect(error?.message == message)
    #expect(error?.column == column)
  }

  @Test func `nesting is bounded`() throws {
    let fine = String(repeating: "(", count: 64) + "raw" + String(repeating: ")", count: 64)
    #expect(try Self.graph.selected(fine) == ["raw"])
    let deep = String(repeating: "not ", count: 1_000) + "raw"
    let error = #expect(throws: SelectionError.self) { try AssetSelection.parse(deep) }
    #expect(error?.message == "the selection is nested deeper than 64 levels")
    #expect(error?.column == 64 * 4 + 1)
    let open = #expect(throws: SelectionError.self) {
      try AssetSelection.parse(String(repeating: "(", count: 60_000))
    }
    #expect(open?.column == 65)
  }

  @Test func `length is bounded`() {
    let error = #expect(throws: SelectionError.self) {
      try AssetSelection.parse(String(repeating: "a", count: 65_537))
    }
    #expect(error?.message == "the selection is longer than 64 KiB")
  }

  @Test func `terms that look at every asset are bounded, plain keys are not`() throws {
    let keys = Array(repeating: "raw", count: 8_000).joined(separator: " or ")
    #expect(try Self.graph.selected(keys) == ["raw"])
    let error = #expect(throws: SelectionError.self) {
      try AssetSelection.parse(Array(repeating: "raw*", count: 501).joined(separator: " or "))
    }
    #expect(error?.message == "more than 500 patterns, attributes and \"+\" in one selection")
  }

  @Test func `a long selection is shown around the error`() {
    let text = Array(repeating: "raw", count: 100).joined(separator: " or ") + " oops"
    let error = #expect(throws: SelectionError.self) { try AssetSelection.parse(text) }
    let lines = error?.description.split(separator: "\n").map(Array.init) ?? []
    #expect(lines.count == 3)
    let caret = lines[2].firstIndex(of: "^") ?? 0
    #expect(String(lines[1][caret...]) == "oops")
    #expect(lines[1].count < 100)
  }

  @Test func `a column counts characters and a line break stays on one line`() {
    let error = #expect(throws: SelectionError.self) {
      try AssetSelection.parse("group:\"e\u{301}\u{1F1E9}\u{1F1EA}\"\nor ?")
    }
    #expect(error?.column == 15)
    #expect(
      error?.description == """
        selection: expected an asset, found "?"
          group:"e\u{301}\u{1F1E9}\u{1F1EA}" or ?
                        ^
        """
    )
  }
}
