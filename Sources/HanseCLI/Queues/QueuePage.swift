import HanseHost
import HanseModel

/// Limits, what runs and what waits, for people.
enum QueuePage {
  static func lines(_ report: QueueReport, width: Int?, paint: Paint) -> [String] {
    var lines = limits(report, width: width, paint: paint)
    lines += ["", QueueMessages.runningTitle(report.running.count, of: report.runningCount)]
    lines += indented(running(report.running), width, paint)
    lines += ["", QueueMessages.waitingTitle(report.waiting.count, of: report.waitingCount)]
    lines += indented(waiting(report.waiting), width, paint)
    guard report.followerCount > 0 else { return lines }
    lines += ["", QueueMessages.followersTitle(report.followers.count, of: report.followerCount)]
    return lines + indented(followers(report.followers), width, paint)
  }

  static func lines(
    _ queue: LimitReport,
    _ steps: [WaitingStep],
    width: Int?,
    paint: Paint
  ) -> [String] {
    table([queue]).lines(width: width, paint: paint)
      + ["", QueueMessages.waitingTitle(steps.count, of: max(queue.waiting, steps.count))]
      + indented(waiting(steps), width, paint)
  }

  static func limits(_ report: QueueReport, width: Int?, paint: Paint) -> [String] {
    var runs = LimitReport(
      kind: .workspace,
      name: "",
      used: report.runs.used,
      limit: report.runs.limit
    )
    runs.waiting = report.runs.waiting
    var table = table([report.workspace])
    add(runs, as: QueueMessages.runs, to: &table)
    for limit in report.queues + report.locations + report.pools + report.tags {
      add(limit, as: limit.kind.rawValue, to: &table)
    }
    return table.lines(width: width, paint: paint)
  }

  private static func table(_ limits: [LimitReport]) -> Table {
    var table = Table([
      .init("LIMIT"), .init("NAME", shrinksTo: 12), .init("TAKEN", isRightAligned: true),
      .init("WAITING", isRightAligned: true), .init("WEIGHT", isRightAligned: true),
      .init("RATE"), .init("NOTE", shrinksTo: 20),
    ])
    for limit in limits { add(limit, as: limit.kind.rawValue, to: &table) }
    return table
  }

  private static func add(_ limit: LimitReport, as kind: String, to table: inout Table) {
    let isFull = limit.limit.map { limit.used >= $0 } ?? false
    table.add(
      .init(kind, .faint),
      .init(limit.name, .bold),
      .init(taken(limit), isFull ? .caution : .plain),
      .init("\(limit.waiting)"),
      .init(limit.weight.map(QueueMessages.weight) ?? ""),
      .init(limit.rate.map(QueueMessages.rate) ?? ""),
      .init(note(on: limit), limit.isPaused || limit.unavailable != nil ? .caution : .plain)
    )
  }

  /// `3/8`, or `3` where there is no limit.
  static func taken(_ limit: LimitReport) -> String {
    limit.limit.map { "\(limit.used)/\($0)" } ?? "\(limit.used)"
  }

  private static func note(on limit: LimitReport) -> String {
    var parts = state(of: limit)
    if limit.isOrdered { parts.append(QueueMessages.isOrdered) }
    if let time = limit.orderedAt { parts.append(QueueMessages.ordered(limit.orderedBy, time)) }
    if let first = limit.holders.first {
      parts.append(QueueMessages.heldBy(first, others: limit.holders.count - 1))
    }
    return parts.joined(separator: "; ")
  }

  static func state(of limit: LimitReport) -> [String] {
    var parts: [String] = []
    if limit.isDraining {
      parts.append(QueueMessages.isDraining)
    } else if limit.isPaused {
      parts.append(QueueMessages.isPaused)
    }
    if let unavailable = limit.unavailable { parts.append(unavailable) }
    if let next = limit.nextStart { parts.append(QueueMessages.rateIsUsedUp(next)) }
    if let kept = limit.kept, let other = limit.keptFor {
      parts.append(QueueMessages.isKept(kept, for: other))
    }
    if let most = limit.limit, limit.used + (limit.needs ?? 1) > most {
      parts.append(QueueMessages.isFull)
    }
    return parts
  }

  private static func running(_ steps: [SlotHolder]) -> Table {
    var table = Table([
      .init("STEP", shrinksTo: 16), .init("LOCATION"), .init("QUEUE"), .init("RUN"),
      .init("ATTEMPT", isRightAligned: true), .init("STARTED"), .init("TIME", isRightAligned: true),
    ])
    for step in steps {
      table.add(
        .init(step.step.text, .bold),
        .init(step.location.text),
        .init(step.queue),
        .init(step.run.text),
        .init("\(step.attempt)"),
        .init(step.started.map(TimeText.clock) ?? QueueMessages.startsWorker),
        .init(TimeText.brief(milliseconds: step.elapsedMilliseconds))
      )
    }
    return table
  }

  private static func waiting(_ steps: [WaitingStep]) -> Table {
    var table = Table([
      .init("STEP", shrinksTo: 16), .init("LOCATION"), .init("QUEUE"),
      .init("PRIORITY", isRightAligned: true), .init("RUN"), .init("READY"),
      .init("WAITED", isRightAligned: true), .init("HELD BY", shrinksTo: 16),
    ])
    for step in steps {
      table.add(
        .init(step.step.text, .bold),
        .init(step.location.text),
        .init(step.queue),
        .init("\(step.priority)"),
        .init(step.run.text),
        .init(TimeText.clock(step.since)),
        .init(TimeText.brief(milliseconds: step.waitedMilliseconds)),
        .init(step.held ?? QueueMessages.itsTurn)
      )
    }
    return table
  }

  private static func followers(_ steps: [FollowingStep]) -> Table {
    var table = Table([
      .init("STEP", shrinksTo: 16), .init("LOCATION"), .init("RUN"), .init("STANDS FOR IT"),
    ])
    for step in steps {
      table.add(
        .init(step.step.text, .bold),
        .init(step.location.text),
        .init(step.run.text),
        .init(QueueMessages.run(step.leader))
      )
    }
    return table
  }

  private static func indented(_ table: Table, _ width: Int?, _ paint: Paint) -> [String] {
    guard !table.rows.isEmpty else { return [] }
    return table.lines(width: width.map { $0 - 2 }, paint: paint).map { "  \($0)" }
  }
}
