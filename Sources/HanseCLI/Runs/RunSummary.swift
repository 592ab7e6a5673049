import HanseAPI
import HanseModel

/// How a run ended, and what to do when that was not well.
enum RunSummary {
  /// More than these are only counted: the page of the run has them all.
  private static let shown = 10
  private static let shownErrorLines = 8

  /// The lines at the end of a run.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - hostStays: Whether the host that ran it goes on: one of the command's own forgets which
  ///     steps it did not run again.
  ///   - missing: The locations that it has nothing of, for they were not loaded.
  ///   - paint: For the terminal.
  /// - Returns: The lines.
  static func lines(
    _ run: RunDetailDocument,
    hostStays: Bool,
    missing: MissingLocations = MissingLocations(),
    paint: Paint
  ) -> [String] {
    var lines = failures(run, paint)
    if !lines.isEmpty { lines.append("") }
    lines.append(paint(RunMessages.ended(run.run), RunsTable.style(of: run.run.status)))
    lines += missing.lines(paint)
    if run.run.status != .succeeded {
      let retry = retrySelection(run)
      let restarts = hostStays && retry != nil ? poisoned(run) : []
      lines.append(RunMessages.whatNext(run.run.id, restarts: restarts, retry: retry))
    }
    return lines
  }

  /// The failed steps and checks.
  static func failures(_ run: RunDetailDocument, _ paint: Paint) -> [String] {
    // A step whose check failed is told with the check.
    let failed = run.steps.filter { $0.status == .failed && $0.failure?.code != .checkFailed }
    var lines = failed.prefix(shown).flatMap { step -> [String] in
      step.failure.map { describe(step, $0, paint) } ?? []
    }
    if failed.count > shown {
      lines.append("... \(Messages.count(failed.count - shown, "more failed step"))")
    }
    for check in run.steps.flatMap(\.checks).filter({ !$0.passed }).prefix(shown) {
      let isError = check.severity == .error
      lines.append(
        paint(isError ? Messages.errorLabel : Messages.warningLabel, isError ? .bad : .caution)
          + " " + RunMessages.checkFailed(check).visibleLine
      )
    }
    return lines
  }

  private static func describe(
    _ step: StepDocument,
    _ failure: StepFailure,
    _ paint: Paint
  ) -> [String] {
    let text = RunMessages.failed(step, failure).visible
    var lines = text.split(separator: "\n").map(String.init)
    if let first = lines.first { lines[0] = "\(paint(Messages.errorLabel, .bad)) \(first)" }
    let tail = failure.standardErrorTail.suffix(shownErrorLines)
    if !tail.isEmpty {
      lines.append("  \(RunMessages.standardErrorTitle)")
      lines += tail.map { paint("    \($0.visibleLine)", .faint) }
    }
    return lines
  }

  /// The locations that refuse to run a step of it again before they are restarted.
  private static func poisoned(_ run: RunDetailDocument) -> [LocationName] {
    let locations = run.steps.filter { $0.failure?.code == .poison }.map(\.location)
    return Set(locations).sorted { $0.text < $1.text }
  }

  /// What makes the failed assets again, and what is made from them.
  private static func retrySelection(_ run: RunDetailDocument) -> String? {
    let failed = run.steps.filter { $0.status == .failed || $0.status == .canceled }
    let keys = failed.flatMap(\.assets).map { "\($0)+" }
    guard !keys.isEmpty, keys.count <= 5 else { return nil }
    let unique = keys.enumerated().filter { keys.firstIndex(of: $0.element) == $0.offset }
    return "'\(unique.map(\.element).joined(separator: " or "))'"
  }
}
