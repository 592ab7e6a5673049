import HanseHost
import HanseModel
import HanseStore
import HanseSystem
import Testing

@testable import HanseCLI

/// The last of a long event log, and what comes behind it.
@Suite(.timeLimit(.minutes(10)), .tags(.process)) struct EventLinesTests {
  private static let stored = 2500

  /// A workspace of which the log has 2,500 events, each fifth of another kind.
  private func workspace() throws -> TemporaryWorkspace {
    let workspace = try TemporaryWorkspace([])
    let state = StateDirectory(path: Paths.join(workspace.path, ".hanse"))
    try Files.createDirectories(state.path)
    let log = try EventLog.open(path: state.eventLog)
    let time = Timestamp(milliseconds: 1_000_000_000_000)
    let records = (1...Self.stored).map { number in
      EventRecord(
        time: time,
        location: "fixture",
        payload: number % 5 == 0 ? .locationEnabled : .locationStarting(processID: number)
      )
    }
    _ = try log.append(records)
    log.close()
    return workspace
  }

  private func sequences(_ output: String) throws -> [Int64] {
    try output.split(separator: "\n").map { try Event.decode(String($0)).sequence }
  }

  @Test func `events shows as many of the last as are asked for, the oldest of them first`() throws
  {
    let workspace = try workspace()
    let cases: [([String], [Int64])] = [
      (["--lines", "3"], [2498, 2499, 2500]),
      (["--lines", "0"], []),
      (["--lines", "2100"], Array(401...2500)),
      (["--lines", "9000"], Array(1...2500)),
      (["--lines", "3", "--after", "2498"], [2499, 2500]),
      (["--lines", "1200", "--after", "1000"], Array(1301...2500)),
      (["--lines", "2", "--kind", "location.enabled"], [2495, 2500]),
      (["--lines", "3", "--kind", "location.enabled", "--after", "2494"], [2495, 2500]),
      (["--after", "2499"], [2500]),
      ([], Array(1...2500)),
    ]
    for (options, expected) in cases {
      let outcome = try RunningTool.run(["events", "--json"] + options, in: workspace.path)
      #expect(outcome.status == .exited(0))
      #expect(try sequences(outcome.output) == expected, "\(options)")
    }
  }

  @Test(arguments: [
    ("", Int64(2481)), ("--lines 2", 2499), ("--after 0", 1), ("--after 2400", 2401),
    ("--after 2400 --lines 1", 2500), ("--kind location.enabled,host.started", 2405),
    ("--lines 0", 2501), ("--lines 0 --kind host.started", 2501),
  ])
  func `events --follow begins with the last few and leaves out nothing behind them`(
    options: String,
    first: Int64
  ) throws {
    let workspace = try workspace()
    let words = "events --follow --json \(options)".split(separator: " ").map(String.init)
    let tool = try RunningTool(words, in: workspace.path)
    let step = options.contains("location.enabled") ? 5 : 1
    let before = Array(stride(from: first, through: Int64(Self.stored), by: step))
    let shown = try before.map { _ in try Event.decode(try #require(try tool.line(with: "{"))) }
    #expect(shown.map(\.sequence) == before)
    // Whatever is written from here on is seen.
    try #require(tool.errorsHold(ListingMessages.waitingForEvents))
    #expect(try workspace.hanse("locations").status == .exited(0))
    let next = try Event.decode(try #require(try tool.line(with: "{")))
    #expect(next.sequence == 2501)
    #expect(next.record.payload.kind == "host.started")
    tool.process.signal(.interrupt)
    _ = try tool.finish()
  }
}
