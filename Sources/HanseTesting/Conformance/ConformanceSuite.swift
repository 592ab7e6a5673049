package import HanseModel
import HanseSystem

/// Checks that a location's program keeps to the protocol, in whatever language it is written.
package struct ConformanceSuite: Sendable {
  /// How the program is started.
  package struct Program: Hashable, Sendable {
    /// A path.
    package var executable: String
    /// What follows, before `serve`.
    package var arguments: [String]
    package var environment: [String: String]

    package init(executable: String, arguments: [String], environment: [String: String]) {
      self.executable = executable
      self.arguments = arguments
      self.environment = environment
    }
  }

  /// How long the location is waited for.
  package struct Patience: Hashable, Sendable {
    /// For the answer to a request, and for the end of a process that was killed.
    package var answer = Duration.seconds(10)
    /// For the answer to a step that was cancelled.
    package var cancel = Duration.seconds(10)
    /// For the answer to `shutdown`, and then for the exit.
    package var shutdown = Duration.seconds(5)
    /// For the exit after the end of its standard input.
    package var hangUp = Duration.seconds(8)
    /// For the exit of a program that has ended its output, when a check has failed already.
    package var exit = Duration.seconds(1)
    /// A step that takes longer than this has left time enough for an answer to a ping, and has
    /// begun, if it says nothing.
    package var ping = Duration.seconds(1)

    package init() {}
  }

  private let program: Program
  private let asset: AssetKey?
  private let patience: Patience

  /// - Parameters:
  ///   - program: What is checked.
  ///   - asset: The asset whose step is tried; without it, the first that has no upstreams.
  ///   - patience: The time limits.
  package init(_ program: Program, asset: AssetKey? = nil, patience: Patience = Patience()) {
    self.program = program
    self.asset = asset
    self.patience = patience
  }

  /// Makes checks, each with a process of its own.
  package func run(
    _ checks: [ConformanceCheck] = ConformanceCheck.allCases,
    told: (ConformanceResult) -> Void = { _ in }
  ) throws -> ConformanceReport {
    let folder = try Files.makeTemporaryDirectory(prefix: "hanse-conform-")
    defer {
      // Teardown: what is left over lies in the temporary directory of the system.
      try? Files.removeTree(folder)
    }
    var results: [ConformanceResult] = []
    for check in checks {
      let found = judge(check, folder)
      let result = ConformanceResult(
        check: check.rawValue,
        demand: check.demand.text,
        section: check.demand.section,
        verdict: found.verdict,
        seen: found.seen,
        standardError: found.standardError
      )
      told(result)
      results.append(result)
      // What does not start once would fail every other check in the same way.
      if results.count == 1, !found.isStarted {
        return ConformanceReport(results: results, notMade: checks.count - 1)
      }
    }
    return ConformanceReport(results: results)
  }

  private struct Finding {
    var verdict: ConformanceResult.Verdict
    var seen: String
    var standardError: [String] = []
    /// Whether there was a process that said anything.
    var isStarted = true
  }

  private func judge(_ check: ConformanceCheck, _ folder: String) -> Finding {
    let client: ConformanceClient
    do {
      client = try ConformanceClient(program, patience: patience)
    } catch {
      return Finding(verdict: .fails, seen: "it cannot be started: \(error)", isStarted: false)
    }
    defer { client.close() }
    var finding = judge(check, folder, client)
    if finding.verdict == .fails {
      if let status = client.end(within: patience.exit) { finding.seen += "; it ended: \(status)" }
      finding.standardError = client.lastErrors(within: patience.exit)
      finding.isStarted = !client.hasSaidNothing
    }
    return finding
  }

  private func judge(
    _ check: ConformanceCheck,
    _ folder: String,
    _ client: ConformanceClient
  ) -> Finding {
    do {
      let trial = ConformanceTrial(
        program: program,
        asset: asset,
        patience: patience,
        folder: folder,
        client: client
      )
      let finding = Result { try trial.perform(check) }
      // A bad line counts whatever else was seen.
      if let problem = client.problems.first { return Finding(verdict: .fails, seen: problem) }
      return Finding(verdict: .conforms, seen: try finding.get())
    } catch let skipped as ConformanceTrial.Skipped {
      return Finding(verdict: .skipped, seen: skipped.why)
    } catch {
      return Finding(verdict: .fails, seen: "\(error)")
    }
  }
}
