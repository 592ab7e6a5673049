import HanseAPI
import HanseModel
import HanseSystem
import Testing

@testable import HanseCLI

@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct SameAnswersTests {
  /// Listings that say the same as long as nothing is made.
  static let listings: [[String]] = [
    ["assets", "--json"], ["assets", "group:nothing", "--json"], ["graph", "--json"],
    ["graph", "+fixture/double", "--format", "text"], ["graph", "--format", "dot"],
    ["runs", "--json"], ["events", "--kind", "asset.materialized", "--json"],
    ["events", "--kind", "asset.materialized", "--lines", "1"],
    ["events", "--kind", "asset.materialized", "--after", "5"], ["logs", "fixture"],
    ["check", "--format", "json"], ["check", "--format", "sarif"],
  ]

  @Test func `listings say the same with a running host and without one`() throws {
    let workspace = try TemporaryWorkspace()
    #expect(try workspace.hanse("materialize", "fixture/print").status == .exited(0))
    let runs = try Page<RunDocument>.decode(try workspace.hanse("runs", "--json").output)
    let run = try #require(runs.items.first?.id.text)
    let listings = Self.listings + [["run", run, "--json"], ["run", run], ["logs", run]]

    func answers() throws -> [RunningTool.Outcome] {
      try listings.map { try RunningTool.run($0, in: workspace.path) }
    }
    let alone = try answers()
    let dev = try workspace.start("dev")
    try #require(try dev.line(with: "location.loaded") != nil)
    let beside = try answers()
    dev.process.signal(.interrupt)
    #expect(try dev.finish().status == .exited(0))

    for (listing, (one, other)) in zip(listings, zip(alone, beside)) {
      #expect(one.status == other.status, "\(listing)")
      #expect(one.output == other.output, "\(listing)")
      #expect(!one.output.isEmpty || listing.contains("--after"), "\(listing)")
    }
    let printed = try #require(alone.last?.output)
    #expect(printed.contains("printed by a body"))
  }

  @Test func `events after a number are those and no others`() throws {
    let workspace = try TemporaryWorkspace()
    #expect(try workspace.hanse("materialize", "fixture/left").status == .exited(0))
    let all = try workspace.hanse("events", "--json").output.split(separator: "\n")
    let later = try workspace.hanse("events", "--json", "--after", "5").output
      .split(separator: "\n")
    #expect(later.count == all.count - 5)
    #expect(later == Array(all[5...]))
    let first = try Event.decode(String(try #require(later.first)))
    #expect(first.sequence == 6)
  }

  @Test func `events are followed from a running host as they come`() throws {
    let workspace = try TemporaryWorkspace()
    let dev = try workspace.start("dev")
    try #require(try dev.line(with: "location.loaded") != nil)
    let follower = try workspace.start("events", "--follow", "--kind", "run.finished")
    #expect(try workspace.hanse("materialize", "fixture/left").status == .exited(0))
    #expect(try follower.line(with: "run.finished") != nil)
    follower.process.signal(.interrupt)
    _ = try follower.finish()
    dev.process.signal(.interrupt)
    #expect(try dev.finish().status == .exited(0))
  }

  @Test func `a graph is drawn as SVG`() throws {
    let workspace = try TemporaryWorkspace()
    let drawn = try workspace.hanse("graph", "+fixture/double", "--format", "svg")
    #expect(drawn.status == .exited(0), "\(drawn.errors)")
    #expect(drawn.output.contains("<svg"))
    #expect(drawn.output.contains("fixture/double"))
  }

  @Test func `without Graphviz the error names what to install`() throws {
    let workspace = try TemporaryWorkspace()
    let refused = try workspace.hanse(
      "graph",
      "--format",
      "svg",
      environment: ["PATH": "/nowhere"]
    )
    #expect(refused.status == .exited(1))
    #expect(refused.errors == "error: \(GraphMessages.noGraphviz)\n")
  }
}

/// What people see on a terminal; `script` (util-linux) gives the tool one.
@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct TerminalTests {
  private var hanse: String {
    get throws { Paths.join(try RunningTool.folder, "hanse") }
  }

  @Test func `on a terminal a run is drawn in place and in colour`() throws {
    let workspace = try TemporaryWorkspace()
    let seen = try RunningTool.onTerminal("\(hanse) materialize fixture/left", in: workspace.path)
    #expect(seen.status == .exited(0), "\(seen.output)")
    #expect(seen.output.contains("\u{1B}[2K"))
    #expect(seen.output.contains("\u{1B}[32m") || seen.output.contains("\u{1B}[1;32m"))
    #expect(seen.output.contains("pair@fixture"))
  }

  @Test func `NO_COLOR leaves a terminal without colour`() throws {
    let workspace = try TemporaryWorkspace()
    let seen = try RunningTool.onTerminal(
      "\(hanse) materialize fixture/left",
      in: workspace.path,
      environment: ["NO_COLOR": "1"]
    )
    #expect(seen.status == .exited(0), "\(seen.output)")
    #expect(!seen.output.contains("\u{1B}[3"), "\(seen.output)")
  }

  @Test func `a person who runs a location without arguments is told what it is`() throws {
    let folder = try RunningTool.folder
    let seen = try RunningTool.onTerminal(Paths.join(folder, "FixtureLocation"), in: folder)
    #expect(seen.status == .exited(0))
    #expect(seen.output.contains("is a Hanse code location: it defines 17 assets and 3 checks."))
  }
}
