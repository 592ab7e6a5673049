import HanseSystem
import HanseTesting
import Testing

/// The programs that stand beside the running test, and Python's.
enum Programs {
  static func beside(_ name: String) throws -> String {
    Paths.join(Paths.directory(of: try SelfProcess.executablePath()), name)
  }

  static var python: String {
    Paths.normalized(Paths.join(#filePath, "../../PythonLocation/location.py"))
  }
}

@Suite(.serialized, .timeLimit(.minutes(5))) struct ConformanceTests {
  private func report(
    _ executable: String,
    _ arguments: [String] = [],
    _ environment: [String: String] = [:]
  ) throws -> ConformanceReport {
    var variables = ["PATH": Environment.value("PATH") ?? "", "SWIFT_BACKTRACE": "enable=no"]
    variables.merge(environment) { _, new in new }
    return try ConformanceSuite(
      ConformanceSuite.Program(
        executable: executable,
        arguments: arguments,
        environment: variables
      )
    ).run()
  }

  private func failures(_ report: ConformanceReport) -> [String] {
    report.results.filter { $0.verdict == .fails }.map { "\($0.check): \($0.seen)" }
  }

  @Test(arguments: ["FixtureLocation", "chaos-location"])
  func `a location of the library conforms`(program: String) throws {
    let report = try report(try Programs.beside(program))
    #expect(failures(report) == [])
    #expect(report.results.count == 19)
  }

  @Test func `the location in Python conforms`() throws {
    let report = try report("/usr/bin/env", ["python3", Programs.python])
    #expect(failures(report) == [])
  }

  @Test(arguments: [
    ("wrong-version", "handshake", "version 99, never offered"),
    ("first-line-not-one", "handshake", "the sequence number 7 instead of 1"),
    ("malformed-definitions", "definitions", "expected an object"),
    ("bad-keys", "definitions", "the key"),
    ("ignore-shutdown", "shutdown", "no answer to request 7 within 10s"),
    ("fail-in-shutdown", "shutdown", "its output ended before answer to request 7"),
    ("hang-in-shutdown", "hang-up", "it still runs after 8s"),
    ("banner", "handshake", "a line that is no message"),
  ])
  func `a fault fails the check that is about it`(
    fault: String,
    check: String,
    seen: String
  ) throws {
    let report = try report(try Programs.beside("chaos-location"), ["--fault", fault])
    let result = try #require(report.results.first { $0.check == check })
    #expect(result.verdict == .fails)
    #expect(result.seen.contains(seen), "\(result.seen)")
    #expect(!report.isGood)
    #expect(report.junit.contains("name=\"\(check)\"><failure"))
  }
}
