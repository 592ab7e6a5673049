import HanseAPI
import HanseModel

/// One run for people: its steps with their times, what they made, and what went wrong.
enum RunPage {
  static func lines(_ run: RunDetailDocument, width: Int?, paint: Paint) -> [String] {
    var lines = [paint(RunMessages.ended(run.run), RunsTable.style(of: run.run.status))]
    lines += facts(run, paint)
    lines += [""] + steps(run, width, paint)
    let told = run.steps.flatMap(\.materializations)
    let made = assets(told.filter { !$0.isObservation }, width, paint)
    if !made.isEmpty { lines += ["", RunMessages.madeTitle] + made }
    let observed = assets(told.filter(\.isObservation), width, paint)
    if !observed.isEmpty { lines += ["", RunMessages.observedTitle] + observed }
    let checks = self.checks(run, width, paint)
    if !checks.isEmpty { lines += ["", RunMessages.checksTitle] + checks }
    let attempts = self.attempts(run, width, paint)
    if !attempts.isEmpty { lines += ["", RunMessages.attemptsTitle] + attempts }
    let failures = RunSummary.failures(run, paint)
    if !failures.isEmpty { lines += ["", RunMessages.failuresTitle] + failures }
    if run.abridgedSteps > 0 {
      lines += ["", paint(RunMessages.abridged(run.run.id, steps: run.abridgedSteps), .caution)]
    }
    return lines
  }

  private static func facts(_ detail: RunDetailDocument, _ paint: Paint) -> [String] {
    let (run, labels) = (detail.run, RunMessages.labels)
    let tags = run.tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let facts: [(String, String?)] = [
      (labels.selection, run.selection),
      (labels.partition, run.partition?.text),
      (labels.launched, run.trigger),
      (labels.tags, tags.isEmpty ? nil : tags.joined(separator: ", ")),
      (labels.queue, detail.run.queue),
      (labels.priority, detail.run.priority == 0 ? nil : "\(detail.run.priority)"),
      (labels.requeuedBy, detail.requeuedBy?.description),
      (labels.created, TimeText.full(run.created)),
      (labels.started, run.started.map { TimeText.full($0) }),
      (labels.finished, run.finished.map { TimeText.full($0) }),
      (labels.canceledBy, detail.canceledBy?.description),
      (labels.message, run.message),
    ]
    let widest = facts.filter { $0.1 != nil }.map { $0.0.count }.max() ?? 0
    return facts.compactMap { label, value in
      guard let value else { return nil }
      let blanks = String(repeating: " ", count: widest - label.count + 2)
      return "  \(paint(label, .faint))\(blanks)\(value.visibleLine)"
    }
  }

  private static func steps(
    _ run: RunDetailDocument,
    _ width: Int?,
    _ paint: Paint
  ) -> [String] {
    var table = Table([
      .init("STEP", shrinksTo: 20), .init("LOCATION"), .init("STATUS"),
      .init("QUEUED", isRightAligned: true), .init("STARTED"),
      .init("TIME", isRightAligned: true), .init("ATTEMPTS", isRightAligned: true),
      .init("NOTE", shrinksTo: 12),
    ])
    for step in run.steps {
      table.add(
        .init(step.key.text, .bold),
        .init(step.location.text),
        .init(step.status.rawValue, RunsTable.style(of: step.status)),
        .init(TimeText.brief(milliseconds: step.queuedMilliseconds)),
        .init(step.started.map(TimeText.clock) ?? ""),
        .init(TimeText.brief(milliseconds: milliseconds(of: step))),
        .init(step.attempts.isEmpty ? "" : "\(step.attempts.count)"),
        .init(note(on: step))
      )
    }
    return table.lines(width: width, paint: paint)
  }

  /// How long its last attempt took, or has taken.
  private static func milliseconds(of step: StepDocument) -> Int64? {
    if step.status == .running { return step.progress?.elapsedMilliseconds }
    return step.durationMilliseconds ?? step.attempts.last?.milliseconds
  }

  private static func note(on step: StepDocument) -> String {
    if let because = step.skippedBecause { return EventMessages.skipped(because) }
    // What an attempt before failed of says nothing about the one that runs.
    if step.status == .running {
      let bar = step.progress?.fraction.map { "\(RunLines.bar($0)) " } ?? ""
      return bar + (step.progress?.message ?? "")
    }
    let reasons = [step.failure.map(RunMessages.reason), step.held].compactMap(\.self)
    if !reasons.isEmpty { return reasons.joined(separator: "; ") }
    return step.message.map { EventMessages.canceled($0, step.canceledBy) } ?? ""
  }

  /// What is known of assets, a line each.
  private static func assets(
    _ documents: [MaterializationDocument],
    _ width: Int?,
    _ paint: Paint
  ) -> [String] {
    var table = Table([.init("", shrinksTo: 20), .init("", shrinksTo: 20)])
    for value in documents where !value.metadata.isEmpty {
      table.add(.init(value.asset.path), .init(MetadataText.line(value.metadata), .faint))
    }
    return indented(table, width, paint)
  }

  private static func checks(
    _ run: RunDetailDocument,
    _ width: Int?,
    _ paint: Paint
  ) -> [String] {
    var table = Table([
      .init("", shrinksTo: 20), .init(""), .init(""), .init("", shrinksTo: 20),
    ])
    for check in run.steps.flatMap(\.checks) {
      let bad: Style = check.severity == .error ? .bad : .caution
      let metadata = MetadataText.line(check.metadata)
      table.add(
        .init(check.asset.path),
        .init(check.name, .bold),
        .init(RunMessages.passed(check), check.passed ? .good : bad),
        .init([check.description ?? "", metadata].filter { !$0.isEmpty }.joined(separator: "; "))
      )
    }
    return indented(table, width, paint)
  }

  /// Of the steps that needed more than one.
  private static func attempts(
    _ run: RunDetailDocument,
    _ width: Int?,
    _ paint: Paint
  ) -> [String] {
    var table = Table([
      .init("", shrinksTo: 20), .init("", isRightAligned: true), .init(""), .init(""),
      .init("", isRightAligned: true), .init("", shrinksTo: 20),
    ])
    for step in run.steps where step.attempts.count > 1 {
      for attempt in step.attempts {
        table.add(
          .init(step.key.text),
          .init("\(attempt.attempt)"),
          .init(attempt.status.rawValue, RunsTable.style(of: attempt.status)),
          .init(attempt.started.map(TimeText.clock) ?? ""),
          .init(TimeText.brief(milliseconds: attempt.milliseconds)),
          .init(attempt.failure.map(RunMessages.reason) ?? "")
        )
      }
    }
    return indented(table, width, paint)
  }

  private static func indented(_ table: Table, _ width: Int?, _ paint: Paint) -> [String] {
    guard !table.rows.isEmpty else { return [] }
    return table.lines(width: width.map { $0 - 2 }, paint: paint).dropFirst().map { "  \($0)" }
  }
}

extension AttemptDocument {
  /// How long it took: its location says so of one that succeeded, the log's times of another.
  fileprivate var milliseconds: Int64? {
    if let durationMilliseconds { return durationMilliseconds }
    guard let started, let finished else { return nil }
    return finished.since(started).wholeMilliseconds
  }
}
