import HanseModel
import HanseSystem
import HanseTesting
import Testing

/// The programs that stand beside the running test, and Python's.
enum Programs {
  static func beside(_ name: String) throws -> String {
    Paths.join(Paths.directory(of: try SelfProcess.executablePath()), name)
  }

  static var python: String { script("location.py") }

  /// One of the locations in Python.
  static func script(_ name: String) -> String {
    Paths.normalized(Paths.join(#filePath, "../../PythonLocation/\(name)"))
  }
}

@Suite(.serialized, .timeLimit(.minutes(10))) struct ConformanceTests {
  /// Short where a test waits for what never comes.
  private static var patience: ConformanceSuite.Patience {
    var patience = ConformanceSuite.Patience()
    (patience.shutdown, patience.hangUp, patience.cancel) = (.seconds(1), .seconds(1), .seconds(1))
    return patience
  }

  private func report(
    _ executable: String,
    _ arguments: [String] = [],
    asset: AssetKey? = nil,
    checks: [ConformanceCheck] = ConformanceCheck.allCases,
    patience: ConformanceSuite.Patience = ConformanceSuite.Patience()
  ) throws -> ConformanceReport {
    let variables = ["PATH": Environment.value("PATH") ?? "", "SWIFT_BACKTRACE": "enable=no"]
    return try ConformanceSuite(
      ConformanceSuite.Program(
        executable: executable,
        arguments: arguments,
        environment: variables
      ),
      asset: asset,
      patience: patience
    ).run(checks)
  }

  /// One check of the location that does everything on one thread.
  private func inline(_ mode: String, _ check: ConformanceCheck) throws -> ConformanceResult {
    let report = try report(
      "/usr/bin/env",
      ["python3", Programs.script("inline.py"), mode],
      checks: [check],
      patience: Self.patience
    )
    return try #require(report.results.first)
  }

  private func failures(_ report: ConformanceReport) -> [String] {
    report.results.filter { $0.verdict == .fails }.map { "\($0.check): \($0.seen)" }
  }

  @Test(arguments: ["FixtureLocation", "chaos-location"])
  func `a location of the library conforms`(program: String) throws {
    let report = try report(try Programs.beside(program))
    #expect(failures(report) == [])
    #expect(report.results.count == 21)
    let steps = report.results.filter { $0.check == "step" || $0.check == "lines" }
    #expect(steps.map(\.verdict) == [.conforms, .conforms])
  }

  @Test func `the location in Python conforms`() throws {
    let report = try report("/usr/bin/env", ["python3", Programs.python])
    #expect(failures(report) == [])
  }

  @Test(
    arguments: [
      (
        "FixtureLocation", "fixture/sleep",
        ["1 step in flight", "the step fixture/sleep was canceled"]
      ),
      (
        "FixtureLocation", "fixture/block",
        ["1 step in flight", "no answer to request 20 within 1s"]
      ),
    ] as [(String, AssetKey, [String])]
  )
  func `a long step shows whether pings are answered and whether it can be cancelled`(
    program: String,
    asset: AssetKey,
    seen: [String]
  ) throws {
    let report = try report(
      try Programs.beside(program),
      asset: asset,
      checks: [.busyPing, .cancel],
      patience: Self.patience
    )
    #expect(report.results.map(\.seen) == seen)
    #expect(report.results.first?.verdict == .conforms)
    #expect(report.isGood == seen.contains { $0.hasSuffix("canceled") })
  }

  @Test func `pages are compared with the whole, and a small whole shows nothing`() throws {
    let many = try report(
      try Programs.beside("chaos-location"),
      ["--fault", "many-definitions"],
      checks: [.paging]
    )
    #expect(many.results.map(\.seen) == ["the same definitions in 20 pages"])
    let few = try report(try Programs.beside("chaos-location"), checks: [.paging])
    #expect(few.results.map(\.verdict) == [.skipped])
    #expect(few.results.first?.seen.contains("fit into a line of 65536 bytes") == true)
  }

  @Test(
    arguments: [
      ("plain", .paging, .conforms, "the same definitions in 4 pages"),
      ("cut", .paging, .fails, "is missing from 4 pages of short lines"),
      ("plain", .busyPing, .skipped, "the step inline/one was over first"),
      ("slow", .busyPing, .fails, "the ping waited for it"),
      ("plain", .step, .conforms, "the step inline/one succeeded with 1 event"),
      ("failing", .step, .skipped, "the step inline/one failed"),
      ("failing", .lines, .skipped, "as it was told to"),
      ("plain", .cancel, .skipped, "succeeded, before the cancellation reached it"),
      ("twice", .cancel, .fails, "2 answers to one step"),
      ("deaf", .cancel, .fails, "no answer to request 20 within 1s"),
      ("plain", .order, .conforms, "the error -32600"),
      ("rude", .order, .fails, "the error 7 instead of -32600"),
    ] as [(String, ConformanceCheck, ConformanceResult.Verdict, String)]
  )
  func `a location on one thread is told what it does wrong, and what cannot be seen`(
    mode: String,
    check: ConformanceCheck,
    verdict: ConformanceResult.Verdict,
    seen: String
  ) throws {
    let result = try inline(mode, check)
    #expect(result.verdict == verdict, "\(result.seen)")
    #expect(result.seen.contains(seen), "\(result.seen)")
  }

  @Test func `a program that ends at once is told once, with its status and its last words`() throws
  {
    let script = "for n in 1 2 3 4 5 6 7 8 9; do echo \"line $n\" >&2; done; exit 7"
    let report = try report("/bin/sh", ["-c", script])
    #expect(
      failures(report)
        == ["handshake: its output ended before answer to request 1; it ended: exit status 7"]
    )
    #expect(report.results.map(\.standardError) == [(2...9).map { "line \($0)" }])
    #expect(report.notMade == 20)
    #expect(report.junit.contains("exit status 7&#10;line 2&#10;"))
    #expect(!report.isGood)
  }

  @Test func `a program that cannot be started is told once`() throws {
    let report = try report("/nowhere/at/all")
    #expect(
      failures(report) == [
        "handshake: it cannot be started: run \"/nowhere/at/all\": No such file or directory "
          + "(ENOENT)"
      ]
    )
    #expect(report.notMade == 20)
  }

