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
      let result = attempt(check, folder)
      told(result)
      results.append(result)
    }
    return ConformanceReport(results: results)
  }

  private func attempt(_ check: ConformanceCheck, _ folder: String) -> ConformanceResult {
    let (verdict, seen) = judge(check, folder)
    return ConformanceResult(
      check: check.rawValue,
      demand: check.demand.text,
      section: check.demand.section,
      verdict: verdict,
      seen: seen
    )
  }

  private func judge(
    _ check: ConformanceCheck,
    _ folder: String
  ) -> (ConformanceResult.Verdict, seen: String) {
    do {
      let client = try ConformanceClient(program, patience: patience)
      defer { client.close() }
      let trial = ConformanceTrial(
        program: program,
        asset: asset,
        patience: patience,
        folder: folder,
        client: client
      )
      let finding = Result { try trial.perform(check) }
      // A bad line counts whatever else was seen.
      if let problem = client.problems.first { return (.fails, problem) }
      return (.conforms, try finding.get())
    } catch let skipped as ConformanceTrial.Skipped {
      return (.skipped, skipped.why)
    } catch {
      return (.fails, "\(error)")
    }
  }
}
