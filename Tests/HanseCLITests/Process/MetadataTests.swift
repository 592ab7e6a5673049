import HanseAPI
import HanseModel
import HanseSystem
import Testing

@testable import HanseCLI

/// Metadata as a person and a program get to see it.
@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct MetadataTests {
  @Test func `every kind of metadata of a run is shown as text and as JSON`() throws {
    let workspace = try TemporaryWorkspace([("fixture", "metadata")])
    #expect(try workspace.hanse("materialize", "fixture/described").status == .exited(0))
    let runs = try Page<RunDocument>.decode(try workspace.hanse("runs", "--json").output)
    let run = try #require(runs.items.first?.id.text)

    let text = try workspace.hanse("run", run).output
    // One line for the asset, where the store adds nothing of another name, and one for the check.
    #expect(text.ranges(of: Self.line).count == 2, "\(text)")

    let json = try workspace.hanse("run", run, "--json").output
    let detail = try RunDetailDocument.decode(json)
    let made = try #require(detail.steps.flatMap(\.materializations).first).metadata
    #expect(made["time"] == .time(Timestamp(milliseconds: 1_711_843_200_007)))
    let table =
      #""table":{"type":"table","value":{"columns":["station","mean"],"#
      + #""rows":[["Seattle",11.5],["San Francisco",null]]}}"#
    #expect(json.ranges(of: table).count == 2, "\(json)")
    #expect(made.keys.sorted() == Self.names)
    #expect(detail.steps.flatMap(\.checks).map(\.metadata) == [made])
  }

  @Test func `metadata of every type of a location in Python is shown as that of a Swift one`()
    throws
  {
    let workspace = try TemporaryWorkspace([])
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
    try workspace.write(
      """
      { "version": 1, "name": "test", "locations": [
        { "name": "python", "executable": "python3", "executableFromPath": true,
          "arguments": ["\(root.joined(separator: "/"))/Tests/PythonLocation/location.py"] } ] }
      """
    )
    let made = try workspace.hanse("materialize", "python/described", "--json")
    #expect(made.status == .exited(0), "\(made.errors)\(made.output)")
    let detail = try RunDetailDocument.decode(made.output)
    let found = try #require(detail.steps.flatMap(\.materializations).first).metadata
    #expect(found.keys.sorted() == Self.names)
    let text = try workspace.hanse("run", detail.run.id.text).output
    let lines = text.split(separator: "\n").map(String.init)
    let shown = lines.enumerated().filter { $0.element.contains(Self.line) }.map(\.offset)
    try #require(shown.count == 3, "\(text)")
    // Each stands alone under its title.
    #expect(shown.map { lines[$0 - 1] } == ["Made:", "Observed:", "Checks:"])
  }

  private static let line =
    "bool yes, bytes 8192 TiB, duration 25h 1m, integer 9,223,372,036,854,775,807, "
    + #"json {"a":[1,2.5,null,"ü\n"],"b":{"c":false}}, "#
    + "markdown # Title *rows*: `3`, number 0.1, path /data/ä b/2024.csv, table 2 rows, "
    + #"text two  cells, "quoted", time 2024-03-31 00:00:00, "#
    + "url https://example.org/report?a=1&b=%20"

  private static let names = [
    "bool", "bytes", "duration", "integer", "json", "markdown", "number", "path", "table", "text",
    "time", "url",
  ]
}