  @Test func `a program that answers and fails later is tried with every check`() throws {
    let report = try report(
      try Programs.beside("chaos-location"),
      ["--fault", "fail-in-shutdown"],
      checks: [.shutdown, .handshake],
      patience: Self.patience
    )
    #expect(report.results.map(\.verdict) == [.fails, .conforms])
    #expect(report.notMade == 0)
  }

  @Test func `an asset that is named and not defined is told`() throws {
    let report = try report(
      try Programs.beside("chaos-location"),
      asset: "nobody/knows",
      checks: [.step]
    )
    #expect(
      failures(report) == ["step: it defines no asset \"nobody/knows\"; see `hanse check`"]
    )
  }

  @Test(
    arguments: [
      ("wrong-version", .handshake, "version 99, never offered"),
      ("first-line-not-one", .handshake, "the sequence number 7 instead of 1"),
      ("malformed-definitions", .definitions, "expected an object"),
      ("bad-keys", .definitions, "the key"),
      ("huge-metadata", .paging, "its output cannot be read"),
      ("ignore-shutdown", .shutdown, "no answer to request 7 within 1s"),
      ("fail-in-shutdown", .shutdown, "its output ended before answer to request 7"),
      ("hang-in-shutdown", .hangUp, "it still runs after 1s"),
      ("banner", .handshake, "a line that is no message"),
      ("banner", .handshake, "standard output belongs to the protocol: print to standard error"),
    ] as [(String, ConformanceCheck, String)]
  )
  func `a fault fails the check that is about it`(
    fault: String,
    check: ConformanceCheck,
    seen: String
  ) throws {
    let report = try report(
      try Programs.beside("chaos-location"),
      ["--fault", fault],
      checks: [check],
      patience: Self.patience
    )
    let result = try #require(report.results.first)
    #expect(result.verdict == .fails)
    #expect(result.seen.contains(seen), "\(result.seen)")
    #expect(!report.isGood)
    #expect(report.junit.contains("name=\"\(check.rawValue)\"><failure"))
  }
}
